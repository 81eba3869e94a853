import type { ApiRequest } from '../model/api-request.ts';
import type { SessionId } from '../model/ids.ts';
import { type EpochMs, epochMs, MINUTE_MS } from '../model/time.ts';
import { createPresence, type Presence } from './headless.ts';
import { createPromptCosts, type PromptCosts } from './prompt-costs.ts';

/** What of a request counts for the hour. */
export type CountedRequest = Pick<
  ApiRequest,
  | 'session'
  | 'origin'
  | 'agent'
  | 'querySource'
  | 'model'
  | 'clientVersion'
  | 'promptId'
  | 'sequence'
  | 'endedAt'
  | 'outputTokens'
  | 'cacheReadTokens'
  | 'costMicros'
>;

/** Everything that one developer used in the 60 minutes up to their newest request; to be read before the next one is added. */
export interface UsageHour {
  /** When the newest request ended. */
  readonly at: EpochMs;
  readonly requests: number;
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
  /** Micro-dollars at API prices; undefined where a price is unknown. */
  readonly costMicros: number | undefined;
  /** The clients that sent it, with how many requests each; undefined is one that did not tell. */
  readonly clientVersions: ReadonlyMap<string | undefined, number>;
  readonly headless: Presence;
  /** The headless session that sent most; undefined where there is none. */
  busiestHeadless(): SessionId | undefined;
  /** What the prompts to a model cost in this hour. */
  promptsOf(model: string): PromptCosts;
}

/** The hour under judgement, with the client that sent its newest request. */
export interface JudgedHour {
  readonly hour: UsageHour;
  readonly clientVersion: string | undefined;
  readonly arrivedLate: boolean;
}

export interface UsageTrace {
  /** Takes a request in; false for one that is known already, or older than the hour. */
  add(request: CountedRequest): boolean;
  hour(): UsageHour;
}

/** The requests of a minute, in the order in which they came. */
interface Minute {
  readonly requests: CountedRequest[];
  newestAt: EpochMs;
}

/** The running minute and the 59 before it. */
const MINUTES = 60;
/** More than this in a minute is no developer at work; by then every rule has spoken. It bounds what is kept. */
const KEPT_A_MINUTE = 2000;

/**
 * Follows one developer's use over the last 60 minutes of event time, to the minute. Requests may come in any order
 * inside the hour and more than once; each is added once and taken away once.
 */
export function createUsageTrace(): UsageTrace {
  const minutes = new Map<number, Minute>();
  const presence = createPresence();
  const prompts = createPromptCosts();
  const versions = new Map<string | undefined, number>();
  const sums = { requests: 0, cacheReadTokens: 0, outputTokens: 0, costMicros: 0, unpriced: 0 };
  let newestAt = epochMs(0);

  return {
    add(request) {
      const number = minuteOf(request.endedAt);
      if (number <= minuteOf(newestAt) - MINUTES) return false;
      if (request.endedAt > newestAt) moveTo(request.endedAt);
      const minute = minuteAt(number);
      if (minute.requests.length >= KEPT_A_MINUTE || isIn(minute, request)) return false;
      minute.requests.push(request);
      if (request.endedAt > minute.newestAt) minute.newestAt = request.endedAt;
      count(request, 1);
      return true;
    },
    hour: () => ({
      at: newestAt,
      requests: sums.requests,
      cacheReadTokens: sums.cacheReadTokens,
      outputTokens: sums.outputTokens,
      costMicros: sums.unpriced > 0 ? undefined : sums.costMicros,
      clientVersions: versions,
      headless: presence.now(),
      busiestHeadless: presence.busiest,
      promptsOf: prompts.of,
    }),
  };

  /** Minutes that are over by `at` are taken away; most often that is none, or the oldest one. */
  function moveTo(at: EpochMs) {
    const newest = minuteOf(newestAt);
    const over = Math.min(newest, minuteOf(at) - MINUTES);
    for (let number = newest - MINUTES + 1; number <= over; number++) drop(number);
    newestAt = at;
  }

  function drop(number: number) {
    for (const request of minutes.get(number)?.requests ?? []) count(request, -1);
    minutes.delete(number);
  }

  function minuteAt(number: number): Minute {
    const known = minutes.get(number);
    if (known) return known;
    const minute: Minute = { requests: [], newestAt: epochMs(0) };
    minutes.set(number, minute);
    return minute;
  }

  function count(request: CountedRequest, by: 1 | -1) {
    sums.requests += by;
    sums.cacheReadTokens += by * request.cacheReadTokens;
    sums.outputTokens += by * request.outputTokens;
    sums.costMicros += by * (request.costMicros ?? 0);
    if (request.costMicros === undefined) sums.unpriced += by;
    presence.count(request, by);
    prompts.count(request, by);
    const left = (versions.get(request.clientVersion) ?? 0) + by;
    if (left === 0) versions.delete(request.clientVersion);
    else versions.set(request.clientVersion, left);
  }
}

const minuteOf = (at: EpochMs) => Math.floor(at / MINUTE_MS);

/** Most come in order, and need not be compared with any. */
function isIn({ requests, newestAt }: Minute, request: CountedRequest): boolean {
  return request.endedAt <= newestAt && requests.some((known) => isSame(known, request));
}

/** Whether a feed told of one request twice, by the moment: whatever other ids it has may be learnt later. */
function isSame(one: CountedRequest, other: CountedRequest): boolean {
  return (
    one.endedAt === other.endedAt &&
    one.sequence === other.sequence &&
    one.agent === other.agent &&
    one.model === other.model &&
    one.session === other.session
  );
}
