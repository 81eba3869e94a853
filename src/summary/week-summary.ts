import { type Losses, losses } from '../incidents/losses.ts';
import { INCIDENT_KINDS, type IncidentKind } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type DeveloperIncident, type Incident, isCacheIncident, isFleetIncident } from '../model/incident.ts';
import type { Plan } from '../model/plans.ts';
import { sum } from '../model/sum.ts';
import type { EpochMs } from '../model/time.ts';
import type { VersionRates } from '../model/version-rates.ts';
import { type PlanValue, planValue } from './plan-value.ts';
import { type Recommendation, recommend } from './recommendation.ts';
import type { Week } from './schedule.ts';
import { type SilentFeeds, silentFeeds } from './silent-feeds.ts';
import { type WorstVersion, worstVersion } from './worst-version.ts';
import { isOwnTrouble, isWorthTelling } from './worth-telling.ts';

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
  /** Of those who told it. */
  readonly plans: ReadonlyMap<DeveloperId, Plan>;
  /** How the cache of each client version did in the week. */
  readonly versions: readonly VersionRates[];
  readonly installedAt: EpochMs;
}

/** What the week was about: its most telling kind of incident; `quiet` without incidents, `silent` without any data. */
export type Headline =
  | { readonly is: 'silent' | 'quiet' }
  | {
      readonly is: 'incidents';
      readonly kind: IncidentKind;
      readonly incidents: number;
      readonly people: number;
      readonly rewrittenTokens: number;
      /** Of regressions alone. */
      readonly clientVersions: readonly string[];
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
  /** What a regression speaks for is one incident with it; its people and losses count all the same. */
  readonly incidents: number;
  readonly incidentsBefore: number | undefined;
  /** Kinds of this week or the week before, most telling first. */
  readonly kinds: readonly KindCount[];
  readonly peopleAffected: number;
  readonly losses: Losses;
  /** Resumes too small for an alert: in no other number. */
  readonly recorded: { readonly resumes: number; readonly rewrittenTokens: number };
  readonly worstVersion: WorstVersion | undefined;
  /** Share of all context that was read from the cache, 0 to 1; undefined without context. */
  readonly cacheReadShare: number | undefined;
  /** Misses at turn boundaries of the most used client versions, the worst first. */
  readonly versionMisses: readonly VersionMisses[];
  readonly silentFeeds: SilentFeeds;
  readonly people: number;
  readonly requests: number;
  /** The week at API prices, without the unpriced requests. */
  readonly costMicros: number;
  readonly unpricedRequests: number;
  /** Undefined where nobody's plan has a known price. */
  readonly planValue: PlanValue | undefined;
  /** Of this week or earlier, open now. */
  readonly stillOpen: number;
  /** Undefined when there is nothing to do. */
  readonly recommendation: Recommendation | undefined;
  /** When counting began, if that was within the week: its numbers are not whole. */
  readonly countedSince: EpochMs | undefined;
}

interface VersionMisses {
  readonly version: string;
  readonly misses: number;
  readonly of: number;
}

/** Versions shown: the rest is for `/quota versions`. */
const VERSIONS = 3;

/** A week in numbers; the words are the view's. */
export function weekSummary(facts: WeekFacts): WeekSummary {
  const { week, weekBefore, installedAt } = facts;
  const all = facts.incidents.filter(isWorthTelling);
  const incidents = all.filter(isOwnTrouble);
  const before =
    installedAt <= weekBefore.from ? facts.incidentsBefore.filter(isWorthTelling).filter(isOwnTrouble) : undefined;
  const usage = totals([...facts.usage.values()]);
  const worst = worstVersion(all.filter(isCacheIncident));
  return {
    week,
    weekBefore,
    headline: headline(incidents, all, usage.requests),
    incidents: incidents.length,
    incidentsBefore: before?.length,
    kinds: kindCounts(incidents, before),
    peopleAffected: peopleOf(all).size,
    losses: losses(all.filter(isOfDeveloper)),
    recorded: recorded(facts.incidents),
    worstVersion: worst,
    cacheReadShare: usage.contextTokens === 0 ? undefined : usage.cacheReadTokens / usage.contextTokens,
    versionMisses: versionMisses(facts.versions),
    silentFeeds: silentFeeds([...all, ...facts.open.filter(({ openedAt }) => openedAt < week.to)]),
    people: facts.usage.size,
    requests: usage.requests,
    costMicros: usage.costMicros,
    unpricedRequests: usage.unpricedRequests,
    planValue: planValue(facts),
    stillOpen: facts.open
      .filter(isWorthTelling)
      .filter(isOwnTrouble)
      .filter(({ openedAt }) => openedAt < week.to).length,
    recommendation: recommend({
      incidents: all,
      worstVersion: worst,
      versions: facts.versions,
      requests: usage.requests,
    }),
    countedSince: installedAt > week.from ? installedAt : undefined,
  };
}

function isOfDeveloper(incident: Incident): incident is DeveloperIncident {
  return !isFleetIncident(incident);
}

function headline(incidents: readonly Incident[], all: readonly Incident[], requests: number): Headline {
  const kind = INCIDENT_KINDS.find((candidate) => incidents.some((incident) => incident.kind === candidate));
  if (kind === undefined) return { is: requests === 0 ? 'silent' : 'quiet' };
  const ofKind = incidents.filter((incident) => incident.kind === kind);
  const fleets = ofKind.filter(isFleetIncident);
  const told = fleets.length > 0 ? all.filter((incident) => !isOwnTrouble(incident)) : ofKind;
  return {
    is: 'incidents',
    kind,
    incidents: ofKind.length,
    people: peopleOf(ofKind).size,
    rewrittenTokens: losses(told.filter(isOfDeveloper)).rewrittenTokens,
    clientVersions: [...new Set(fleets.map(({ evidence }) => evidence.clientVersion))],
  };
}

function kindCounts(incidents: readonly Incident[], before: readonly Incident[] | undefined): readonly KindCount[] {
  return INCIDENT_KINDS.map((kind) => {
    const isOfKind = (incident: Incident) => incident.kind === kind;
    return { kind, incidents: incidents.filter(isOfKind).length, before: before?.filter(isOfKind).length };
  }).filter((counted) => counted.incidents > 0 || (counted.before ?? 0) > 0);
}

function peopleOf(incidents: readonly Incident[]): ReadonlySet<DeveloperId> {
  return new Set(
    incidents.flatMap((incident) => (isFleetIncident(incident) ? incident.evidence.developers : [incident.developer])),
  );
}

function recorded(incidents: readonly Incident[]): WeekSummary['recorded'] {
  const resumes = incidents
    .filter(isCacheIncident)
    .filter(({ kind, severity }) => kind === 'resume_reprocess' && severity === 'recorded');
  return { resumes: resumes.length, rewrittenTokens: losses(resumes).rewrittenTokens };
}

function versionMisses(versions: readonly VersionRates[]): readonly VersionMisses[] {
  return versions
    .map(({ clientVersion, boundaryMisses, boundaries }) => ({
      version: clientVersion,
      misses: boundaryMisses,
      of: boundaries,
    }))
    .filter(({ of }) => of > 0)
    .toSorted((one, other) => other.of - one.of)
    .slice(0, VERSIONS)
    .toSorted((one, other) => other.misses / other.of - one.misses / one.of);
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
