import { contextTokens } from '../model/api-request.ts';
import type { CacheInvalidation } from '../model/finding.ts';
import { evidenceOf, readableTokens, rewrittenTokens, type Turn, unreadTokens } from './turn.ts';

export interface CacheInvalidationRule {
  /** Misses in a row, close together, that warn. */
  readonly warnAfter: number;
  readonly warnWithinMs: number;
  /** Misses in a row, however far apart, that are critical. */
  readonly criticalAfter: number;
  /** Unexplained rewritten tokens in the hour that warn: many single misses with hits between them. */
  readonly tokensPerHour: number;
  /** One unexplained rewrite of this size warns by itself. */
  readonly oneRewriteTokens: number;
  /** The flat floor of small contexts: requests in a row, how flat, and the least share written. */
  readonly flat: {
    readonly requests: number;
    readonly tolerance: number;
    readonly writtenShare: number;
    /** Each request could have read more than this, and together they left more than this unread. */
    readonly negligibleTokens: number;
  };
}

/**
 * The prompt cache broke mid-session: history that the cache held is written again though nothing lawful explains it.
 * Judges the newest turn of one stream; `turns` are that stream's last hour, oldest first. Undefined: nothing (new) is wrong.
 */
export function cacheInvalidation(turns: readonly Turn[], rule: CacheInvalidationRule): CacheInvalidation | undefined {
  const newest = turns.at(-1);
  if (!newest) return undefined;
  if (newest.verdict.is === 'miss') {
    const run = missesInARow(turns);
    const broken = brokenBy(turns, { newest, run, rule });
    const misses = turns.filter((turn) => turn.verdict.is === 'miss');
    if (broken) return finding(broken, misses, { newest, run: run.length, rule });
  }
  const flat = flatFloor(turns, newest, rule);
  return flat && finding('flat_floor', flat, { newest, run: flat.length, rule });
}

function finding(
  by: CacheInvalidation['rule'],
  misses: readonly Turn[],
  { newest, run, rule }: { newest: Turn; run: number; rule: CacheInvalidationRule },
): CacheInvalidation {
  return {
    kind: 'cache_invalidation',
    rule: by,
    severity: by === 'consecutive' && run >= rule.criticalAfter ? 'critical' : 'warning',
    session: newest.request.session,
    stream: newest.stream,
    model: newest.request.model,
    clientVersion: newest.request.clientVersion,
    consecutive: run,
    misses: misses.map((miss) => evidenceOf(miss, unreadTokens(miss))),
  };
}

function brokenBy(
  turns: readonly Turn[],
  { newest, run, rule }: { newest: Turn; run: readonly Turn[]; rule: CacheInvalidationRule },
): CacheInvalidation['rule'] | undefined {
  if (run.length >= rule.criticalAfter || isQuickRun(run, rule)) return 'consecutive';
  if (rewrittenTokens(newest) >= rule.oneRewriteTokens) return 'one_large';
  const sizes = turns.filter((turn) => turn.verdict.is === 'miss').map(rewrittenTokens);
  const sum = sizes.reduce((total, size) => total + size, 0);
  return sum >= rule.tokensPerHour ? 'tokens_per_hour' : undefined;
}

/** The newest misses with no hit and no explained miss between them. */
function missesInARow(turns: readonly Turn[]): readonly Turn[] {
  const lastOther = turns.findLastIndex((turn) => turn.verdict.is !== 'miss');
  return turns.slice(lastOther + 1);
}

function isQuickRun(run: readonly Turn[], { warnAfter, warnWithinMs }: CacheInvalidationRule): boolean {
  const newest = run.at(-1);
  const first = run.at(-warnAfter);
  return newest !== undefined && first !== undefined && newest.request.endedAt - first.request.endedAt <= warnWithinMs;
}

/**
 * In small contexts a broken cache writes too little to count as a miss. What shows it is a read that stays the same,
 * the floor of system prompt and tools, while a good part of the context is written each time. Each of the requests must
 * have left something unread: parallel requests that fork from one conversation read alike, and all that there is.
 */
function flatFloor(turns: readonly Turn[], newest: Turn, { flat }: CacheInvalidationRule): readonly Turn[] | undefined {
  const last = turns.slice(-flat.requests);
  const floor = newest.request.cacheReadTokens;
  const isFlat = (turn: Turn) =>
    (turn.verdict.is === 'hit' || turn.verdict.is === 'miss') &&
    Math.abs(turn.request.cacheReadTokens - floor) <= flat.tolerance * floor &&
    turn.request.cacheCreationTokens > flat.writtenShare * contextTokens(turn.request) &&
    unreadTokens(turn) > 0 &&
    readableTokens(turn) > flat.negligibleTokens;
  if (last.length < flat.requests || !last.every(isFlat)) return undefined;
  const lost = last.reduce((total, turn) => total + unreadTokens(turn), 0);
  return lost > flat.negligibleTokens ? last : undefined;
}
