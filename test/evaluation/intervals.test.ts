import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rate, share, spreadOf } from '../../src/evaluation/intervals.ts';

describe('a share', () => {
  // Wilson's interval as R's prop.test(correct = FALSE) prints it.
  test.each([
    [0, 10, 0, 0, 0.2775],
    [5, 10, 0.5, 0.2366, 0.7634],
    [10, 10, 1, 0.7225, 1],
    [157, 157, 1, 0.9761, 1],
  ])('%i of %i is %f, between %f and %f', (hits, of, value, low, high) => {
    expect(share(hits, of)?.value).toBe(value);
    expect(share(hits, of)?.low).toBeCloseTo(low, 4);
    expect(share(hits, of)?.high).toBeCloseTo(high, 4);
  });

  test('of nothing is unknown', () => {
    expect(share(0, 0)).toBeUndefined();
  });

  test('lies inside its interval, which lies between 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (of, part) => {
        const { value, low, high } = share(Math.floor(of * part), of) ?? { value: -1, low: 0, high: 0 };
        expect(low).toBeGreaterThanOrEqual(0);
        expect(value).toBeGreaterThanOrEqual(low - 1e-9);
        expect(high).toBeGreaterThanOrEqual(value - 1e-9);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a rate', () => {
  // Exact Poisson limits from the chi-square tables (Garwood 1936).
  test.each([
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [3, 0.6187, 8.767],
    [10, 4.795, 18.39],
    [100, 81.36, 121.6],
    [2000, 1913.3, 2089.6],
  ])('of %i events lies between %f and %f', (events, low, high) => {
    const interval = rate(events, 1, 1);
    expect(interval?.value).toBe(events);
    expect(interval?.low).toBeCloseTo(low, low > 1000 ? 0 : 2);
    expect((interval?.high ?? 0) / high).toBeCloseTo(1, 3);
  });

  test('is told per unit of its exposure', () => {
    expect(rate(1, 200, 100)?.value).toBe(0.5);
    expect(rate(0, 200, 100)?.high).toBeCloseTo(3.689 / 2, 3);
  });

  test('without exposure is unknown', () => {
    expect(rate(0, 0, 100)).toBeUndefined();
  });
});

describe('a spread', () => {
  test.each([
    [[], undefined],
    [[7], { of: 1, median: 7, p90: 7 }],
    [[4, 1], { of: 2, median: 2.5, p90: 4 }],
    [[3, 1, 2], { of: 3, median: 2, p90: 3 }],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], { of: 10, median: 5.5, p90: 9 }],
  ])('of %j is %j', (values, expected) => {
    expect(spreadOf(values)).toEqual(expected);
  });
});
