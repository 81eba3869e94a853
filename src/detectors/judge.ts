import { type ApiRequest, cachedPrefixTokens, contextTokens } from '../model/api-request.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time.ts';
import type { Explanation, Verdict } from './turn.ts';

/** What happened in the stream between the predecessor and the request under judgement. */
export interface Between {
  readonly gapMs: number;
  readonly ttlMs: number;
  /** How many requests since a resume, counting this one; undefined without a resume. */
  readonly nthSinceResume: number | undefined;
  readonly rebuilt: 'compaction' | 'clear' | undefined;
  readonly switchedModel: boolean;
}

/**
 * Judges one request as Claude Code itself counts misses: it reads less than 90 % of its predecessor's cached prefix
 * and writes more than 2,000 tokens (all 129 requests of 14 scripted sessions of client 2.1.330 agree).
 * A miss with a lawful reason is explained and never counts.
 */
export function judge(previous: ApiRequest | undefined, request: ApiRequest, between: Between): Verdict {
  if (!previous) return FIRST;
  if (!isMiss(previous, request)) return HIT;
  const by = explanation(previous, request, between);
  return by ? { is: 'explained', by } : MISS;
}

// One object each: a turn is kept for an hour.
const FIRST: Verdict = { is: 'first' };
const HIT: Verdict = { is: 'hit' };
const MISS: Verdict = { is: 'miss' };

/** The cache lives 5 minutes unless the client says that it wrote to the 1-hour cache. A request without writes says nothing. */
export function ttlMsOf(request: ApiRequest): number | undefined {
  if (request.cacheCreationTokens === 0) return undefined;
  return (request.cacheCreation1hTokens ?? 0) > 0 ? HOUR_MS : 5 * MINUTE_MS;
}

function isMiss(previous: ApiRequest, request: ApiRequest): boolean {
  return request.cacheReadTokens < 0.9 * cachedPrefixTokens(previous) && request.cacheCreationTokens > 2000;
}

function explanation(previous: ApiRequest, request: ApiRequest, between: Between): Explanation | undefined {
  if (between.gapMs > between.ttlMs) return 'ttl_expired';
  if (between.rebuilt) return between.rebuilt;
  if (between.switchedModel) return 'model_switch';
  if (mayBeAnother(previous, request)) return 'shrunk_context';
  // A resumed session may write twice, first to the 5-minute and then to the 1-hour cache; and it may go on from an
  // earlier point, so that its context shrinks.
  if (between.nthSinceResume !== undefined && between.nthSinceResume <= 2) return 'resume';
  return shrank(previous, request) ? 'shrunk_context' : undefined;
}

/**
 * A context that lost a fifth or more was cut on purpose: rewound, compacted, or cleared of tool results.
 * Smaller losses are ordinary edits (thinking dropped, reminders removed) and excuse nothing.
 */
function shrank(previous: ApiRequest, request: ApiRequest): boolean {
  return contextTokens(request) < 0.8 * contextTokens(previous);
}

/**
 * In a mixed stream any shrinking may be another conversation, and so may any small context: sub-agents start
 * with up to 51,000 tokens (90th percentile of 195 sub-agent streams: 20,700 read and 30,000 written).
 */
function mayBeAnother(previous: ApiRequest, request: ApiRequest): boolean {
  if (request.origin !== 'unknown') return false;
  const before = contextTokens(previous);
  return contextTokens(request) < before || before < 51_000;
}
