import { type IncidentKind, SEVERITIES } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type CacheIncident, type Incident, isCacheIncident } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import { type Recommendation, recommend } from './recommendation.ts';
import type { Week } from './schedule.ts';
import { type WorstVersion, worstVersion } from './worst-version.ts';

/** One developer's use in the week. Tokens; costs in micro-dollars at API prices. */
export interface WeekUsage {
  readonly requests: number;
  readonly contextTokens: number;
  readonly cacheReadTokens: number;
  /** Of the requests whose cost is known. */
  readonly costMicros: number;
  readonly unpricedRequests: number;
}

/** What is known when the summary is made. */
export interface WeekFacts {
  readonly week: Week;
  readonly weekBefore: Week;
  /** The incidents that opened in each week, late ones too. */
  readonly incidents: readonly Incident[];
  readonly incidentsBefore: readonly Incident[];
  /** All that are open now. */
  readonly open: readonly Incident[];
  readonly usage: ReadonlyMap<DeveloperId, WeekUsage>;
  readonly installedAt: EpochMs;
}

/** What the week was about: its most serious kind of incident; `quiet` without incidents, `silent` without any data. */
export type Headline =
  | { readonly is: 'silent' | 'quiet' }
  | {
      readonly is: 'incidents';
      readonly kind: IncidentKind;
      readonly incidents: number;
      readonly people: number;
      readonly rewrittenTokens: number;
    };

interface KindCount {
  readonly kind: IncidentKind;
  readonly incidents: number;
  /** In the week before; undefined when that was not watched as a whole. */
  readonly before: number | undefined;
}

export interface WeekSummary {
  readonly week: Week;
  readonly weekBefore: Week;
  readonly headline: Headline;
  readonly incidents: number;
  readonly incidentsBefore: number | undefined;
  /** Kinds of this week or the week before, most serious first. */
  readonly kinds: readonly KindCount[];
  readonly peopleAffected: number;
  readonly rewrittenTokens: number;
  /** What rewriting cost beyond hits; `unknown` incidents have no known price and are not in the sum. */
  readonly lost: { readonly micros: number; readonly unknown: number };
  /** Resumes too small for an alert: in no other number. */
  readonly recorded: { readonly resumes: number; readonly rewrittenTokens: number };
  readonly worstVersion: WorstVersion | undefined;
  /** Share of all context that was read from the cache, 0 to 1; undefined without context. */
  readonly cacheReadShare: number | undefined;
  readonly people: number;
  readonly requests: number;
  /** The week at API prices, without the unpriced requests. */
  readonly costMicros: number;
  readonly unpricedRequests: number;
  /** Of this week or earlier, open now. */
  readonly stillOpen: number;
  /** Undefined when there is nothing to do. */
  readonly recommendation: Recommendation | undefined;
  /** When counting began, if that was within the week: its numbers are not whole. */
  readonly countedSince: EpochMs | undefined;
}

/** Most serious first. */
const KINDS = [
  'cache_invalidation',
  'lock_out',
  'resume_reprocess',
  'burn_rate',
  'window_threshold',
] as const satisfies readonly IncidentKind[];

/** A week in numbers; the words are the view's. */
export function weekSummary(facts: WeekFacts): WeekSummary {
  const { week, weekBefore, installedAt } = facts;
  const incidents = facts.incidents.filter(isWorthTelling);
  const before = installedAt <= weekBefore.from ? facts.incidentsBefore.filter(isWorthTelling) : undefined;
  const caches = incidents.filter(isCacheIncident);
  const usage = totals([...facts.usage.values()]);
  const worst = worstVersion(caches);
  return {
    week,
    weekBefore,
    headline: headline(incidents, usage.requests),
    incidents: incidents.length,
    incidentsBefore: before?.length,
    kinds: kindCounts(incidents, before),
    peopleAffected: peopleOf(incidents),
    rewrittenTokens: rewritten(caches),
    lost: lost(caches),
    recorded: recorded(facts.incidents),
    worstVersion: worst,
    cacheReadShare: usage.contextTokens === 0 ? undefined : usage.cacheReadTokens / usage.contextTokens,
    people: facts.usage.size,
    requests: usage.requests,
    costMicros: usage.costMicros,
    unpricedRequests: usage.unpricedRequests,
    stillOpen: facts.open.filter((incident) => isWorthTelling(incident) && incident.openedAt < week.to).length,
    recommendation: recommend({ incidents, worstVersion: worst, requests: usage.requests }),
    countedSince: installedAt > week.from ? installedAt : undefined,
  };
}

/** The incidents that the summary counts, the worst first. */
export function worstFirst(incidents: readonly Incident[]): readonly Incident[] {
  return incidents
    .filter(isWorthTelling)
    .toSorted(
      (one, other) =>
        SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity) ||
        KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) ||
        rewrittenIn(other) - rewrittenIn(one) ||
        one.openedAt - other.openedAt,
    );
}

/** Each trouble counts once: not what turned out to be lawful, nor what a more serious incident of the same window tells. */
function isWorthTelling({ severity, resolved }: Incident): boolean {
  return severity !== 'recorded' && resolved?.by !== 'explained' && resolved?.by !== 'overtaken';
}

function headline(incidents: readonly Incident[], requests: number): Headline {
  const kind = KINDS.find((candidate) => incidents.some((incident) => incident.kind === candidate));
  if (kind === undefined) return { is: requests === 0 ? 'silent' : 'quiet' };
  const ofKind = incidents.filter((incident) => incident.kind === kind);
  return {
    is: 'incidents',
    kind,
    incidents: ofKind.length,
    people: peopleOf(ofKind),
    rewrittenTokens: rewritten(ofKind.filter(isCacheIncident)),
  };
}

function kindCounts(incidents: readonly Incident[], before: readonly Incident[] | undefined): readonly KindCount[] {
  return KINDS.map((kind) => {
    const isOfKind = (incident: Incident) => incident.kind === kind;
    return { kind, incidents: incidents.filter(isOfKind).length, before: before?.filter(isOfKind).length };
  }).filter((counted) => counted.incidents > 0 || (counted.before ?? 0) > 0);
}

function peopleOf(incidents: readonly Incident[]): number {
  return new Set(incidents.map(({ developer }) => developer)).size;
}

function rewritten(caches: readonly CacheIncident[]): number {
  return sum(caches, ({ evidence }) => evidence.rewrittenTokens);
}

function rewrittenIn(incident: Incident): number {
  return isCacheIncident(incident) ? incident.evidence.rewrittenTokens : 0;
}

function lost(caches: readonly CacheIncident[]): WeekSummary['lost'] {
  return {
    micros: sum(caches, ({ evidence }) => evidence.extraCostMicros ?? 0),
    unknown: caches.filter(({ evidence }) => evidence.extraCostMicros === undefined).length,
  };
}

function recorded(incidents: readonly Incident[]): WeekSummary['recorded'] {
  const resumes = incidents
    .filter(isCacheIncident)
    .filter(({ kind, severity }) => kind === 'resume_reprocess' && severity === 'recorded');
  return { resumes: resumes.length, rewrittenTokens: rewritten(resumes) };
}

function totals(usages: readonly WeekUsage[]): WeekUsage {
  return {
    requests: sum(usages, (usage) => usage.requests),
    contextTokens: sum(usages, (usage) => usage.contextTokens),
    cacheReadTokens: sum(usages, (usage) => usage.cacheReadTokens),
    costMicros: sum(usages, (usage) => usage.costMicros),
    unpricedRequests: sum(usages, (usage) => usage.unpricedRequests),
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
