import type {
  BurnRate,
  CacheReadStorm,
  CostInflation,
  DataSilence,
  LockOut,
  PromptSpike,
  Runaway,
  Severity,
  TtlDowngrade,
  TurnEvidence,
  WindowThreshold,
} from './finding.ts';
import type { FleetRegression } from './fleet-finding.ts';
import type { DeveloperId, IncidentId, SessionId } from './ids.ts';
import type { PointsLost } from './points.ts';
import type { EpochMs } from './time.ts';

/**
 * Why an incident is over: three `healthy` requests in a row, a `quiet` time, the window's `reset`, a request that
 * went through after a lock-out (`open_again`), a more serious word for the same window (`overtaken`), data that
 * came later and gave each miss a lawful reason (`explained`), or a silent feed that was `heard` again.
 */
export type Resolution = 'healthy' | 'quiet' | 'reset' | 'open_again' | 'overtaken' | 'explained' | 'heard';

interface Episode {
  /** What the incident is about within developer and kind: at most one incident of a subject is unresolved. */
  readonly subject: string;
  /** The highest that it reached. */
  readonly severity: Severity;
  readonly openedAt: EpochMs;
  /** Event time of the newest evidence. */
  readonly lastEvidenceAt: EpochMs;
  /** Whether the newest evidence arrived too late to alert anybody. */
  readonly isLate: boolean;
  /** Undefined while it is open. */
  readonly resolved?: { readonly at: EpochMs; readonly by: Resolution } | undefined;
  /** Who said first that they look after it. */
  readonly acknowledged?: Deed | undefined;
  /** What people thought of it, last word: it was `planned`, or a `false_alarm`. */
  readonly feedback?: (Deed & { readonly is: Feedback }) | undefined;
}

/** Something that a person did in Slack. */
export interface Deed {
  readonly at: EpochMs;
  /** Slack user id. */
  readonly by: string;
}

export type Feedback = 'planned' | 'false_alarm';

interface DeveloperEpisode extends Episode {
  readonly developer: DeveloperId;
  /** The fleet's incident that speaks for this one. */
  readonly partOf?: IncidentId | undefined;
  /** What it took of a quota window beyond what it should have; undefined for kinds that are about a window themselves. */
  readonly pointsLost?: PointsLost | undefined;
}

/** One broken stream of a session. */
export interface StreamState {
  readonly stream: string;
  readonly lastMissAt: EpochMs;
  /** The newest turn counted, so that a turn judged twice counts once. */
  readonly lastTurnAt: EpochMs;
  readonly healthyInARow: number;
}

/** What is kept of a broken cache. Tokens; times in epoch ms. */
export interface CacheEvidence {
  readonly session: SessionId;
  /** Undefined while only a status line without it has told. */
  readonly model: string | undefined;
  readonly clientVersion?: string | undefined;
  /** What the client itself named, in its own words. */
  readonly cause?: string | undefined;
  readonly streams: readonly StreamState[];
  readonly misses: number;
  /** The longest run of misses. */
  readonly consecutive: number;
  readonly rewrittenTokens: number;
  /** The least that was still read: system prompt and tools; undefined while no turn was seen. */
  readonly floorTokens: number | undefined;
  /** Beyond what hits had cost, at API prices; undefined where a price is unknown, or no turn was seen. */
  readonly extraCostMicros?: number | undefined;
  readonly firstMissAt: EpochMs;
  /** The newest misses, oldest first. */
  readonly turns: readonly TurnEvidence[];
  /** What the client itself counted, beside the turns. */
  readonly clientCount?: { readonly misses: number; readonly rewrittenTokens: number } | undefined;
}

export interface CacheIncident extends DeveloperEpisode {
  readonly kind: 'cache_invalidation' | 'resume_reprocess';
  readonly evidence: CacheEvidence;
}

interface EpisodeOf<Evidence extends { readonly kind: string }> extends DeveloperEpisode {
  readonly kind: Evidence['kind'];
  readonly evidence: Evidence;
}

export type LockOutIncident = EpisodeOf<LockOut>;
export type ThresholdIncident = EpisodeOf<WindowThreshold>;
export type BurnRateIncident = EpisodeOf<BurnRate>;
/** About one quota window: over when it resets. */
export type WindowIncident = LockOutIncident | ThresholdIncident | BurnRateIncident;

export type TtlDowngradeIncident = EpisodeOf<TtlDowngrade>;
export type CacheReadStormIncident = EpisodeOf<CacheReadStorm>;
export type CostInflationIncident = EpisodeOf<CostInflation>;
export type PromptSpikeIncident = EpisodeOf<PromptSpike>;
export type RunawayIncident = EpisodeOf<Runaway>;
export type DataSilenceIncident = EpisodeOf<DataSilence>;
/** About how somebody's use differs from their own past. */
export type UsageIncident =
  | TtlDowngradeIncident
  | CacheReadStormIncident
  | CostInflationIncident
  | PromptSpikeIncident
  | RunawayIncident
  | DataSilenceIncident;

/** One episode of one kind for one developer. */
export type DeveloperIncident = CacheIncident | WindowIncident | UsageIncident;

/** One episode of the whole team: the developers' own incidents are part of it. */
export interface FleetIncident extends Episode {
  readonly developer?: undefined;
  readonly kind: 'fleet_regression';
  readonly evidence: FleetRegression;
}

export type Incident = DeveloperIncident | FleetIncident;

export function isCacheIncident(incident: Incident): incident is CacheIncident {
  return incident.kind === 'cache_invalidation' || incident.kind === 'resume_reprocess';
}

export function isWindowIncident(incident: Incident): incident is WindowIncident {
  return incident.kind === 'lock_out' || incident.kind === 'window_threshold' || incident.kind === 'burn_rate';
}

export function isFleetIncident(incident: Incident): incident is FleetIncident {
  return incident.kind === 'fleet_regression';
}

export function isOpen(incident: Incident): boolean {
  return incident.resolved === undefined;
}
