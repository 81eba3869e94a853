import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/model/time.ts';
import { forecast, pace, runOut } from '../../src/windows/forecast.ts';
import { hours, minutes, NOON, rises, window } from '../support/builders.ts';

describe('the pace', () => {
  test.each([
    ['is what the span gained, per hour', { history: rises([-60, 20], [0, 50]), spanMs: HOUR_MS }, 30],
    [
      'counts from the level at which the span began, halfway between two rises',
      { history: rises([-90, 20], [-30, 40], [0, 50]), spanMs: HOUR_MS },
      20,
    ],
    [
      'counts from the very rise at which the span began',
      { history: rises([-90, 20], [-60, 35], [0, 50]), spanMs: HOUR_MS },
      15,
    ],
    [
      'spreads the gain of three unread hours over them, in the last hour',
      { history: rises([-180, 26], [0, 50]), spanMs: HOUR_MS },
      8,
    ],
    [
      'spreads the gain of three unread hours over them, in the last quarter of an hour',
      { history: rises([-180, 26], [0, 50]), spanMs: 15 * MINUTE_MS },
      8,
    ],
    [
      'is 0 where the same was read again after the span began',
      { history: rises([-180, 26], [-61, 50]), spanMs: HOUR_MS },
      0,
    ],
    [
      'of a short span is scaled to an hour',
      { history: rises([-60, 20], [-15, 40], [0, 50]), spanMs: 15 * MINUTE_MS },
      40,
    ],
    [
      'of a window younger than the span is that of the window',
      { history: rises([-30, 30], [0, 50]), spanMs: HOUR_MS },
      40,
    ],
    ['is 0 where nothing was used', { history: rises([-90, 50]), spanMs: HOUR_MS }, 0],
    ['is known after five minutes', { history: rises([-5, 49], [0, 50]), spanMs: HOUR_MS }, 12],
    ['is unknown below five minutes', { history: rises([-4.99, 49], [0, 50]), spanMs: HOUR_MS }, undefined],
    ['is unknown after one reading', { history: rises([0, 50]), spanMs: HOUR_MS }, undefined],
    ['is unknown without readings', { history: rises(), spanMs: HOUR_MS }, undefined],
    [
      'of a span shorter than five minutes needs that span only',
      { history: rises([-2, 49], [0, 50]), spanMs: 2 * MINUTE_MS },
      30,
    ],
  ])('%s', (_, { history, spanMs }, expected) => {
    expect(pace({ window: window(), rises: history, spanMs })).toBe(expected);
  });

  test('of a steady climb is that climb, over any span', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 15, max: 240 }), (perHour, spanMinutes) => {
        const history = rises(
          ...Array.from({ length: 61 }, (_, n) => [(n - 60) * 5, ((n - 60) * 5 * perHour) / 60] as const),
        );
        const found = pace({ window: window({ usedPercent: 0 }), rises: history, spanMs: spanMinutes * MINUTE_MS });
        expect(found).toBeCloseTo(perHour, 9);
      }),
    );
  });

  test('never exceeds that of the steepest two neighbouring rises, over any span', () => {
    const step = fc.record({ minutes: fc.integer({ min: 1, max: 300 }), points: fc.integer({ min: 1, max: 40 }) });
    const climb = fc.array(step, { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(climb, fc.nat(60), fc.integer({ min: 1, max: 1440 }), (steps, restMinutes, spanMinutes) => {
        let [minute, usedPercent] = [0, 1];
        const history = [[minute, usedPercent] as const];
        for (const { minutes: elapsed, points } of steps) {
          minute += elapsed;
          usedPercent += points;
          history.push([minute, usedPercent]);
        }
        const known = window({ usedPercent, lastReadAt: minutes(minute + restMinutes) });
        const steepest = Math.max(...steps.map((one) => (one.points * 60) / one.minutes));
        const found = pace({ window: known, rises: rises(...history), spanMs: spanMinutes * MINUTE_MS });
        expect(found ?? 0).toBeLessThanOrEqual(steepest + 1e-9);
        expect(found ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a window runs out', () => {
  test.each([
    ['when its pace leaves it empty before the reset', { usedPercent: 50, perHour: 25 }, hours(2)],
    ['never at a pace of 0', { usedPercent: 50, perHour: 0 }, undefined],
    ['never at a pace below 0', { usedPercent: 50, perHour: -3 }, undefined],
    ['never when the pace empties it exactly at the reset', { usedPercent: 50, perHour: 12.5 }, undefined],
    ['a little before the reset at a pace a little higher', { usedPercent: 50, perHour: 12.8 }, minutes(234.375)],
    ['at once when it is used up', { usedPercent: 100, perHour: 10 }, NOON],
    ['at once when it is overdrawn', { usedPercent: 130, perHour: 10 }, NOON],
  ])('%s', (_, { usedPercent, perHour }, expected) => {
    expect(runOut(window({ usedPercent }), perHour)).toBe(expected);
  });

  test('no later at a higher pace, and always between the last reading and the reset', () => {
    const points = fc.double({ min: 0.01, max: 1000, noNaN: true });
    const percent = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(points, points, percent, (one, other, usedPercent) => {
        const known = window({ usedPercent });
        const [slow = known.resetsAt, fast = known.resetsAt] = [
          runOut(known, Math.min(one, other)),
          runOut(known, Math.max(one, other)),
        ];
        expect(fast).toBeLessThanOrEqual(slow);
        expect(fast).toBeGreaterThanOrEqual(NOON);
        expect(slow).toBeLessThanOrEqual(known.resetsAt);
      }),
    );
  });
});

describe('a forecast', () => {
  test('after three hours without a reading takes the gain for that of the three hours', () => {
    const found = forecast(window({ usedPercent: 81, lastReadAt: hours(3) }), rises([0, 5], [180, 81]));
    expect(found.pace60).toBeCloseTo(76 / 3, 9);
    expect(found.pace15).toBeCloseTo(76 / 3, 9);
  });

  test('spans from the faster to the slower of both paces', () => {
    const found = forecast(window(), rises([-60, 20], [-15, 40], [0, 50]));
    expect(found).toEqual({ pace15: 40, pace60: 30, earliest: minutes(75), latest: minutes(100) });
  });

  test('has no latest end where the slower pace lasts until the reset', () => {
    const found = forecast(window(), rises([-60, 45], [-15, 45], [0, 50]));
    expect(found).toEqual({ pace15: 20, pace60: 5, earliest: minutes(150), latest: undefined });
  });

  test('knows nothing after a single reading', () => {
    expect(forecast(window(), rises([0, 50]))).toEqual({
      pace15: undefined,
      pace60: undefined,
      earliest: undefined,
      latest: undefined,
    });
  });

  test('of a window that lasts names no end', () => {
    expect(forecast(window(), rises([-60, 49], [0, 50]))).toEqual({
      pace15: 1,
      pace60: 1,
      earliest: undefined,
      latest: undefined,
    });
  });
});
