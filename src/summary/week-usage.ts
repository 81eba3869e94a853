import { sum } from '../model/sum.ts';

/** What was used in a stretch of time. Tokens; costs in micro-dollars at API prices. */
export interface WeekUsage {
  readonly requests: number;
  readonly contextTokens: number;
  readonly cacheReadTokens: number;
  /** Of the requests whose cost is known. */
  readonly costMicros: number;
  readonly unpricedRequests: number;
}

/** All of it together; nothing adds up to zeros. */
export function totalUsage(usages: readonly WeekUsage[]): WeekUsage {
  return {
    requests: sum(usages, (usage) => usage.requests),
    contextTokens: sum(usages, (usage) => usage.contextTokens),
    cacheReadTokens: sum(usages, (usage) => usage.cacheReadTokens),
    costMicros: sum(usages, (usage) => usage.costMicros),
    unpricedRequests: sum(usages, (usage) => usage.unpricedRequests),
  };
}
