import type { Caller } from '../model/caller.ts';
import type { SessionId } from '../model/ids.ts';
import { type EpochMs, epochMs, MINUTE_MS } from '../model/time.ts';
import { createPresence, type Presence } from './headless.ts';
import { createPromptCosts, type PromptCosts } from './prompt-costs.ts';
import {
  addUsed,
  type CountedRequest,
  createUsageMinute,
  nothingUsed,
  type UsageMinute,
  type Used,
  usedBy,
} from './usage-minute.ts';

/** Everything that one developer used in the 60 minutes up to their newest request. It changes with the next one. */
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
  readonly hour: UsageHour;
}

/** The running minute and the 59 before it. */
const MINUTES = 60;

/**
 * Follows one developer's use over the last 60 minutes of event time, to the minute. Requests may come in any order
 * inside the hour and more than once; each is added once and taken away once.
 */
export function createUsageTrace(): UsageTrace {
  const minutes = new Map<number, UsageMinute>();
  const presence = createPresence();
  const prompts = createPromptCosts();
  const versions = new Map<string | undefined, number>();
  const sum = nothingUsed();
  const hour = {
    at: epochMs(0),
    requests: 0,
    cacheReadTokens: 0,
    outputTokens: 0,
    costMicros: 0 as number | undefined,
    clientVersions: versions,
    headless: presence.now,
    busiestHeadless: presence.busiest,
    promptsOf: prompts.of,
  } satisfies UsageHour;

  return {
    add(request) {
      const number = minuteOf(request.endedAt);
      if (number <= minuteOf(hour.at) - MINUTES) return false;
      if (request.endedAt > hour.at) moveTo(request.endedAt);
      if (!minuteAt(number).add(request)) return false;
      count(request, usedBy(request), 1);
      return true;
    },
    hour,
  };

  /** Minutes that are over by `at` are taken away; most often that is none, or the oldest one. */
  function moveTo(at: EpochMs) {
    const newest = minuteOf(hour.at);
    const over = Math.min(newest, minuteOf(at) - MINUTES);
    for (let number = newest - MINUTES + 1; number <= over; number++) drop(number);
    hour.at = at;
  }

  function drop(number: number) {
    for (const { caller, used } of minutes.get(number)?.works() ?? []) count(caller, used, -1);
    minutes.delete(number);
  }

  function minuteAt(number: number): UsageMinute {
    const known = minutes.get(number);
    if (known) return known;
    const minute = createUsageMinute();
    minutes.set(number, minute);
    return minute;
  }

  function count(caller: Caller, used: Used, by: 1 | -1) {
    addUsed(sum, used, by);
    hour.requests = sum.requests;
    hour.cacheReadTokens = sum.cacheReadTokens;
    hour.outputTokens = sum.outputTokens;
    hour.costMicros = sum.unpriced > 0 ? undefined : sum.costMicros;
    presence.count(caller, used, by);
    prompts.count(caller, used, by);
    const left = (versions.get(caller.clientVersion) ?? 0) + by * used.requests;
    if (left === 0) versions.delete(caller.clientVersion);
    else versions.set(caller.clientVersion, left);
  }
}

const minuteOf = (at: EpochMs) => Math.floor(at / MINUTE_MS);
