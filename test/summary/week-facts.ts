import { developerId } from '../../src/model/ids.ts';
import { DAY_MS, plus } from '../../src/model/time.ts';
import { NO_COUNTS, type VersionRates } from '../../src/model/version-rates.ts';
import { daysOf, type Week, weekBefore, weekOf } from '../../src/summary/schedule.ts';
import type { Stretch, WeekFacts } from '../../src/summary/week-summary.ts';
import { totalUsage, type WeekUsage } from '../../src/summary/week-usage.ts';

export const ZONE = 'Europe/Berlin';
export const WEEK = weekOf('2026-W47', ZONE);
export const BEFORE = weekBefore(WEEK, ZONE);

export const NO_USAGE = totalUsage([]);

export const SOME_USAGE: WeekUsage = {
  requests: 100,
  contextTokens: 1_000_000,
  cacheReadTokens: 960_000,
  costMicros: 5_000_000,
  unpricedRequests: 0,
};

/** A week without incidents and use. */
export function stretch(week: Week, part: Partial<Stretch> = {}): Stretch {
  const days = daysOf(week, ZONE);
  return { week, days, incidents: [], usageByDay: days.map(() => NO_USAGE), ...part };
}

/** What each day used: all of it on the first. */
export function onMonday(usage: WeekUsage): readonly WeekUsage[] {
  return daysOf(WEEK, ZONE).map((_, index) => (index === 0 ? usage : NO_USAGE));
}

/** Week 47 of 2026 in Berlin: one developer worked, nothing went wrong, and it has been watched for long. */
export function weekFacts(part: Partial<WeekFacts> = {}): WeekFacts {
  const usage = part.usage ?? new Map([[developerId(1), SOME_USAGE]]);
  return {
    ...stretch(WEEK, { usageByDay: onMonday(totalUsage([...usage.values()])) }),
    before: stretch(BEFORE),
    open: [],
    recorded: { resumes: 0, rewrittenTokens: 0 },
    usage,
    plans: new Map([[developerId(1), 'api']]),
    versions: [],
    weeklyQuotas: [],
    installedAt: plus(BEFORE.from, -DAY_MS),
    ...part,
  };
}

/** The turn boundaries of a client version. */
export function rates(clientVersion: string, boundaryMisses: number, boundaries: number): VersionRates {
  return { ...NO_COUNTS, clientVersion, developers: 3, boundaries, boundaryMisses };
}
