import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountId } from '../../src/model/ids.ts';
import type { QuotaWindow } from '../../src/model/quota-window.ts';
import type { Reading } from '../../src/model/reading.ts';
import { plus } from '../../src/model/time.ts';
import { absorbReading } from '../../src/windows/envelope.ts';
import { ACCOUNT, hours, minutes, NOON, reading, seconds, window } from '../support/builders.ts';

/** All windows after these readings of one account. */
function envelope(readings: readonly Reading[]): readonly QuotaWindow[] {
  return readings.reduce<readonly QuotaWindow[]>((known, next) => {
    const absorbed = absorbReading(known, ACCOUNT, next);
    return [...known.filter((other) => other !== absorbed.known), absorbed.window];
  }, []);
}

describe('the first reading', () => {
  test('opens a window and is news', () => {
    expect(absorbReading([], ACCOUNT, reading({ usedPercent: 0 }))).toEqual({
      window: window({ usedPercent: 0 }),
      known: undefined,
      rose: true,
    });
  });
});

describe('a reading belongs to the known window', () => {
  const known = window();
  test.each([
    ['of the same reset time', {}, true],
    ['that resets 60.000 s later', { resetsAt: plus(known.resetsAt, 60_000) }, true],
    ['that resets 60.001 s later: a new window', { resetsAt: plus(known.resetsAt, 60_001) }, false],
    ['that resets 60.000 s earlier', { resetsAt: plus(known.resetsAt, -60_000) }, true],
    ['that resets 60.001 s earlier: a new window', { resetsAt: plus(known.resetsAt, -60_001) }, false],
    ['of another kind: another window', { kind: 'seven_day' }, false],
    ['of another scope: another window', { scope: 'opus' }, false],
  ])('%s', (_, part, belongs) => {
    expect(absorbReading([known], ACCOUNT, reading(part)).known).toBe(belongs ? known : undefined);
  });

  test('only when it is of the same account', () => {
    expect(absorbReading([known], accountId('account-2'), reading()).known).toBeUndefined();
  });

  test('and the first reset time stands, however later ones jitter', () => {
    const jittered = reading({ resetsAt: plus(known.resetsAt, 30_000) });
    expect(absorbReading([known], ACCOUNT, jittered).window.resetsAt).toBe(known.resetsAt);
  });
});

describe('within a window', () => {
  test.each<[string, Partial<Reading>, Partial<QuotaWindow>]>([
    ['a higher reading rises', { usedPercent: 51, at: minutes(5) }, { usedPercent: 51, lastReadAt: minutes(5) }],
    ['an equal one is only newer', { usedPercent: 50, at: minutes(5) }, { lastReadAt: minutes(5) }],
    ['a lower one is stale and says nothing, not even when', { usedPercent: 49, at: minutes(5) }, {}],
    ['an equal older one changes nothing', { usedPercent: 50, at: minutes(-5) }, {}],
    [
      'a higher older one shows that the last reading was stale',
      { usedPercent: 60, at: minutes(-5) },
      { usedPercent: 60, lastReadAt: minutes(-5) },
    ],
    ['one above 100 % is kept as it is', { usedPercent: 130 }, { usedPercent: 130 }],
  ])('%s', (_, part, change) => {
    const known = window();
    const rose = change.usedPercent !== undefined;
    expect(absorbReading([known], ACCOUNT, reading(part))).toEqual({ window: window(change), known, rose });
  });
});

test('an early reset is a new window beside the old one', () => {
  const windows = envelope([
    reading({ usedPercent: 100, resetsAt: hours(4) }),
    reading({ usedPercent: 1, resetsAt: hours(5), at: minutes(10) }),
  ]);
  expect(windows.map((known) => known.usedPercent)).toEqual([100, 1]);
});

describe('the envelope of any readings of one window', () => {
  const anyReading = fc
    .record({ usedPercent: fc.integer({ min: 0, max: 100 }), second: fc.integer({ min: 0, max: 20_000 }) })
    .map(({ usedPercent, second }) => reading({ usedPercent, at: seconds(second) }));
  const someReadings = fc.array(anyReading, { minLength: 1, maxLength: 20 });

  test('does not depend on the order in which they came', () => {
    const shuffled = someReadings.chain((readings) =>
      fc.tuple(fc.constant(readings), fc.shuffledSubarray(readings, { minLength: readings.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(envelope(one)).toEqual(envelope(other));
      }),
    );
  });

  test('never falls', () => {
    fc.assert(
      fc.property(someReadings, anyReading, (before, next) => {
        const [known] = envelope(before);
        const [after] = envelope([...before, next]);
        expect(after?.usedPercent).toBeGreaterThanOrEqual(known?.usedPercent ?? 0);
      }),
    );
  });

  test('is the highest percentage, read last when it was last seen', () => {
    fc.assert(
      fc.property(someReadings, (readings) => {
        const highest = Math.max(...readings.map((one) => one.usedPercent));
        const lastReadAt = Math.max(...readings.filter((one) => one.usedPercent === highest).map((one) => one.at));
        expect(envelope(readings)).toEqual([
          window({ usedPercent: highest, lastReadAt: plus(NOON, lastReadAt - NOON) }),
        ]);
      }),
    );
  });

  test('is the same when every reading comes twice', () => {
    fc.assert(
      fc.property(someReadings, (readings) => {
        expect(envelope([...readings, ...readings])).toEqual(envelope(readings));
      }),
    );
  });
});
