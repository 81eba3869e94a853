import type { SessionId } from './ids.ts';
import type { EpochMs } from './time.ts';

export const INCIDENT_KINDS = [
  'cache_invalidation',
  'resume_reprocess',
  'lock_out',
  'window_threshold',
  'burn_rate',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** From least to most serious. `recorded` is kept and counted, and never said. */
export const SEVERITIES = ['recorded', 'info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export function outranks(severity: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(other);
}

export function atLeast(severity: Severity, floor: Severity): boolean {
  return !outranks(floor, severity);
}

/** One turn as evidence that a sceptic can check: what was read against what the cache held. Tokens; times in epoch ms. */
export interface TurnEvidence {
  readonly at: EpochMs;
  readonly gapMs: number;
  readonly contextTokens: number;
  /** The predecessor's cached prefix: what this turn could have read. */
  readonly expectedTokens: number;
  readonly readTokens: number;
  readonly writtenTokens: number;
  readonly rewrittenTokens: number;
  /** What the rewriting cost beyond a hit, at API prices; undefined for a model without a known price. */
  readonly extraCostMicros?: number | undefined;
  readonly arrivedLate: boolean;
}

interface CacheFinding {
  readonly severity: Severity;
  readonly session: SessionId;
  readonly stream: string;
  readonly model: string;
  readonly clientVersion?: string | undefined;
  /** Oldest first; the newest is the one that made the detector speak. */
  readonly misses: readonly TurnEvidence[];
}

/** Unexplained misses of one stream; `misses` are those of the last 60 minutes. */
export interface CacheInvalidation extends CacheFinding {
  readonly kind: 'cache_invalidation';
  readonly rule: 'consecutive' | 'tokens_per_hour' | 'one_large' | 'flat_floor';
  /** Misses in a row, up to and with the newest. */
  readonly consecutive: number;
}

/** The rewriting right after a resume: one miss, or two where the client wrote twice. */
export interface ResumeReprocess extends CacheFinding {
  readonly kind: 'resume_reprocess';
  readonly resumedAt: EpochMs;
}

interface WindowFinding {
  readonly severity: Severity;
  readonly account: string;
  readonly windowKind: string;
  readonly scope: string;
  readonly resetsAt: EpochMs;
  readonly at: EpochMs;
  readonly arrivedLate: boolean;
}

/** The server refused work because this window is used up. */
export interface LockOut extends WindowFinding {
  readonly kind: 'lock_out';
  readonly source: 'stop_failure' | 'status_429';
}

/** A window passed `level` percent. */
export interface WindowThreshold extends WindowFinding {
  readonly kind: 'window_threshold';
  readonly level: number;
  readonly usedPercent: number;
  /** Whether enough was read to tell a pace. */
  readonly isPaceKnown: boolean;
  /** When it will be used up at that pace; undefined means that it lasts. */
  readonly runsOutAt?: EpochMs | undefined;
}

/** A window will be used up long before it resets, at a pace unusual for this developer. */
export interface BurnRate extends WindowFinding {
  readonly kind: 'burn_rate';
  readonly usedPercent: number;
  readonly pointsPerHour: number;
  /** The developer's own usual pace that this was held against; undefined while there is too little history. */
  readonly usualPointsPerHour?: number | undefined;
  readonly runsOutAt: EpochMs;
}

/** What a detector saw, with its evidence. */
export type Finding = CacheInvalidation | ResumeReprocess | LockOut | WindowThreshold | BurnRate;
