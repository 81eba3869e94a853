import { z } from 'zod';
import { LATE_AFTER_MS } from '../detectors/session-trace.ts';
import type { CacheReport } from '../model/cache-report.ts';
import { type SessionId, sessionId } from '../model/ids.ts';
import type { Reading } from '../model/reading.ts';
import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import type { Fact } from '../model/usage-item.ts';
import { isObject } from './json-object.ts';
import { NONE_LEFT, type Parsed } from './parsed.ts';
import { Problem } from './problem.ts';
import { looseCount, MAX_TOKENS, SecondsAgo, statusLineTime, Text } from './wire-schemas.ts';

const StatusLine = z.object({
  session_id: Text,
  version: Text.optional().catch(undefined),
  model: z.object({ id: Text }).optional().catch(undefined),
  rate_limits: z.unknown().optional(),
  prompt_cache: z.unknown().optional(),
  seconds_ago: SecondsAgo,
});

/** What a status line told, and the session that waits for its line. */
export interface StatusLineItems extends Parsed {
  readonly session: SessionId;
}

/**
 * Claude Code's status line JSON: the windows of `rate_limits` as readings, `prompt_cache` as a report; both are absent
 * until the session's first response. `seconds_ago` is our own client's. Windows that are absent or unreadable stay absent. Throws Problem 400 without a session.
 * Format: https://code.claude.com/docs/en/statusline.
 */
export function statusLineItems(body: unknown, receivedAt: EpochMs): StatusLineItems {
  const { data } = StatusLine.safeParse(body);
  if (!data) throw new Problem(400, 'The body must be a status line with a session_id.');
  const session = sessionId(data.session_id);
  const at = plus(receivedAt, -SECOND_MS * (data.seconds_ago ?? 0));
  // Late counters would alert a channel of what is long over; they only grow, so that the next ones tell the same.
  const isLate = receivedAt - at > LATE_AFTER_MS;
  const counted = isLate ? undefined : cacheReport(data.prompt_cache, session, at);
  const report = counted && { ...counted, model: data.model?.id };
  const facts: Fact[] = [
    ...readings(data.rate_limits, session, at).map((reading) => ({ is: 'reading' as const, reading })),
    ...(report ? [{ is: 'cache_report' as const, report }] : []),
  ];
  return { session, left: NONE_LEFT, items: facts.map((fact) => ({ clientVersion: data.version, fact })) };
}

/** Kinds are open-ended, but a word. */
const KIND = /^[a-z][a-z0-9_]{0,63}$/;
const MAX_WINDOWS = 20;

const Window = z.object({
  /** Spend limits may exceed 100. */
  used_percentage: z.number().min(0).max(1000),
  resets_at: z.unknown(),
});

function readings(rateLimits: unknown, session: SessionId, at: EpochMs): readonly Reading[] {
  if (!isObject(rateLimits)) return [];
  const kinds = Object.keys(rateLimits).slice(0, MAX_WINDOWS);
  return kinds.flatMap((kind) => {
    const { data: window } = Window.safeParse(rateLimits[kind]);
    const resetsAt = statusLineTime(window?.resets_at, at);
    if (!window || resetsAt === undefined || !KIND.test(kind)) return [];
    return [
      { session, kind, scope: '', usedPercent: window.used_percentage, resetsAt, at, source: 'status_line' as const },
    ];
  });
}

const Counter = looseCount(Number.MAX_SAFE_INTEGER);

const PromptCache = z.object({
  requests: Counter,
  misses: Counter,
  expected_rebuilds: Counter.catch(0),
  miss_recache_tokens: Counter.catch(0),
  last_miss_at: z.unknown().optional(),
  last_miss_cause: z.unknown().optional(),
  ttl: z
    .string()
    .regex(/^\w{1,10}$/)
    .optional()
    .catch(undefined),
  expires_at: z.unknown().optional(),
  recache_tokens_if_cold: looseCount(MAX_TOKENS).optional().catch(undefined),
});

function cacheReport(promptCache: unknown, session: SessionId, at: EpochMs): CacheReport | undefined {
  const { data: cache } = PromptCache.safeParse(promptCache);
  if (!cache) return undefined;
  return {
    session,
    at,
    requests: cache.requests,
    misses: cache.misses,
    expectedRebuilds: cache.expected_rebuilds,
    missRecacheTokens: cache.miss_recache_tokens,
    lastMissAt: statusLineTime(cache.last_miss_at, at),
    lastMissCause: causesIn(cache.last_miss_cause),
    ttl: cache.ttl,
    expiresAt: statusLineTime(cache.expires_at, at),
    recacheTokensIfCold: cache.recache_tokens_if_cold,
  };
}

const CAUSE = /^[a-z][a-z0-9_]{0,59}$/;
const MAX_CAUSES = 3;

/** Only the words: beside them the client lists the tools that came and went. */
function causesIn(lastMissCause: unknown): string | undefined {
  const causes = isObject(lastMissCause) ? lastMissCause.causes : undefined;
  if (!Array.isArray(causes)) return undefined;
  const words = causes.slice(0, MAX_CAUSES).filter((cause) => typeof cause === 'string' && CAUSE.test(cause));
  return words.join(',') || undefined;
}
