import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gainsPerDay, gainsPerHour, quantile } from '../../src/windows/usual-pace.ts';
import { hours, minutes, NOON, rises } from '../support/builders.ts';

describe('the points that an hour took', () => {
  test('are the rises inside it, in any window', () => {
    const one = rises([5, 10], [10, 12], [50, 20], [70, 23]);
    const other = rises([20, 40], [30, 45]);
    expect(gainsPerHour([one, other], hours(3)).toSorted()).toEqual([15, 3]);
  });

  test('leave out the first reading: nobody knows when that was used', () => {
    expect(gainsPerHour([rises([5, 80])], hours(3))).toEqual([]);
  });

  test('leave out the running hour, which is what they are held against', () => {
    const climb = rises([5, 10], [30, 20], [65, 50]);
    expect(gainsPerHour([climb], minutes(66))).toEqual([10]);
    expect(gainsPerHour([climb], minutes(59))).toEqual([]);
  });

  test('leave out hours without use', () => {
    expect(gainsPerHour([rises([5, 10], [65, 10], [125, 30])], hours(4))).toEqual([20]);
  });

  test('are nothing without windows', () => {
    expect(gainsPerHour([], NOON)).toEqual([]);
    expect(gainsPerHour([[]], NOON)).toEqual([]);
  });
});

test('the points that a day took follow the same rules', () => {
  const week = rises([0, 1], [60, 5], [1440, 15], [2880, 18]);
  expect(gainsPerDay([week], hours(48)).toSorted()).toEqual([10, 4]);
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
