import type { SessionId } from './ids.ts';
import type { PointsRange } from './points.ts';
import type { EpochMs } from './time.ts';

/** Most telling first: a week's headline is of the first kind that happened. */
export const INCIDENT_KINDS = [
  'fleet_regression',
  'cache_invalidation',
  'lock_out',
  'runaway',
  'resume_reprocess',
  'cache_read_storm',
  'cost_inflation',
  'burn_rate',
  'prompt_spike',
  'window_threshold',
  'ttl_downgrade',
  'data_silence',
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

/**
 * The client itself counted misses in the main conversation that no idle time and no model switch explain.
 * It tells no turns, so it is evidence beside the turns that the tokens show.
 */
export interface ClientCount {
  readonly kind: 'client_count';
  readonly severity: Severity;
  readonly session: SessionId;
  readonly model?: string | undefined;
  readonly clientVersion?: string | undefined;
  /** When the client last missed. */
  readonly at: EpochMs;
  readonly firstMissAt: EpochMs;
  /** The misses that count, newest included, and what they wrote again. */
  readonly misses: number;
  readonly rewrittenTokens: number;
  /** What the client named, open-ended words joined by a comma; undefined where it named nothing. */
  readonly cause?: string | undefined;
  readonly arrivedLate: boolean;
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
  /** When a request went through although the window was used up: probably paid, which nobody reports. */
  readonly paidSince?: EpochMs | undefined;
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

/** What is judged of a developer's use as a whole, against their own past. */
interface UsageFinding {
  readonly severity: Severity;
  readonly at: EpochMs;
  readonly arrivedLate: boolean;
}

/** The main conversation's writes went to the 1-hour cache, and now go to the 5-minute one alone. */
export interface TtlDowngrade extends UsageFinding {
  readonly kind: 'ttl_downgrade';
  readonly session: SessionId;
  readonly model: string;
  readonly clientVersion?: string | undefined;
  readonly lastOneHourWriteAt: EpochMs;
  /** Requests in a row that wrote to the 5-minute cache alone. */
  readonly requests: number;
  /** What five idle minutes now lose. */
  readonly cachedTokens: number;
}

/** Far more cache was read in an hour than this developer ever needs, for little output. */
export interface CacheReadStorm extends UsageFinding {
  readonly kind: 'cache_read_storm';
  readonly clientVersion?: string | undefined;
  /** Tokens read from the cache in the last 60 minutes, and in the median active hour before. */
  readonly readTokens: number;
  readonly usualReadTokens: number;
  /** Robust z-score of the logarithm against the developer's own active hours. */
  readonly robustZ: number;
  readonly readsPerOutputToken: number;
  readonly requests: number;
  /** What that hour cost at API prices; undefined where a price is unknown. */
  readonly costMicros?: number | undefined;
}

/** A prompt costs many times what it usually does with this model. Micro-dollars at API prices. */
export interface CostInflation extends UsageFinding {
  readonly kind: 'cost_inflation';
  readonly model: string;
  readonly clientVersion?: string | undefined;
  /** Prompts of the last 60 minutes, and what one of them cost on average. */
  readonly prompts: number;
  readonly costPerPromptMicros: number;
  /** Median of the developer's active days, and how many of those there are. */
  readonly usualCostPerPromptMicros: number;
  readonly activeDays: number;
}

/** One prompt took a large part of a window. */
export interface PromptSpike extends WindowFinding {
  readonly kind: 'prompt_spike';
  readonly session: SessionId;
  readonly promptId: string;
  readonly model: string;
  readonly took: PointsRange;
  /** The developer's own 95th percentile, or that of their plan while there is too little history; points. */
  readonly usualPoints: number;
  readonly isUsualOwn: boolean;
  readonly requests: number;
  readonly costMicros?: number | undefined;
}

/** Headless or background work took a large part of a window, or started a great many sessions. */
export interface Runaway extends UsageFinding {
  readonly kind: 'runaway';
  readonly rule: 'points' | 'sessions';
  /** The window that it ate; undefined for the rule of sessions. */
  readonly window?: {
    readonly account: string;
    readonly windowKind: string;
    readonly scope: string;
    readonly resetsAt: EpochMs;
  };
  readonly took?: PointsRange | undefined;
  /** Headless sessions of the last 60 minutes. */
  readonly sessions: number;
  /** Headless and background requests since the window began, or in the hour. */
  readonly requests: number;
  /** Where to look first: the session that spent most between two readings, or that sent most in the hour. */
  readonly busiestSession?: SessionId | undefined;
  readonly costMicros?: number | undefined;
}

/** One feed of a connected developer stopped while the other goes on. */
export interface DataSilence extends UsageFinding {
  readonly kind: 'data_silence';
  readonly feed: 'status_line' | 'telemetry';
  readonly silentSince: EpochMs;
  /** How much the other feed told since then: requests, or status lines with new requests. */
  readonly missed: number;
}

/** What a detector saw of one developer, with its evidence. */
export type Finding =
  | CacheInvalidation
  | ResumeReprocess
  | LockOut
  | WindowThreshold
  | BurnRate
  | TtlDowngrade
  | CacheReadStorm
  | CostInflation
  | PromptSpike
  | Runaway
  | DataSilence;
