import { cacheLoss } from '../model/cache-loss.ts';
import { type Incident, isCacheIncident } from '../model/incident.ts';
import { sum } from '../model/sum.ts';
import type { WeekDay } from './schedule.ts';
import type { WeekUsage } from './week-usage.ts';
import { isOwnTrouble } from './worth-telling.ts';

/** A week day by day against the week before, by what tells the most: money is in micro-dollars at API prices. */
export interface WeekChart {
  readonly of: 'rewritten_tokens' | 'incidents' | 'cost_micros' | 'requests';
  readonly days: readonly ChartDay[];
}

interface ChartDay {
  /** 1 (Monday) to 7 (Sunday). */
  readonly weekday: number;
  readonly value: number;
  /** Of the week before; undefined when that was not watched as a whole. */
  readonly before: number | undefined;
}

/** What is known of the days of a week. */
export interface DaysFacts {
  readonly days: readonly WeekDay[];
  /** Worth telling; an incident belongs to the day on which it opened. */
  readonly incidents: readonly Incident[];
  /** Of each of the days. */
  readonly usage: readonly WeekUsage[];
}

const MEASURES: Readonly<Record<WeekChart['of'], (facts: DaysFacts) => readonly number[]>> = {
  rewritten_tokens: (facts) => ofIncidents(facts, rewrittenTokens),
  incidents: (facts) => ofIncidents(facts, (incident) => (isOwnTrouble(incident) ? 1 : 0)),
  cost_micros: ({ usage }) => usage.map(({ costMicros }) => costMicros),
  requests: ({ usage }) => usage.map(({ requests }) => requests),
};

/** Losses before trouble, trouble before use; undefined when there is nothing of either week to draw. */
export function weekChart(week: DaysFacts, before: DaysFacts | undefined): WeekChart | undefined {
  const of = ORDER.find((measure) => [week, before].some((facts) => facts && total(MEASURES[measure](facts)) > 0));
  if (of === undefined) return undefined;
  const values = MEASURES[of](week);
  const valuesBefore = before && new Map(MEASURES[of](before).map((value, at) => [before.days[at]?.weekday, value]));
  const days = week.days.map(({ weekday }, index) => ({
    weekday,
    value: values[index] ?? 0,
    before: valuesBefore && (valuesBefore.get(weekday) ?? 0),
  }));
  return { of, days };
}

const ORDER = [
  'rewritten_tokens',
  'incidents',
  'cost_micros',
  'requests',
] as const satisfies readonly WeekChart['of'][];

function ofIncidents({ days, incidents }: DaysFacts, value: (incident: Incident) => number): readonly number[] {
  const byDay = Map.groupBy(incidents, ({ openedAt }) =>
    days.findIndex(({ from, to }) => from <= openedAt && openedAt < to),
  );
  return days.map((_, index) => sum(byDay.get(index) ?? [], value));
}

function rewrittenTokens(incident: Incident): number {
  return isCacheIncident(incident) ? cacheLoss(incident.evidence).rewrittenTokens : 0;
}

function total(values: readonly number[]): number {
  return sum(values, (value) => value);
}
