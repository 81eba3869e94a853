import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExchangeRate } from '../../src/model/points.ts';
import { DAY_MS, HOUR_MS, plus } from '../../src/model/time.ts';
import { exchangeRate, type SettledReading, teamRate } from '../../src/windows/exchange-rate.ts';
import { NOON } from '../support/builders.ts';
import { type SyntheticDeveloper, windowsOf } from './synthetic-developer.ts';

type Pair = readonly [usedPercent: number, dollars: number | undefined];

/** A window that is read once an hour, on a day of its own. */
function window(day: number, ...pairs: readonly Pair[]): readonly SettledReading[] {
  return pairs.map(([usedPercent, dollars], hour) => ({
    at: plus(NOON, day * DAY_MS + hour * HOUR_MS),
    usedPercent,
    spentMicros: dollars === undefined ? undefined : Math.round(dollars * 1e6),
  }));
}

/** The same window on each of some days. */
const onDays = (days: number, ...pairs: readonly Pair[]) =>
  Array.from({ length: days }, (_, day) => window(day, ...pairs));

const rate = (windows: readonly (readonly SettledReading[])[]) => exchangeRate('five_hour', windows);
const learnt = (windows: readonly (readonly SettledReading[])[]) => rate(windows)?.perDollar;

describe('points per dollar', () => {
  test('are what a stretch gained by what it cost, between what rounding may hide', () => {
    expect(rate(onDays(5, [10, 0], [11, 3], [21, 10]))).toEqual({
      windowKind: 'five_hour',
      perDollar: { points: 1, low: 0.9, high: 1.1 },
      learntFrom: 'own',
      samples: 5,
    });
  });

  test.each<[string, readonly Pair[], number]>([
    [
      'add up the readings of a stretch until it has five points',
      [
        [1, 0],
        [2, 1],
        [4, 4],
        [7, 6],
      ],
      0.5,
    ],
    [
      'leave out what was gained before the second reading',
      [
        [0, 0],
        [40, 1],
        [45, 5],
      ],
      1,
    ],
    [
      'leave out a rest of less than five points',
      [
        [0, 0],
        [1, 1],
        [6, 10],
        [10, 1],
      ],
      0.5,
    ],
    [
      'leave out what filled the window up',
      [
        [89, 0],
        [90, 1],
        [95, 5],
        [100, 1],
      ],
      1,
    ],
    [
      'begin anew after something of unknown price',
      [
        [0, 0],
        [1, 1],
        [3, 1],
        [9, undefined],
        [14, 10],
      ],
      0.5,
    ],
    [
      'count what was spent while an idle session repeated the past',
      [
        [0, 0],
        [10, 1],
        [8, 2],
        [15, 3],
      ],
      1,
    ],
  ])('%s', (_, pairs, expected) => {
    expect(learnt(onDays(5, ...pairs))?.points).toBeCloseTo(expected, 9);
  });

  test.each<[string, number, readonly Pair[], boolean]>([
    [
      'after stretches of five days',
      5,
      [
        [0, 0],
        [1, 1],
        [6, 5],
      ],
      true,
    ],
    [
      'not after four',
      4,
      [
        [0, 0],
        [1, 1],
        [6, 5],
      ],
      false,
    ],
    [
      'not from gains of four points, however many',
      28,
      [
        [0, 0],
        [1, 1],
        [5, 5],
      ],
      false,
    ],
    [
      'not where nothing was spent: another client filled them',
      28,
      [
        [0, 0],
        [1, 1],
        [60, 0],
      ],
      false,
    ],
    ['not from single readings', 28, [[50, 0]], false],
    ['not without readings', 28, [], false],
  ])('are known %s', (_, days, pairs, isKnown) => {
    expect(rate(onDays(days, ...pairs)) !== undefined).toBe(isKnown);
  });

  test('count days, not windows: a week’s window teaches like several short ones', () => {
    const week = Array.from({ length: 6 }, (_, day): SettledReading => {
      return { at: plus(NOON, day * DAY_MS), usedPercent: day * 10, spentMicros: 2e7 };
    });
    expect(learnt([week.slice(0, 6)])).toBeUndefined();
    expect(rate([[...week, { at: plus(NOON, 6 * DAY_MS), usedPercent: 60, spentMicros: 2e7 }]])).toMatchObject({
      perDollar: { points: 0.5 },
      samples: 1,
    });
  });

  test('weigh by dollars: windows that another client fills say little', () => {
    const own = onDays(5, [0, 0], [1, 1], [6, 5]);
    const others = onDays(20, [0, 0], [1, 0.01], [90, 0.1]);
    expect(learnt([...own, ...others])?.points).toBe(1);
  });
});

const points = (min: number, max: number) =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((thousandths) => thousandths / 1000);

/** Windows of one rate, each read at some of its requests; rounded down or to the nearest, as nobody knows which. */
const anyWindows = fc
  .record({
    pointsPerDollar: fc.integer({ min: 5, max: 500 }).map((hundredths) => hundredths / 100),
    isRoundedDown: fc.boolean(),
    windows: fc.array(
      fc.record({
        start: points(0, 20),
        // Zero points between two readings: an idle gap.
        gains: fc.array(points(0, 9), { minLength: 8, maxLength: 20 }),
      }),
      { minLength: 10, maxLength: 28 },
    ),
  })
  .map(({ pointsPerDollar, isRoundedDown, windows }) => {
    const round = isRoundedDown ? Math.floor : Math.round;
    const read = (factor: number, { start, gains }: (typeof windows)[number], day: number) => {
      let used = start;
      return gains.map((gain, hour): SettledReading => {
        used += gain;
        const spentMicros = (gain / factor / pointsPerDollar) * 1e6;
        return { at: plus(NOON, day * DAY_MS + hour * HOUR_MS), usedPercent: round(used), spentMicros };
      });
    };
    return {
      pointsPerDollar,
      clean: windows.map((one, day) => read(1, one, day)),
      // Every fifth of the same size is filled three times as fast as its dollars tell.
      shared: [0, 1, 2, 3, 4].flatMap((copy) => windows.map((one, day) => read(copy === 0 ? 3 : 1, one, day))),
    };
  });

describe('whatever is read of windows that fill at one rate', () => {
  test('the range holds it, and the rate is no further off than rounding allows', () => {
    fc.assert(
      fc.property(anyWindows, ({ pointsPerDollar, clean }) => {
        const found = learnt(clean);
        fc.pre(found !== undefined);
        expect(found.low).toBeLessThanOrEqual(pointsPerDollar * (1 + 1e-9));
        expect(found.high).toBeGreaterThanOrEqual(pointsPerDollar * (1 - 1e-9));
        // Five points read are at least four and at most six.
        expect(found.points / pointsPerDollar).toBeGreaterThan(5 / 6 - 1e-9);
        expect(found.points / pointsPerDollar).toBeLessThan(5 / 4 + 1e-9);
      }),
    );
  });

  test('the same holds while another client fills a fifth of them three times as fast', () => {
    fc.assert(
      fc.property(anyWindows, ({ pointsPerDollar, shared }) => {
        const found = learnt(shared);
        fc.pre(found !== undefined);
        expect(found.low).toBeLessThanOrEqual(pointsPerDollar * (1 + 1e-9));
        expect(found.high).toBeGreaterThanOrEqual(pointsPerDollar * (1 - 1e-9));
        expect(found.points / pointsPerDollar).toBeLessThan(5 / 4 + 1e-9);
      }),
    );
  });

  test('twice the dollars for the same points are half the rate', () => {
    fc.assert(
      fc.property(anyWindows, fc.integer({ min: 2, max: 50 }), ({ clean }, factor) => {
        const found = learnt(clean);
        fc.pre(found !== undefined);
        const dearer = learnt(
          clean.map((readings) => readings.map((one) => ({ ...one, spentMicros: (one.spentMicros ?? 0) * factor }))),
        );
        for (const key of ['points', 'low', 'high'] as const) {
          expect((dearer?.[key] ?? 0) * factor).toBeCloseTo(found[key], 6);
        }
      }),
    );
  });

  test('the rate lies in its range', () => {
    fc.assert(
      fc.property(anyWindows, ({ clean, shared }) => {
        for (const found of [learnt(clean), learnt(shared)]) {
          if (!found) continue;
          expect(found.low).toBeLessThanOrEqual(found.points);
          expect(found.points).toBeLessThanOrEqual(found.high);
        }
      }),
    );
  });
});

/** How far off the learnt rates of 200 developers are, and how many of their ranges hold the true one. */
function accuracy(part: Partial<SyntheticDeveloper>) {
  const found = Array.from({ length: 200 }, (_, n) => {
    const developer = { pointsPerDollar: 0.76, ...part, seed: n + 1 };
    const perDollar = learnt(windowsOf(developer));
    if (!perDollar) return [];
    const isHeld = perDollar.low <= developer.pointsPerDollar && developer.pointsPerDollar <= perDollar.high;
    return [{ off: Math.abs(perDollar.points / developer.pointsPerDollar - 1), isHeld }];
  }).flat();
  const off = found.map((one) => one.off).toSorted((a, b) => a - b);
  return {
    known: found.length / 200,
    median: off[Math.floor(off.length / 2)] ?? Number.NaN,
    p90: off[Math.floor(off.length * 0.9)] ?? Number.NaN,
    held: found.filter((one) => one.isHeld).length / found.length,
  };
}

describe('200 simulated developers learn', () => {
  test.each<[string, Partial<SyntheticDeveloper>, { median: number; p90: number; held: number }]>([
    ['after five days', { days: 5 }, { median: 0.01, p90: 0.03, held: 1 }],
    ['after four weeks', { days: 28 }, { median: 0.005, p90: 0.01, held: 1 }],
    ['on Pro, where a dollar takes three points', { pointsPerDollar: 3 }, { median: 0.01, p90: 0.02, held: 1 }],
    ['while one reading in thirty comes through', { readShare: 0.03 }, { median: 0.02, p90: 0.05, held: 1 }],
    ['while claude.ai fills a fifth of the windows', { sharedWindows: 0.2 }, { median: 0.02, p90: 0.05, held: 0.98 }],
    ['with a burst of claude.ai in every window', { bursts: 1 }, { median: 0.05, p90: 0.08, held: 0.98 }],
    ['while models and caches differ by a fifth', { spread: 0.2 }, { median: 0.05, p90: 0.12, held: 0.98 }],
    [
      'with a little of everything',
      { sharedWindows: 0.1, bursts: 0.3, lost: 0.03, spread: 0.2 },
      { median: 0.15, p90: 0.3, held: 0.97 },
    ],
  ])('%s', (_, part, limits) => {
    const { known, median, p90, held } = accuracy(part);
    expect(known).toBeGreaterThan(0.6);
    expect(median).toBeLessThan(limits.median);
    expect(p90).toBeLessThan(limits.p90);
    expect(held).toBeGreaterThanOrEqual(limits.held);
  });
});

describe('what colleagues learnt', () => {
  const colleague = (points: number, windowKind = 'five_hour'): ExchangeRate => ({
    windowKind,
    perDollar: { points, low: points / 2, high: points * 2 },
    learntFrom: 'own',
    samples: 12,
  });
  const team = (...points: readonly number[]) =>
    teamRate(
      'five_hour',
      points.map((one) => colleague(one)),
    );

  test('is the median of three, marked as theirs, with the range of them all', () => {
    expect(team(3, 1, 2)).toEqual({
      windowKind: 'five_hour',
      perDollar: { points: 2, low: 0.5, high: 6 },
      learntFrom: 'team',
      samples: 3,
    });
  });

  test('is nothing with two: one of them may be odd', () => {
    expect(team(1, 2)).toBeUndefined();
    expect(team()).toBeUndefined();
  });

  test('is not moved by one who is a hundred times off', () => {
    expect(team(1, 1, 1, 1, 100)?.perDollar).toEqual({ points: 1, low: 0.5, high: 2 });
  });

  test('counts those alone who know this kind of window', () => {
    const weekly = [1, 2, 3].map((points) => colleague(points, 'seven_day'));
    expect(teamRate('five_hour', weekly)).toBeUndefined();
    expect(teamRate('seven_day', weekly)?.samples).toBe(3);
  });
});
