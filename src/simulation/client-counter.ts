import { type EpochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import type { LinePromptCache } from './session-line.ts';
import { epochSeconds } from './tape.ts';

/** Why a request does not find what the cache held: words of the client, or `rebuild` for what it expects after a compaction. */
export type Cause =
  | 'rebuild'
  | 'model_changed'
  | 'ttl_expired_5m'
  | 'ttl_expired_1h'
  | 'likely_server_side'
  | 'system_prompt_changed'
  | 'tools_changed'
  | 'messages_changed';

/** A request as the client counts it. Tokens. */
export interface Counted {
  readonly endedAt: EpochMs;
  /** What the cache held of the conversation before it, and what of that it did not read. */
  readonly held: number;
  readonly lost: number;
  readonly written: number;
  readonly cause: Cause | undefined;
}

/**
 * Counts a conversation's misses as Claude Code 2.1.330 does: a request that reads less than 90 % of what was cached and
 * writes more than 2,000 tokens, except after a compaction (all of 14 scripted sessions of that client agree).
 */
export function createClientCounter() {
  let [requests, misses, rebuilds, rewritten] = [0, 0, 0, 0];
  let last: { at: EpochMs; cause: Cause | undefined } | undefined;

  return {
    count({ endedAt, held, lost, written, cause }: Counted) {
      requests++;
      if (cause === 'rebuild') rebuilds++;
      if (cause === 'rebuild' || lost <= 0.1 * held || written <= 2000) return;
      misses++;
      rewritten += written;
      last = { at: endedAt, cause };
    },
    /** `now` is when the last request ended, `prefix` what it left in the cache. */
    told(now: EpochMs, ttl: '5m' | '1h', prefix: number): LinePromptCache {
      return {
        requests,
        misses,
        expected_rebuilds: rebuilds,
        miss_recache_tokens: rewritten,
        last_miss_at: last ? epochSeconds(last.at) : null,
        last_miss_cause: last?.cause ? { causes: [last.cause] } : null,
        ttl,
        expires_at: epochSeconds(plus(now, ttl === '1h' ? HOUR_MS : 5 * MINUTE_MS)),
        recache_tokens_if_cold: prefix,
      };
    },
  };
}
