import type { ApiRequest } from '../model/api-request.ts';
import { type Caller, callerOf, isSameCaller } from '../model/caller.ts';
import { MINUTE_MS } from '../model/time.ts';

/** What of a request counts for the hour. */
export type CountedRequest = Caller &
  Pick<ApiRequest, 'sequence' | 'endedAt' | 'outputTokens' | 'cacheReadTokens' | 'costMicros'>;

/** What some requests used together. */
export interface Used {
  requests: number;
  cacheReadTokens: number;
  outputTokens: number;
  /** Micro-dollars of those whose price is known. */
  costMicros: number;
  unpriced: number;
}

/** The requests of one caller. What a minute uses is taken away as a whole, so that none of them needs to be kept. */
interface Work {
  readonly caller: Caller;
  readonly used: Used;
  readonly moments: number[];
}

export type UsageMinute = ReturnType<typeof createUsageMinute>;

/** A caller is looked for among the newest: of one that speaks again after so many others there is another entry. */
const NEWEST_CALLERS = 8;
/** More than this in a minute is no developer at work; by then every rule has spoken. It bounds what is kept. */
const KEPT_A_MINUTE = 2000;

/** What one developer used in a minute, by caller. */
export function createUsageMinute() {
  const works: Work[] = [];
  let requests = 0;
  let newestAt = 0;

  return {
    /** Takes a request in; false for one that is known already. */
    add(request: CountedRequest): boolean {
      if (requests >= KEPT_A_MINUTE || isIn(request)) return false;
      const work = workOf(request);
      addUsed(work.used, usedBy(request));
      work.moments.push(momentOf(request));
      requests += 1;
      newestAt = Math.max(newestAt, request.endedAt);
      return true;
    },

    works: (): readonly Pick<Work, 'caller' | 'used'>[] => works,
  };

  /** Whether a feed told of it before, by the moment: whatever other ids it has may be learnt later. Most come in order. */
  function isIn(request: CountedRequest): boolean {
    if (request.endedAt > newestAt) return false;
    const moment = momentOf(request);
    return works.some(({ caller, moments }) => isSameAgent(caller, request) && moments.includes(moment));
  }

  function workOf(request: CountedRequest): Work {
    const oldest = Math.max(0, works.length - NEWEST_CALLERS);
    for (let index = works.length - 1; index >= oldest; index--) {
      const work = works[index];
      if (work && isSameCaller(work.caller, request)) return work;
    }
    const work = { caller: callerOf(request), used: nothingUsed(), moments: [] };
    works.push(work);
    return work;
  }
}

/** What a single request used. */
export function usedBy({ cacheReadTokens, outputTokens, costMicros }: CountedRequest): Used {
  const unpriced = Number(costMicros === undefined);
  return { requests: 1, cacheReadTokens, outputTokens, costMicros: costMicros ?? 0, unpriced };
}

export const nothingUsed = (): Used => ({
  requests: 0,
  cacheReadTokens: 0,
  outputTokens: 0,
  costMicros: 0,
  unpriced: 0,
});

/** Adds what was used to a sum, or takes it away again (`by` -1). */
export function addUsed(sum: Used, used: Used, by: 1 | -1 = 1) {
  sum.requests += by * used.requests;
  sum.cacheReadTokens += by * used.cacheReadTokens;
  sum.outputTokens += by * used.outputTokens;
  sum.costMicros += by * used.costMicros;
  sum.unpriced += by * used.unpriced;
}

/** The moment in its minute and the sequence in one number, exact for sequences up to 150 billion. */
function momentOf({ endedAt, sequence = -1 }: CountedRequest): number {
  return (sequence + 1) * MINUTE_MS + (endedAt % MINUTE_MS);
}

function isSameAgent(one: Caller, other: Caller): boolean {
  return one.session === other.session && one.agent === other.agent && one.model === other.model;
}
