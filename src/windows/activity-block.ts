import { type EpochMs, epochMs, HOUR_MS } from '../model/time.ts';

/** What was spent in the running five-hour block of a developer whose windows are unknown. */
export interface ActivityBlock {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly requests: number;
  /** Micro-dollars at API prices of the requests whose cost is known. */
  readonly costMicros: number;
  readonly unpricedRequests: number;
}

export interface Spent {
  readonly at: EpochMs;
  readonly costMicros: number | undefined;
}

const BLOCK_MS = 5 * HOUR_MS;

/**
 * The block that activity alone suggests: it starts at the full hour of the first request after the block before it
 * ended, as trackers have modelled the five-hour window since 2025. A heuristic, so it never yields a percentage.
 * Undefined when no block is running. `requests` oldest first, from at least two block lengths back.
 */
export function activityBlock(requests: readonly Spent[], now: EpochMs): ActivityBlock | undefined {
  let startsAt: number | undefined;
  let inBlock: Spent[] = [];
  for (const request of requests) {
    if (startsAt === undefined || request.at >= startsAt + BLOCK_MS) {
      startsAt = Math.floor(request.at / HOUR_MS) * HOUR_MS;
      inBlock = [];
    }
    inBlock.push(request);
  }
  if (startsAt === undefined || now >= startsAt + BLOCK_MS) return undefined;
  return {
    startsAt: epochMs(startsAt),
    endsAt: epochMs(startsAt + BLOCK_MS),
    requests: inBlock.length,
    costMicros: inBlock.reduce((sum, request) => sum + (request.costMicros ?? 0), 0),
    unpricedRequests: inBlock.filter((request) => request.costMicros === undefined).length,
  };
}
