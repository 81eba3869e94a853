import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { accountId, type DeveloperId, sessionId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import type { Reading } from '../../src/model/reading.ts';
import { DAY_MS, plus } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import {
  ACCOUNT,
  hours,
  minutes,
  NOON,
  reading,
  runawayFinding,
  SESSION,
  seconds,
  thresholdFinding,
  thresholdIncident,
  usageIncident,
} from '../support/builders.ts';

const OTHER_SESSION = sessionId('session-2');
let store: Store;
let developer: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  developer = store.developers.forEmail('ann@example.com', { now: NOON });
  return () => store.close();
});

const read = (part: Partial<Reading>, account = ACCOUNT) => store.windows.read(developer, account, reading(part));
const known = () => store.windows.known(developer, NOON);
const claim = (session = SESSION, account = ACCOUNT) => store.windows.claim(developer, session, account);
const rises = () => known().map((window) => store.windows.rises(window).map((rise) => rise.usedPercent));

describe('a window', () => {
  test('keeps the highest percentage and when it was last read', () => {
    expect([10, 20, 15, 20].map((usedPercent, n) => read({ usedPercent, at: minutes(n) }))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(known()).toMatchObject([{ usedPercent: 20, lastReadAt: minutes(3), resetsAt: hours(4), account: ACCOUNT }]);
  });

  test('remembers each rise and nothing else', () => {
    for (const [n, usedPercent] of [10, 20, 15, 20, 30].entries()) read({ usedPercent, at: minutes(n) });
    expect(rises()).toEqual([[10, 20, 30]]);
  });

  test('is refused anew each time that the client says so', () => {
    expect(known().map((window) => window.refusedAt)).toEqual([]);
    const refused = { usedPercent: 100, source: 'stop_failure' } as const;
    expect(read({ ...refused, at: minutes(1) })).toBe(true);
    expect(read({ ...refused, at: minutes(9) })).toBe(true);
    expect(known()).toMatchObject([{ usedPercent: 100, refusedAt: minutes(9) }]);
  });

  test('ends at its reset, and the next one begins', () => {
    read({ usedPercent: 90 });
    read({ usedPercent: 2, resetsAt: hours(9), at: hours(5) });
    expect(known().map((window) => window.usedPercent)).toEqual([90, 2]);
  });

  test('is known again when an idle session repeats it after its end', () => {
    read({ usedPercent: 90 });
    read({ usedPercent: 90, at: hours(20) });
    expect(known()).toHaveLength(1);
  });

  test('that ended weeks ago is nothing, however often an open session repeats it', () => {
    const stale = { resetsAt: plus(NOON, -9 * DAY_MS), usedPercent: 40 };
    expect([1, 2, 3].map((minute) => read({ ...stale, at: minutes(minute) }))).toEqual([false, false, false]);
    expect(store.windows.known(developer, plus(NOON, -30 * DAY_MS))).toEqual([]);
  });

  test('is forgotten when it ended before the time asked for', () => {
    read({});
    expect(store.windows.known(developer, hours(4))).toHaveLength(1);
    expect(store.windows.known(developer, plus(hours(4), 1))).toHaveLength(0);
  });

  test('of one developer is not that of another', () => {
    read({});
    expect(store.windows.known(store.developers.forEmail('bob@example.com', { now: NOON }), NOON)).toEqual([]);
  });

  test('rises steadily, however its readings came', () => {
    const someReadings = fc.array(fc.tuple(fc.nat(100), fc.nat(60)), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(someReadings, (readings) => {
        const bob = store.developers.forEmail(`bob${fc.sample(fc.uuid(), 1)[0]}@example.com`, { now: NOON });
        for (const [usedPercent, minute] of readings) {
          store.windows.read(bob, ACCOUNT, reading({ usedPercent, at: minutes(minute) }));
        }
        const [window] = store.windows.known(bob, NOON);
        const percents = window ? store.windows.rises(window).map((rise) => rise.usedPercent) : [];
        expect(percents).toEqual([...new Set(percents)].toSorted((a, b) => a - b));
        expect(percents.at(-1)).toBe(window?.usedPercent);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a window whose account becomes known', () => {
  test('moves to that account', () => {
    read({ usedPercent: 40 }, UNKNOWN_ACCOUNT);
    claim();
    expect(known()).toMatchObject([{ account: ACCOUNT, usedPercent: 40 }]);
  });

  test('moves only with the session that read it', () => {
    read({}, UNKNOWN_ACCOUNT);
    claim(OTHER_SESSION);
    expect(known()).toMatchObject([{ account: UNKNOWN_ACCOUNT }]);
  });

  test('is merged with the one that the account has already: the higher one counts', () => {
    read({ usedPercent: 60, at: minutes(1), session: OTHER_SESSION });
    read({ usedPercent: 70, at: minutes(2), resetsAt: plus(hours(4), 5000) }, UNKNOWN_ACCOUNT);
    claim();
    expect(known()).toMatchObject([{ account: ACCOUNT, usedPercent: 70, lastReadAt: minutes(2), resetsAt: hours(4) }]);
    expect(rises()).toEqual([[60, 70]]);
  });

  test('adds nothing where it was a stale memory, not even a later time', () => {
    read({ usedPercent: 60, at: minutes(1), session: OTHER_SESSION });
    read({ usedPercent: 10, at: minutes(9) }, UNKNOWN_ACCOUNT);
    claim();
    expect(known()).toMatchObject([{ usedPercent: 60, lastReadAt: minutes(1) }]);
    expect(rises()).toEqual([[60]]);
  });

  test('adds no rise where it read the same, and only a later time', () => {
    read({ usedPercent: 60, at: minutes(1), session: OTHER_SESSION });
    read({ usedPercent: 60, at: minutes(9) }, UNKNOWN_ACCOUNT);
    claim();
    expect(known()).toMatchObject([{ usedPercent: 60, lastReadAt: minutes(9) }]);
    expect(rises()).toEqual([[60]]);
  });

  test('brings its refusal along', () => {
    read({ usedPercent: 98, session: OTHER_SESSION });
    read({ usedPercent: 100, source: 'stop_failure', at: minutes(3) }, UNKNOWN_ACCOUNT);
    claim();
    expect(known()).toMatchObject([{ usedPercent: 100, refusedAt: minutes(3) }]);
  });

  test('is not merged with a window of another reset, nor of another account', () => {
    read({ session: OTHER_SESSION, resetsAt: plus(hours(4), -DAY_MS / 2) });
    read({ session: OTHER_SESSION }, accountId('account-2'));
    read({ session: OTHER_SESSION }, accountId('account-3'));
    read({}, UNKNOWN_ACCOUNT);
    claim();
    expect(
      store.windows
        .known(developer, hours(-20))
        .map((window) => window.account)
        .toSorted(),
    ).toEqual([ACCOUNT, ACCOUNT, 'account-2', 'account-3']);
  });

  const { resetsAt } = reading();
  const WINDOW = { account: UNKNOWN_ACCOUNT, windowKind: 'five_hour', scope: '', resetsAt };

  test.each([
    [
      'that is its own',
      thresholdIncident(80, { evidence: thresholdFinding({ account: UNKNOWN_ACCOUNT }) }),
      { account: ACCOUNT },
    ],
    [
      'of work that ran away in it',
      usageIncident(runawayFinding({ window: WINDOW })),
      { window: { account: ACCOUNT } },
    ],
  ])('takes along an incident %s', (_, incident, evidence) => {
    read({}, UNKNOWN_ACCOUNT);
    const of = (account: string) => `${account} five_hour  ${resetsAt}`;
    const id = store.incidents.add({ ...incident, developer, subject: of(UNKNOWN_ACCOUNT) });
    claim();
    expect(store.incidents.find(id)?.incident).toMatchObject({ subject: of(ACCOUNT), evidence });
  });

  test('leaves an incident of another window alone', () => {
    read({}, UNKNOWN_ACCOUNT);
    const finding = runawayFinding({ window: { ...WINDOW, windowKind: 'seven_day' } });
    const id = store.incidents.add({ ...usageIncident(finding), developer, subject: 'unknown seven_day  1' });
    claim();
    expect(store.incidents.find(id)?.incident).toMatchObject({ evidence: { window: { account: UNKNOWN_ACCOUNT } } });
  });

  test('leaves other known windows alone', () => {
    read({ at: seconds(1) });
    claim();
    expect(known()).toHaveLength(1);
  });
});
