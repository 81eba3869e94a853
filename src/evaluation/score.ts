import { INCIDENT_KINDS, type IncidentKind } from '../model/finding.ts';
import { HOUR_MS } from '../model/time.ts';
import type { Expectation } from './cases.ts';
import type { Delay, Observed, Sighting } from './episode.ts';
import { type Estimate, rate, type Spread, share, spreadOf } from './intervals.ts';

/** A replayed session or case, with what it was expected to show. */
export interface Judged {
  readonly observed: Observed;
  readonly expectation: Expectation;
  /** Set where a case of a kind does not carry what the kind's rule needs: it cannot be missed. */
  readonly missing?: string | undefined;
}

/** A case of figures, as a detector's rule judged it. */
export interface JudgedFigures {
  readonly id: string;
  readonly expectation: Expectation;
  readonly by: IncidentKind;
  readonly isFound: boolean;
  readonly saw: string;
}

/** Where something was seen. */
export interface Located {
  readonly id: string;
  readonly sighting: Sighting;
}

/** How good the detector of one kind is on what was given. */
export interface KindScore {
  readonly kind: IncidentKind;
  /** Replayed cases of the kind that carry what the rule needs, found at any severity. */
  readonly recall: Estimate | undefined;
  readonly found: readonly string[];
  readonly missed: readonly string[];
  /** Cases of the kind that were judged by their figures alone. */
  readonly foundByFigures: readonly string[];
  readonly missedByFigures: readonly string[];
  /** Healthy cases of figures that the kind's rule alarms for. */
  readonly falseByFigures: readonly string[];
  /** Alarms in sessions and cases of the kind, of those and the false ones. */
  readonly precision: Estimate | undefined;
  readonly rightAlarms: readonly Located[];
  /** Alarms where nothing was wrong. */
  readonly falseAlarms: readonly Located[];
  /** Alarms in cases of another kind: neither right nor clearly wrong. */
  readonly elsewhere: readonly Located[];
  /** Alarms of kinds that no label names: nobody says whether rightly. */
  readonly unlabelled: readonly Located[];
  /** Quieter than an alarm, where nothing was wrong. */
  readonly quiet: readonly Located[];
  /** Undefined for kinds that no recorded request can show. */
  readonly falsePer100Sessions: Estimate | undefined;
  readonly falsePer1000Hours: Estimate | undefined;
  /** From the first miss to the alarm, of those that were right. */
  readonly delay: DelaySpread | undefined;
}

interface DelaySpread {
  readonly seconds: Spread;
  readonly requests: Spread;
  readonly rewrittenTokens: Spread;
  /** Requests where the cache stayed broken from the first miss on. */
  readonly requestsWhilePersistent: Spread | undefined;
}

/** What the rates are held against. */
export interface Healthy {
  readonly sessions: number;
  readonly hours: number;
}

/** Kinds that requests alone can show, without readings of windows, hooks, feeds and colleagues. */
const SHOWN_BY_REQUESTS: ReadonlySet<IncidentKind> = new Set([
  'cache_invalidation',
  'resume_reprocess',
  'cache_read_storm',
  'cost_inflation',
]);
/** Kinds that no label of public reports or recorded sessions names: a healthy session may well show them, rightly. */
const NEVER_LABELLED: ReadonlySet<IncidentKind> = new Set([
  'ttl_downgrade',
  'runaway',
  'window_threshold',
  'fleet_regression',
  'data_silence',
]);

/** A score for every kind; the rates count sessions and cases in which nothing was wrong. */
export function score(judged: readonly Judged[], figures: readonly JudgedFigures[]): readonly KindScore[] {
  const healthy = healthyIn(judged);
  return INCIDENT_KINDS.map((kind) => scoreOf(kind, { judged, figures, healthy }));
}

export function healthyIn(judged: readonly Judged[]): Healthy {
  const healthy = judged.filter(({ expectation }) => expectation.is === 'healthy');
  const activeMs = healthy.reduce((sum, { observed }) => sum + observed.activeMs, 0);
  return { sessions: healthy.length, hours: activeMs / HOUR_MS };
}

function scoreOf(
  kind: IncidentKind,
  { judged, figures, healthy }: { judged: readonly Judged[]; figures: readonly JudgedFigures[]; healthy: Healthy },
): KindScore {
  const positives = judged.filter(({ expectation, missing }) => isOf(expectation, kind) && missing === undefined);
  const [found, missed] = parted(positives, ({ observed }) => observed.sightings.some((seen) => seen.kind === kind));
  const ofKind = figures.filter(({ expectation }) => isOf(expectation, kind));
  const [foundByFigures, missedByFigures] = parted(ofKind, ({ isFound }) => isFound);
  const alarms = (where: (expectation: Expectation) => boolean) =>
    locate(judged, where, (seen) => seen.kind === kind && seen.isAlarm);
  const isHealthy = (expectation: Expectation) => expectation.is === 'healthy';
  const rightAlarms = alarms((expectation) => isOf(expectation, kind));
  const isLabelled = !NEVER_LABELLED.has(kind);
  const falseAlarms = isLabelled ? alarms(isHealthy) : [];
  const exposure = SHOWN_BY_REQUESTS.has(kind) || falseAlarms.length > 0 ? healthy : { sessions: 0, hours: 0 };
  return {
    kind,
    recall: share(found.length, positives.length),
    found: found.map(({ observed }) => observed.id),
    missed: missed.map(({ observed }) => observed.id),
    foundByFigures: foundByFigures.map(({ id }) => id),
    missedByFigures: missedByFigures.map(({ id }) => id),
    falseByFigures: figures
      .filter(({ expectation, by, isFound }) => expectation.is === 'healthy' && by === kind && isFound)
      .map(({ id }) => id),
    precision: share(rightAlarms.length, rightAlarms.length + falseAlarms.length),
    rightAlarms,
    falseAlarms,
    elsewhere: isLabelled ? alarms((expectation) => expectation.is === 'kind' && expectation.kind !== kind) : [],
    unlabelled: isLabelled ? [] : alarms(() => true),
    quiet: locate(judged, isHealthy, (seen) => seen.kind === kind && !seen.isAlarm),
    falsePer100Sessions: rate(falseAlarms.length, exposure.sessions, 100),
    falsePer1000Hours: rate(falseAlarms.length, exposure.hours, 1000),
    delay: delayOf(rightAlarms),
  };
}

const isOf = (expectation: Expectation, kind: IncidentKind) => expectation.is === 'kind' && expectation.kind === kind;

function parted<T>(items: readonly T[], isIn: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isIn), items.filter((item) => !isIn(item))];
}

function locate(
  judged: readonly Judged[],
  where: (expectation: Expectation) => boolean,
  what: (sighting: Sighting) => boolean,
): readonly Located[] {
  return judged
    .filter(({ expectation }) => where(expectation))
    .flatMap(({ observed }) => observed.sightings.filter(what).map((sighting) => ({ id: observed.id, sighting })));
}

function delayOf(alarms: readonly Located[]): DelaySpread | undefined {
  const delays: readonly Delay[] = alarms.flatMap(({ sighting }) => sighting.delay ?? []);
  const seconds = spreadOf(delays.map((delay) => delay.seconds));
  const requests = spreadOf(delays.map((delay) => delay.requests));
  const rewrittenTokens = spreadOf(delays.map((delay) => delay.rewrittenTokens));
  const persistent = delays.filter(({ isPersistent }) => isPersistent);
  const requestsWhilePersistent = spreadOf(persistent.map((delay) => delay.requests));
  return seconds && requests && rewrittenTokens && { seconds, requests, rewrittenTokens, requestsWhilePersistent };
}
