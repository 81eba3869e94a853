import { type ApiRequest, cachedPrefixTokens, contextTokens } from '../model/api-request.ts';
import type { TurnEvidence } from '../model/finding.ts';
import { rewriteCostMicros } from '../model/prices.ts';
import type { EpochMs } from '../model/time.ts';

/** Why a request lawfully reads less than its predecessor left in the cache. */
export type Explanation = 'resume' | 'ttl_expired' | 'compaction' | 'clear' | 'model_switch' | 'shrunk_context';

export type Verdict =
  | { readonly is: 'first' }
  | { readonly is: 'hit' }
  | { readonly is: 'explained'; readonly by: Explanation }
  | { readonly is: 'miss' };

/** A request held against its predecessor in the stream. */
export interface Turn {
  readonly request: ApiRequest;
  readonly stream: string;
  /** Undefined for the first request of a stream. */
  readonly previous: ApiRequest | undefined;
  readonly verdict: Verdict;
  /** Start of this request minus the end of its predecessor. */
  readonly gapMs: number;
  /** How long the predecessor's writes stay readable. */
  readonly ttlMs: number;
  /** Set on the requests that follow a resume: 1 for the first, counted in the stream. */
  readonly sinceResume: { readonly at: EpochMs; readonly nth: number } | undefined;
  /** Whether the request reached the collector too late to alert anybody. */
  readonly arrivedLate: boolean;
}

/** The predecessor's cached prefix that this turn wrote again instead of reading it; 0 for a hit. */
export function rewrittenTokens(turn: Turn): number {
  return turn.verdict.is === 'hit' ? 0 : unreadTokens(turn);
}

/** The predecessor's cached prefix that this turn did not read, however small. */
export function unreadTokens(turn: Turn): number {
  return Math.max(0, readableTokens(turn) - turn.request.cacheReadTokens);
}

/** What the turn could have read: its predecessor's cached prefix. */
export function readableTokens({ previous }: Turn): number {
  return previous ? cachedPrefixTokens(previous) : 0;
}

/** A turn as evidence; `rewritten` where a detector knows better than the verdict what was lost. */
export function evidenceOf(turn: Turn, rewritten = rewrittenTokens(turn)): TurnEvidence {
  const { request } = turn;
  return {
    at: request.endedAt,
    gapMs: turn.gapMs,
    contextTokens: contextTokens(request),
    expectedTokens: readableTokens(turn),
    readTokens: request.cacheReadTokens,
    writtenTokens: request.cacheCreationTokens,
    rewrittenTokens: rewritten,
    extraCostMicros: rewriteCostMicros(request, rewritten),
    arrivedLate: turn.arrivedLate,
  };
}
