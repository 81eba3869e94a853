import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { burnRate, type WindowHistory } from '../../src/detectors/burn-rate.ts';
import type { QuotaWindow, Rise } from '../../src/model/quota-window.ts';
import { DAY_MS, HOUR_MS, plus } from '../../src/model/time.ts';
import { burnFinding, hours, minutes, NOON, rises, window } from '../support/builders.ts';

const never = () => {
  throw new Error('the history was read for nothing');
};

function burn(part: Partial<QuotaWindow>, history: readonly Rise[], earlier: WindowHistory['earlier'] = () => []) {
  return burnRate({ window: window(part), rises: history, earlier }, POLICY.burnRate);
}

/** One window for each of these gains, each taken within an hour of a day before. */
const activeHours = (...gains: readonly number[]) =>
  gains.map((points, n): readonly Rise[] => [
    { at: plus(NOON, -(n + 2) * HOUR_MS), usedPercent: 0 },
    { at: plus(NOON, -(n + 2) * HOUR_MS + 60_000), usedPercent: points },
  ]);

describe('a five-hour window of somebody unknown', () => {
  test('warns at a pace that empties a full window in under 25 minutes', () => {
    expect(burn({ usedPercent: 70 }, rises([-10, 20], [0, 70]))).toEqual(
      burnFinding({ usedPercent: 70, pointsPerHour: 300, runsOutAt: minutes(6) }),
    );
  });

  test.each([
    ['exactly 25 minutes is an ordinary hour on a small plan', 240, undefined],
    ['a little less is not', 240.6, 'warning'],
    ['90 minutes is nothing to hold against anybody', 66, undefined],
  ])('%s', (_, perHour, severity) => {
    const gained = perHour / 6;
    expect(burn({ usedPercent: 40 }, rises([-10, 40 - gained], [0, 40]))?.severity).toBe(severity);
  });

  test('becomes known with 20 active hours', () => {
    const pace = [{ usedPercent: 40, lastReadAt: minutes(20) }, rises([0, 10], [20, 40])] as const;
    const slow = (count: number) => () => activeHours(...Array.from({ length: count }, () => 29));
    expect(burn(...pace, slow(19))).toBeUndefined();
    expect(burn(...pace, slow(20))?.usualPointsPerHour).toBe(29);
  });
});

describe('a five-hour window of somebody known', () => {
  const usual = (points: number) => () =>
    activeHours(...Array.from({ length: 20 }, (_, n) => (n === 0 ? 500 : points)));

  test.each([
    ['of more points in an hour than their own 95th percentile warns', 29, 'warning'],
    ['of as many does not: they always work like that', 30, undefined],
  ])('%s', (_, ownPace, severity) => {
    expect(burn({ usedPercent: 40 }, rises([-20, 10], [0, 40]), usual(ownPace))?.severity).toBe(severity);
  });

  test('does not warn at a pace that needs 90 minutes for a full window, however unusual', () => {
    const perHour = 100 / 1.5;
    const climb = { usedPercent: perHour };
    expect(burn(climb, rises([-60, 0], [0, perHour]), never)).toBeUndefined();
    expect(burn(climb, rises([-59, 0], [0, perHour]), usual(10))?.severity).toBe('warning');
  });

  test.each([
    ['used up exactly an hour before its reset is no waste', 60, undefined],
    ['used up more than an hour before its reset is', 60.01, 'warning'],
  ])('%s', (_, minutesLeft, severity) => {
    // At 120 points an hour the 60 points that are left last half an hour.
    const resetsAt = minutes(30 + minutesLeft);
    expect(burn({ usedPercent: 40, resetsAt }, rises([-15, 10], [0, 40]), usual(10))?.severity).toBe(severity);
  });

  test('says nothing when it lasts, or when it is used up already', () => {
    expect(burn({ usedPercent: 40, resetsAt: minutes(20) }, rises([-15, 10], [0, 40]), usual(10))).toBeUndefined();
    expect(burn({ usedPercent: 100 }, rises([-15, 60], [0, 100]), usual(10))).toBeUndefined();
  });
});

describe('a pace is told from the rounding of percentages', () => {
  test.each([
    ['by ten points', 10, 'warning'],
    ['not by nine', 9, undefined],
  ])('%s', (_, points, severity) => {
    const fast = () => activeHours(...Array.from({ length: 20 }, () => 1));
    expect(burn({ usedPercent: 50 }, rises([-5, 50 - points], [0, 50]), fast)?.severity).toBe(severity);
  });

  test('and not within less than five minutes', () => {
    expect(burn({ usedPercent: 50 }, rises([-4, 20], [0, 50]), never)).toBeUndefined();
  });

  test('nor is the gain of three hours in which nothing was read a burst at their end', () => {
    const slow = () => activeHours(...Array.from({ length: 20 }, () => 1));
    expect(burn({ usedPercent: 81 }, rises([-180, 5], [0, 81]), slow)).toBeUndefined();
    expect(burn({ usedPercent: 81 }, rises([-60, 5], [0, 81]), slow)?.pointsPerHour).toBe(76);
  });

  test('nor from nothing', () => {
    expect(burn({}, [], never)).toBeUndefined();
  });
});

describe('a weekly window', () => {
  const weekly = { kind: 'seven_day', resetsAt: hours(96) } as const;
  const activeDays = (count: number, points: number) => () =>
    Array.from({ length: count }, (_, n): readonly Rise[] => [
      { at: plus(NOON, -(n + 2) * DAY_MS), usedPercent: 0 },
      { at: plus(NOON, -(n + 2) * DAY_MS + 60_000), usedPercent: points },
    ]);
  // From noon to noon: half of it was yesterday, which is an active day as well.
  const day = rises([-1440, 0], [0, 60]);

  test('warns when it is used up a day before its reset at three times their median day', () => {
    expect(burn({ ...weekly, usedPercent: 60 }, day, activeDays(5, 20))).toMatchObject({
      windowKind: 'seven_day',
      severity: 'warning',
      pointsPerHour: 2.5,
      usualPointsPerHour: 20 / 24,
      runsOutAt: hours(16),
    });
  });

  test.each([
    ['below three times their median day', { ...weekly, usedPercent: 60 }, activeDays(5, 20.1)],
    ['with four active days: nobody knows their pace yet', { ...weekly, usedPercent: 60 }, activeDays(3, 1)],
    [
      'when it is used up less than a day before its reset',
      { ...weekly, usedPercent: 60, resetsAt: hours(40) },
      activeDays(5, 1),
    ],
    ['after less than ten points', { ...weekly, usedPercent: 9 }, never],
  ])('says nothing %s', (_, part, earlier) => {
    expect(burn(part, day, earlier)).toBeUndefined();
  });
});

test('a window of any other kind has no pace that anybody agreed on', () => {
  expect(burn({ kind: 'spend_limit', usedPercent: 70 }, rises([-10, 20], [0, 70]), never)).toBeUndefined();
});
