import type { DeveloperId } from './ids.ts';

/** How the prompt cache did: main conversations only, and only where a miss would have had no lawful reason. */
export interface CacheCounts {
  /** Turn boundaries: the first request of a prompt, under five minutes after the request before it. */
  readonly boundaries: number;
  readonly boundaryMisses: number;
  /** Further requests of the same prompt. */
  readonly midTurns: number;
  readonly midTurnMisses: number;
  /** First requests after a resume, while the cache still held 20,000 tokens or more. */
  readonly resumes: number;
  /** Of these, how many wrote 20,000 tokens or more again. */
  readonly resumeRewrites: number;
}

/** The counts of one client version over some days, of the whole team. */
export interface VersionRates extends CacheCounts {
  readonly clientVersion: string;
  /** How many developers these counts are of. */
  readonly developers: number;
}

/** The counts of one developer on one client version over some days. */
export interface DeveloperRates extends CacheCounts {
  readonly clientVersion: string;
  readonly developer: DeveloperId;
}

/** With fewer events a rate is chance: 60 turn boundaries show 29 % against 7 %, the reported regression. */
export const ENOUGH_BOUNDARIES = 60;
export const ENOUGH_RESUMES = 10;

export const NO_COUNTS: CacheCounts = {
  boundaries: 0,
  boundaryMisses: 0,
  midTurns: 0,
  midTurnMisses: 0,
  resumes: 0,
  resumeRewrites: 0,
};

/** The counts of both together. */
export function addCounts(one: CacheCounts, other: CacheCounts): CacheCounts {
  return {
    boundaries: one.boundaries + other.boundaries,
    boundaryMisses: one.boundaryMisses + other.boundaryMisses,
    midTurns: one.midTurns + other.midTurns,
    midTurnMisses: one.midTurnMisses + other.midTurnMisses,
    resumes: one.resumes + other.resumes,
    resumeRewrites: one.resumeRewrites + other.resumeRewrites,
  };
}
