import { describe, expect, test } from 'vitest';
import { incidentId } from '../../src/model/ids.ts';
import type { Incident } from '../../src/model/incident.ts';
import { DAY_MS, plus } from '../../src/model/time.ts';
import { daysOf } from '../../src/summary/schedule.ts';
import { weekChart } from '../../src/summary/week-chart.ts';
import type { WeekUsage } from '../../src/summary/week-usage.ts';
import { cacheIncident, lockOut, WEDNESDAY } from './incidents.ts';
import { BEFORE, NO_USAGE, onMonday, SOME_USAGE, WEEK, ZONE } from './week-facts.ts';

interface Part {
  readonly incidents?: readonly Incident[];
  readonly usage?: readonly WeekUsage[];
}

const of = (week: typeof WEEK, { incidents = [], usage = onMonday(NO_USAGE) }: Part = {}) => {
  return { days: daysOf(week, ZONE), incidents, usage };
};
const values = (chart: ReturnType<typeof weekChart>) => chart?.days.map(({ value }) => value);
const valuesBefore = (chart: ReturnType<typeof weekChart>) => chart?.days.map((day) => day.before);

const lastWednesday = plus(WEDNESDAY, -7 * DAY_MS);

describe('the chart of a week', () => {
  test('draws what broken caches wrote again, by the day on which each opened', () => {
    const incidents = [
      cacheIncident(),
      cacheIncident({ partOf: incidentId(9) }),
      cacheIncident({ openedAt: WEEK.from }),
      cacheIncident({
        openedAt: plus(WEEK.to, -1),
        evidence: { clientCount: { misses: 9, rewrittenTokens: 500_000 } },
      }),
      lockOut(),
    ];
    const chart = weekChart(
      of(WEEK, { incidents }),
      of(BEFORE, { incidents: [cacheIncident({ openedAt: lastWednesday })] }),
    );
    expect(chart?.of).toBe('rewritten_tokens');
    expect(values(chart)).toEqual([400_000, 0, 800_000, 0, 0, 0, 500_000]);
    expect(valuesBefore(chart)).toEqual([0, 0, 400_000, 0, 0, 0, 0]);
  });

  test('draws incidents where no cache broke in either week, and a regression’s parts with it', () => {
    const none = { rewrittenTokens: 0 };
    const incidents = [lockOut(), lockOut({ developer: 2 }), cacheIncident({ partOf: incidentId(9), evidence: none })];
    const chart = weekChart(of(WEEK, { incidents }), of(BEFORE));
    expect(chart?.of).toBe('incidents');
    expect(values(chart)).toEqual([0, 0, 2, 0, 0, 0, 0]);
  });

  test('draws losses of the week before, which a quiet week has left behind', () => {
    const chart = weekChart(of(WEEK), of(BEFORE, { incidents: [cacheIncident({ openedAt: lastWednesday })] }));
    expect(chart?.of).toBe('rewritten_tokens');
    expect(values(chart)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test('draws use in quiet weeks: what it was worth, or its requests where nobody knows', () => {
    const usage = onMonday(SOME_USAGE);
    expect(weekChart(of(WEEK, { usage }), undefined)).toMatchObject({ of: 'cost_micros' });
    expect(values(weekChart(of(WEEK, { usage }), of(BEFORE)))?.[0]).toBe(5_000_000);
    const unpriced = onMonday({ ...SOME_USAGE, costMicros: 0, unpricedRequests: 100 });
    expect(weekChart(of(WEEK, { usage: unpriced }), undefined)).toMatchObject({ of: 'requests' });
  });

  test('compares with nothing that was not watched, and with the weekdays that a running week has had', () => {
    const chart = weekChart(of(WEEK, { incidents: [lockOut()] }), undefined);
    expect(valuesBefore(chart)).toEqual(Array.from({ length: 7 }));
    const running = { ...WEEK, to: plus(WEDNESDAY, 1) };
    const usage = onMonday(SOME_USAGE);
    const soFar = weekChart(of(running, { usage }), of({ ...BEFORE, to: plus(BEFORE.from, DAY_MS) }, { usage }));
    expect(soFar?.days.map(({ weekday }) => weekday)).toEqual([1, 2, 3]);
    expect(valuesBefore(soFar)).toEqual([5_000_000, 0, 0]);
  });

  test('is left out where there is nothing to draw', () => {
    expect(weekChart(of(WEEK), of(BEFORE))).toBeUndefined();
  });
});
