import type { IncidentKind } from '../model/finding.ts';
import { INCIDENT_KINDS } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type Incident, isCacheIncident } from '../model/incident.ts';
import type { Plan } from '../model/plans.ts';
import type { EpochMs } from '../model/time.ts';
import type { VersionRates } from '../model/version-rates.ts';
import { type Headline, headline } from './headline.ts';
import { type Headroom, headroom } from './headroom.ts';
import { peopleOf } from './people.ts';
import { type PlanValue, planValue } from './plan-value.ts';
import { type Recommendation, recommend } from './recommendation.ts';
import type { Week, WeekDay } from './schedule.ts';
import { type SilentFeeds, silentFeeds } from './silent-feeds.ts';
import { type VersionHealth, versionHealth } from './version-health.ts';
import { type WeekChart, weekChart } from './week-chart.ts';
import { type WeekLosses, weekLosses } from './week-losses.ts';
import { totalUsage, type WeekUsage } from './week-usage.ts';
import { type WorstVersion, worstVersion } from './worst-version.ts';
import { isFalseAlarm, isOwnTrouble, isWorthTelling } from './worth-telling.ts';

/** What is known of one week, or of a stretch from its Monday on. */
export interface Stretch {
  readonly week: Week;
  readonly days: readonly WeekDay[];
  /** Those that opened in it, late ones too. */
  readonly incidents: readonly Incident[];
  /** The team's use on each of the days. */
  readonly usageByDay: readonly WeekUsage[];
}

/** What is known when the summary is made. */
export interface WeekFacts extends Stretch {
  /** The week before; as much of it, while this one runs. */
  readonly before: Stretch;
  /** All that are open now. */
  readonly open: readonly Incident[];
  /** Resumes too small for an alert. */
  readonly recorded: Recorded;
  readonly usage: ReadonlyMap<DeveloperId, WeekUsage>;
  /** Of those who told it. */
  readonly plans: ReadonlyMap<DeveloperId, Plan>;
  /** How the cache of each client version did in the week. */
  readonly versions: readonly VersionRates[];
  /** The highest percentage read of each weekly quota that reset in the week. */
  readonly weeklyQuotas: readonly number[];
  readonly installedAt: EpochMs;
}

interface Recorded {
  readonly resumes: number;
  readonly rewrittenTokens: number;
}

export interface KindCount {
  readonly kind: IncidentKind;
  readonly incidents: number;
  /** In the week before; undefined when that was not watched as a whole. */
  readonly before: number | undefined;
}

/** What people answered to the incidents. */
interface Answers {
  readonly acknowledged: number;
  /** Counted with the others: it happened, and somebody wanted it. */
  readonly planned: number;
  /** In no other number. */
  readonly falseAlarms: number;
}

export interface WeekSummary {
  readonly week: Week;
  readonly weekBefore: Week;
  readonly headline: Headline;
  /** What a regression speaks for is one incident with it; its people and losses count all the same. */
  readonly incidents: number;
  readonly incidentsBefore: number | undefined;
  /** Kinds of this week or the week before, most telling first. */
  readonly kinds: readonly KindCount[];
  readonly peopleAffected: number;
  readonly answers: Answers;
  readonly losses: WeekLosses;
  /** In no other number. */
  readonly recorded: Recorded;
  readonly worstVersion: WorstVersion | undefined;
  readonly versionHealth: VersionHealth | undefined;
  readonly silentFeeds: SilentFeeds;
  readonly people: number;
  readonly usage: WeekUsage;
  /** Undefined when that week was not watched as a whole. */
  readonly usageBefore: WeekUsage | undefined;
  /** Undefined where nobody's plan has a known price. */
  readonly planValue: PlanValue | undefined;
  readonly headroom: Headroom | undefined;
  /** Undefined where there is nothing to draw. */
  readonly chart: WeekChart | undefined;
  /** Of this week or earlier, open now. */
  readonly stillOpen: number;
  /** Undefined when there is nothing to do. */
  readonly recommendation: Recommendation | undefined;
  /** When counting began, if that was within the week: its numbers are not whole. */
  readonly countedSince: EpochMs | undefined;
}

/** A week in numbers; the words are the view's. */
export function weekSummary(facts: WeekFacts): WeekSummary {
  const { week, open, installedAt } = facts;
  const told = facts.incidents.filter(isWorthTelling);
  const incidents = told.filter(isOwnTrouble);
  const before = installedAt <= facts.before.week.from ? watched(facts.before) : undefined;
  const incidentsBefore = before?.incidents.filter(isOwnTrouble);
  const usage = totalUsage(facts.usageByDay);
  const worst = worstVersion(told.filter(isCacheIncident));
  return {
    week,
    weekBefore: facts.before.week,
    headline: headline(told, usage.requests),
    incidents: incidents.length,
    incidentsBefore: incidentsBefore?.length,
    kinds: kindCounts(incidents, incidentsBefore),
    peopleAffected: peopleOf(told).size,
    answers: answers(incidents, facts.incidents),
    losses: weekLosses(told),
    recorded: facts.recorded,
    worstVersion: worst,
    versionHealth: versionHealth(facts.versions),
    silentFeeds: silentFeeds([...told, ...open.filter(({ openedAt }) => openedAt < week.to)]),
    people: facts.usage.size,
    usage,
    usageBefore: before && totalUsage(facts.before.usageByDay),
    planValue: planValue(facts),
    headroom: headroom(facts.weeklyQuotas),
    chart: weekChart(watched(facts), before),
    stillOpen: open
      .filter(isWorthTelling)
      .filter(isOwnTrouble)
      .filter(({ openedAt }) => openedAt < week.to).length,
    recommendation: recommend({
      incidents: told,
      worstVersion: worst,
      versions: facts.versions,
      requests: usage.requests,
      knowsPlans: facts.plans.size > 0,
    }),
    countedSince: installedAt > week.from ? installedAt : undefined,
  };
}

function watched({ days, incidents, usageByDay }: Stretch) {
  return { days, incidents: incidents.filter(isWorthTelling), usage: usageByDay };
}

function kindCounts(incidents: readonly Incident[], before: readonly Incident[] | undefined): readonly KindCount[] {
  const byKind = Map.groupBy(incidents, ({ kind }) => kind);
  const byKindBefore = before && Map.groupBy(before, ({ kind }) => kind);
  return INCIDENT_KINDS.map((kind) => ({
    kind,
    incidents: byKind.get(kind)?.length ?? 0,
    before: byKindBefore && (byKindBefore.get(kind)?.length ?? 0),
  })).filter((counted) => counted.incidents > 0 || (counted.before ?? 0) > 0);
}

function answers(counted: readonly Incident[], all: readonly Incident[]): Answers {
  return {
    acknowledged: counted.filter(({ acknowledged }) => acknowledged !== undefined).length,
    planned: counted.filter(({ feedback }) => feedback?.is === 'planned').length,
    falseAlarms: all.filter(isFalseAlarm).filter(isOwnTrouble).length,
  };
}
