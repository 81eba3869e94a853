import type { ApiRequest } from '../model/api-request.ts';
import { type EpochMs, MINUTE_MS } from '../model/time.ts';

/** Tells the client processes of one session apart. */
export interface ClientProcesses {
  /** Notes a request, in event time; whether a process sent it that was not there before, so that the session was resumed. */
  isResumedBy(request: ApiRequest): boolean;
}

interface Process {
  readonly sequence: number;
  readonly heardAt: EpochMs;
}

/** A process counts everything that it logs, so between two of its requests it skips some: tools and hooks, not hundreds of them. */
const LONGEST_STEP = 500;
/** Processes at work on one session at once, and how long one is waited for: what is long silent was ended and resumed. */
const KEPT_PROCESSES = 4;
const SILENT_AFTER_MS = 10 * MINUTE_MS;

/**
 * Each client process counts its events from 0, in `sequence`. A number continues the process with the greatest number
 * below it, at most 500 away. Two processes that share a session (101, 5, 106, 10) so go on side by side: only the 5
 * is new. A number that continues none of them is a new process where it is not above the newest number, as in 27, 4;
 * above it, it is the same process after a long step.
 */
export function createClientProcesses(): ClientProcesses {
  /** The one that was heard last comes last; it is kept however long it is silent. */
  let known: readonly Process[] = [];

  return {
    isResumedBy({ sequence, endedAt }) {
      if (sequence === undefined) return false;
      const newest = known.at(-1);
      const candidates = known.filter((one) => one === newest || endedAt - one.heardAt <= SILENT_AFTER_MS);
      const sender = continuedBy(sequence, candidates) ?? (newest && sequence > newest.sequence ? newest : undefined);
      known = [...candidates.filter((one) => one !== sender), { sequence, heardAt: endedAt }].slice(-KEPT_PROCESSES);
      return newest !== undefined && sender === undefined;
    },
  };
}

/** Where two processes stand at the same number, the one that was heard later. */
function continuedBy(sequence: number, processes: readonly Process[]): Process | undefined {
  return processes
    .filter((one) => sequence > one.sequence && sequence - one.sequence <= LONGEST_STEP)
    .toSorted((a, b) => a.sequence - b.sequence)
    .at(-1);
}
