import type { DeveloperId } from './ids.ts';
import type { EpochMs } from './time.ts';

/** Cache misses of one client version against the team's other versions. */
export interface RateComparison {
  readonly misses: number;
  readonly of: number;
  readonly otherMisses: number;
  readonly otherOf: number;
  /** One-sided Fisher exact test: the probability of so many misses if the versions did not differ. */
  readonly pValue: number;
}

/** The same broken cache in several developers on one client version: the client is to blame, not they. */
export interface FleetRegression {
  readonly kind: 'fleet_regression';
  readonly severity: 'critical';
  readonly at: EpochMs;
  /**
   * `together`: the developers were hit within an hour; `turn_boundaries` and `resumes`: the version misses
   * significantly more often than the team's other versions.
   */
  readonly rule: 'together' | 'turn_boundaries' | 'resumes';
  readonly of: 'cache_invalidation' | 'resume_reprocess';
  readonly clientVersion: string;
  readonly developers: readonly DeveloperId[];
  /** Set exactly for the rules that compare versions. */
  readonly comparison?: RateComparison | undefined;
}
