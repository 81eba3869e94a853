import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rise } from '../../src/model/quota-window.ts';
import { busiestPerHour, gainsPerDay, quantile } from '../../src/windows/usual-pace.ts';
import { hours, minutes, rises } from '../support/builders.ts';

/** Rises of a day as if it were an hour, from midnight: pairs of (sixtieths of a day, percent). */
const climb = (...pairs: readonly (readonly [number, number])[]) =>
  rises(...pairs.map(([part, used]) => [part * 24 - 12 * 60, used] as const));
/** What days took before a moment, in sixtieths of a day from midnight. */
const gains = (windows: readonly (readonly Rise[])[], part: number) =>
  gainsPerDay(windows, minutes(part * 24 - 12 * 60));

/** Least first. */
const sorted = (gains: readonly number[]) => gains.toSorted((a, b) => a - b);

describe('the points that a day took', () => {
  test('are the gains inside it, in any window', () => {
    const one = climb([5, 10], [10, 12], [50, 20], [70, 23]);
    const other = climb([20, 40], [30, 45]);
    expect(sorted(gains([one, other], 180))).toEqual([1.5, 16.5]);
  });

  test('are a share of what was gained while nothing was read', () => {
    const [first, second, third, ...more] = gains([climb([0, 5], [180, 81])], 240);
    for (const share of [first, second, third]) expect(share).toBeCloseTo(76 / 3, 9);
    expect(more).toEqual([]);
  });

  test.each([
    ['a point or more counts as use', [90, 10], [270, 13], [0.5, 0.5, 1, 1]],
    ['less than a point, with nothing read there, does not', [90, 10], [270, 12], [0.333, 0.333]],
  ] as const)('while nothing was read: %s', (_, from, to, expected) => {
    const found = gains([climb(from, to)], 540).map((points) => Number(points.toFixed(3)));
    expect(sorted(found)).toEqual(expected);
  });

  test('leave out the first reading: nobody knows when that was used', () => {
    expect(gains([climb([5, 80])], 180)).toEqual([]);
  });

  test('leave out the running day, which is what they are held against', () => {
    const climbed = climb([0, 10], [30, 20], [90, 50]);
    expect(gains([climbed], 91)).toEqual([25]);
    expect(gains([climbed], 59)).toEqual([]);
  });

  test('leave out days without use', () => {
    expect(gains([climb([5, 10], [65, 10], [125, 10], [130, 30])], 240)).toEqual([20]);
  });

  test('are nothing without windows', () => {
    expect(gains([], 0)).toEqual([]);
    expect(gains([[]], 0)).toEqual([]);
  });

  test('are all that was gained, but for less than a point in each day in which nothing was read', () => {
    const step = fc.record({ minutes: fc.integer({ min: 1, max: 400 }), points: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const pairs: (readonly [number, number])[] = [[0, 0]];
        for (const { minutes: elapsed, points } of steps) {
          const [minute, used] = pairs.at(-1) ?? [0, 0];
          pairs.push([minute + elapsed, used + points]);
        }
        const [lastMinute, gained] = pairs.at(-1) ?? [0, 0];
        const found = gains([climb(...pairs)], lastMinute + 60);
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

describe('the most points that 60 minutes of an hour took', () => {
  test('are counted up to each reading, over the edge of the hour too', () => {
    const burst = rises([40, 0], [50, 20], [70, 40], [130, 41]);
    expect(sorted(busiestPerHour([burst], hours(4)))).toEqual([1, 20, 40]);
  });

  test('are the same for a burst, wherever the clock cuts it', () => {
    const burstFrom = (minute: number) => rises([minute, 0], [minute + 15, 20], [minute + 30, 40]);
    for (const minute of [0, 20, 40, 59]) {
      expect(Math.max(...busiestPerHour([burstFrom(minute)], hours(4)))).toBe(40);
    }
  });

  test('leave out the running hour, and the first reading', () => {
    const climbed = rises([0, 10], [30, 20], [90, 50]);
    expect(busiestPerHour([climbed], minutes(91))).toEqual([10]);
    expect(busiestPerHour([climbed], minutes(59))).toEqual([]);
    expect(busiestPerHour([rises([5, 80]), []], hours(3))).toEqual([]);
  });

  test('of two windows at once are those of the busier one', () => {
    expect(busiestPerHour([rises([0, 0], [30, 20]), rises([10, 50], [40, 55])], hours(2))).toEqual([20]);
  });
});
