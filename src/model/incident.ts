import type { BurnRate, IncidentKind, LockOut, Severity, TurnEvidence, WindowThreshold } from './finding.ts';
import type { DeveloperId, SessionId } from './ids.ts';
import type { EpochMs } from './time.ts';

/**
 * Why an incident is over: three `healthy` requests in a row, 30 `quiet` minutes, the window's `reset`, a request that
 * went through after a lock-out (`open_again`), a more serious word for the same window (`overtaken`), or data that
 * came later and gave each miss a lawful reason (`explained`).
 */
export type Resolution = 'healthy' | 'quiet' | 'reset' | 'open_again' | 'overtaken' | 'explained';

interface Episode {
  readonly developer: DeveloperId;
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
  readonly model: string;
  readonly clientVersion?: string | undefined;
  /** What the client itself named, in its own words. */
  readonly cause?: string | undefined;
  readonly streams: readonly StreamState[];
  readonly misses: number;
  /** The longest run of misses. */
  readonly consecutive: number;
  readonly rewrittenTokens: number;
  /** The least that was still read: system prompt and tools. */
  readonly floorTokens: number;
  /** Beyond what hits had cost, at API prices; undefined where a price is unknown. */
  readonly extraCostMicros?: number | undefined;
  readonly firstMissAt: EpochMs;
  /** The newest misses, oldest first. */
  readonly turns: readonly TurnEvidence[];
}

export interface CacheIncident extends Episode {
  readonly kind: 'cache_invalidation' | 'resume_reprocess';
  readonly evidence: CacheEvidence;
}

interface WindowEpisode<Kind extends IncidentKind, Evidence> extends Episode {
  readonly kind: Kind;
  readonly evidence: Evidence;
}

export type LockOutIncident = WindowEpisode<'lock_out', LockOut>;
export type ThresholdIncident = WindowEpisode<'window_threshold', WindowThreshold>;
export type BurnRateIncident = WindowEpisode<'burn_rate', BurnRate>;
export type WindowIncident = LockOutIncident | ThresholdIncident | BurnRateIncident;

/** One episode of one kind for one developer. */
export type Incident = CacheIncident | WindowIncident;

export function isCacheIncident(incident: Incident): incident is CacheIncident {
  return incident.kind === 'cache_invalidation' || incident.kind === 'resume_reprocess';
}

export function isOpen(incident: Incident): boolean {
  return incident.resolved === undefined;
}
