import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logBaseline, median, robustZ } from '../../src/model/statistics.ts';

const amounts = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('the median', () => {
  test.each([
    ['of one value is that value', [7], 7],
    ['of an odd number is the middle one', [9, 1, 5], 5],
    ['of an even number lies halfway between the two in the middle', [1, 100, 4, 2], 3],
    ['of nothing is unknown', [], undefined],
  ])('%s', (_, values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('has as many values below it as above it', () => {
    fc.assert(
      fc.property(amounts, (values) => {
        const middle = median(values) ?? Number.NaN;
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above) * 2).toBeLessThanOrEqual(values.length);
      }),
    );
  });
});

describe('what is usual', () => {
  test('is the median, and how far by factors most values lie from it', () => {
    const usual = logBaseline([50, 100, 200, 100, 100_000]);
    expect(usual?.typical).toBeCloseTo(100);
    expect(usual?.spread).toBeCloseTo(1.4826 * Math.log(2));
    expect(usual?.count).toBe(5);
  });

  test('is learnt from amounts above 0 alone', () => {
    expect(logBaseline([0, 100, 100])).toMatchObject({ count: 2 });
    expect(logBaseline([0, -1])).toBeUndefined();
    expect(logBaseline([])).toBeUndefined();
  });

  test('does not move for one wild value', () => {
    const calm = logBaseline([80, 90, 100, 110, 120]);
    const wild = logBaseline([80, 90, 100, 110, 1e9]);
    expect(wild?.typical).toBe(calm?.typical);
  });
});

describe('the robust z-score', () => {
  test('counts deviations above and below alike', () => {
    const usual = { typical: 100, spread: Math.log(2), count: 20 };
    expect(robustZ(800, usual)).toBeCloseTo(3);
    expect(robustZ(100, usual)).toBe(0);
    expect(robustZ(12.5, usual)).toBeCloseTo(-3);
  });

  test('stays finite where all values were alike', () => {
    expect(robustZ(500, { typical: 100, spread: 0, count: 20 })).toBeCloseTo(Math.log(5) / 0.1);
  });

  test('does not change when everything is scaled: who uses a thousand times as much is as usual', () => {
    const factor = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(amounts, fc.double({ min: 1, max: 1e9, noNaN: true }), factor, (values, value, scale) => {
        const usual = logBaseline(values);
        const scaled = logBaseline(values.map((one) => one * scale));
        if (!usual || !scaled) throw new Error('the values are above 0');
        expect(robustZ(value * scale, scaled)).toBeCloseTo(robustZ(value, usual), 5);
      }),
    );
  });
});
