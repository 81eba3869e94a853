import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gainsPerDay, gainsPerHour, quantile } from '../../src/windows/usual-pace.ts';
import { hours, minutes, NOON, rises } from '../support/builders.ts';

/** Least first. */
const sorted = (gains: readonly number[]) => gains.toSorted((a, b) => a - b);

describe('the points that an hour took', () => {
  test('are the gains inside it, in any window', () => {
    const one = rises([5, 10], [10, 12], [50, 20], [70, 23]);
    const other = rises([20, 40], [30, 45]);
    expect(sorted(gainsPerHour([one, other], hours(3)))).toEqual([1.5, 16.5]);
  });

  test('are a share of what was gained while nothing was read', () => {
    const [first, second, third, ...more] = gainsPerHour([rises([0, 5], [180, 81])], hours(4));
    for (const share of [first, second, third]) expect(share).toBeCloseTo(76 / 3, 9);
    expect(more).toEqual([]);
  });

  test.each([
    ['a point or more counts as use', [90, 10], [270, 13], [0.5, 0.5, 1, 1]],
    ['less than a point, with nothing read there, does not', [90, 10], [270, 12], [0.333, 0.333]],
  ] as const)('while nothing was read: %s', (_, from, to, expected) => {
    const gains = gainsPerHour([rises(from, to)], hours(9)).map((points) => Number(points.toFixed(3)));
    expect(sorted(gains)).toEqual(expected);
  });

  test('leave out the first reading: nobody knows when that was used', () => {
    expect(gainsPerHour([rises([5, 80])], hours(3))).toEqual([]);
  });

  test('leave out the running hour, which is what they are held against', () => {
    const climb = rises([0, 10], [30, 20], [90, 50]);
    expect(gainsPerHour([climb], minutes(91))).toEqual([25]);
    expect(gainsPerHour([climb], minutes(59))).toEqual([]);
  });

  test('leave out hours without use', () => {
    expect(gainsPerHour([rises([5, 10], [65, 10], [125, 10], [130, 30])], hours(4))).toEqual([20]);
  });

  test('are nothing without windows', () => {
    expect(gainsPerHour([], NOON)).toEqual([]);
    expect(gainsPerHour([[]], NOON)).toEqual([]);
  });

  test('are all that was gained, but for less than a point in each hour in which nothing was read', () => {
    const step = fc.record({ minutes: fc.integer({ min: 1, max: 400 }), points: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const climb: (readonly [number, number])[] = [[0, 0]];
        for (const { minutes: elapsed, points } of steps) {
          const [minute, used] = climb.at(-1) ?? [0, 0];
          climb.push([minute + elapsed, used + points]);
        }
        const [lastMinute, gained] = climb.at(-1) ?? [0, 0];
        const found = gainsPerHour([rises(...climb)], minutes(lastMinute + 60));
        const sum = found.reduce((total, points) => total + points, 0);
        expect(sum).toBeLessThanOrEqual(gained + 1e-9);
        expect(sum).toBeGreaterThan(gained - (Math.ceil(lastMinute / 60) - found.length) - 1e-9);
      }),
    );
  });
});

test('the points that a day took follow the same rules', () => {
  const week = rises([0, 1], [60, 5], [1440, 15], [2880, 18]);
  // The first day has its own 4 points and 11 of the 23 hours of the next gain, the second the rest and half of the last.
  const gains = gainsPerDay([week], hours(48)).map((points) => Number(points.toFixed(6)));
  expect(sorted(gains)).toEqual([6.717391, 8.782609]);
});

describe('a quantile', () => {
  test.each([
    [[], 0.5, undefined],
    [[7], 0.95, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 3, 2, 1], 0.5, 2],
    [[3, 1, 2], 0, 1],
    [[3, 1, 2], 1, 3],
    [Array.from({ length: 20 }, (_, n) => n + 1), 0.95, 19],
  ])('of %j at %d is %s, the nearest rank', (values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });

  test('is one of the values, has its share at or below it, and leaves the values as they were', () => {
    const values = fc.array(fc.integer(), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
        const before = [...some];
        const found = quantile(some, share) ?? Number.NaN;
        expect(some).toContain(found);
        expect(some.filter((value) => value <= found).length).toBeGreaterThanOrEqual(share * some.length - 1e-9);
        expect(some).toEqual(before);
      }),
    );
  });
});
