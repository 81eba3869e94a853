import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExchangeRate } from '../../src/model/points.ts';
import { estimate, rateFor } from '../../src/windows/estimate.ts';
import { window } from '../support/builders.ts';

const rate = (part: Partial<ExchangeRate> = {}): ExchangeRate => ({
  windowKind: 'five_hour',
  perDollar: { points: 2, low: 1.5, high: 3 },
  learntFrom: 'own',
  samples: 12,
  ...part,
});
const at = (usedPercent: number, dollars: number | undefined, known: ExchangeRate | undefined = rate()) =>
  estimate(window({ usedPercent }), dollars === undefined ? undefined : dollars * 1e6, known);

describe('between readings a window stands at', () => {
  test('the last reading plus what was spent since, with the range of the rate and of the rounding', () => {
    expect(at(50, 4)).toEqual({
      points: 58,
      low: 56,
      high: 63,
      spentMicros: 4e6,
      learntFrom: 'own',
      samples: 12,
    });
  });

  test.each([
    ['100 at most', 95, 10, { points: 100, low: 100, high: 100 }],
    ['100 perhaps', 95, 2, { points: 99, low: 98, high: 100 }],
  ])('%s', (_, usedPercent, dollars, expected) => {
    expect(at(usedPercent, dollars)).toMatchObject(expected);
  });

  test.each<[string, ReturnType<typeof at>]>([
    ['nothing was spent', at(50, 0)],
    ['so little was spent that the reading rounds it away', at(50, 0.16)],
    ['something of unknown price was used', at(50, undefined)],
    ['no rate is known', estimate(window(), 4e6, undefined)],
    ['the window is full', at(100, 4)],
    ['the window is overdrawn', at(104, 4)],
  ])('nothing but the reading where %s', (_, found) => {
    expect(found).toBeUndefined();
  });

  test('half a point is worth telling', () => {
    expect(at(50, 0.17)).toBeDefined();
  });

  test('no less than was read, no more than 100, and within its range', () => {
    const anyPercent = fc.integer({ min: 0, max: 99 });
    const anyDollars = fc.integer({ min: 1, max: 100_000 }).map((cents) => cents / 100);
    fc.assert(
      fc.property(anyPercent, anyDollars, (usedPercent, dollars) => {
        const found = at(usedPercent, dollars);
        if (!found) return;
        expect(found.low).toBeGreaterThanOrEqual(usedPercent);
        expect(found.points).toBeGreaterThanOrEqual(found.low);
        expect(found.high).toBeGreaterThanOrEqual(found.points);
        expect(found.high).toBeLessThanOrEqual(100);
      }),
    );
  });

  test('the more, the more was spent', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (one, other) => {
        const [less, more] = [at(20, Math.min(one, other) / 100), at(20, Math.max(one, other) / 100)];
        expect(more?.points ?? 20).toBeGreaterThanOrEqual(less?.points ?? 20);
      }),
    );
  });
});

describe('the rate of a window', () => {
  const weekly = rate({ windowKind: 'seven_day' });
  test.each([
    ['is that of its kind', window({ kind: 'seven_day' }), weekly],
    ['is unknown for another kind', window({ kind: 'thirty_day' }), undefined],
    ['is unknown for what is limited to some models', window({ kind: 'seven_day', scope: 'opus' }), undefined],
  ])('%s', (_, known, expected) => {
    expect(rateFor([rate(), weekly], known)).toBe(expected);
  });
});
