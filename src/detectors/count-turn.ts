import { cachedPrefixTokens } from '../model/api-request.ts';
import { MINUTE_MS } from '../model/time.ts';
import { type CacheCounts, NO_COUNTS } from '../model/version-rates.ts';
import { rewrittenTokens, type Turn } from './turn.ts';

export interface CountTurnRule {
  /** A resume counts as rewritten when it read less than this share and wrote so many tokens again. */
  readonly readShare: number;
  readonly recordedTokens: number;
}

/** Every cache is surely warm for so long, whatever its TTL; so were the turns of the report (anthropics/claude-code#91707). */
const SURELY_WARM_MS = 5 * MINUTE_MS;

const BOUNDARY: CacheCounts = { ...NO_COUNTS, boundaries: 1 };
const BOUNDARY_MISS: CacheCounts = { ...BOUNDARY, boundaryMisses: 1 };
const MID_TURN: CacheCounts = { ...NO_COUNTS, midTurns: 1 };
const MID_TURN_MISS: CacheCounts = { ...MID_TURN, midTurnMisses: 1 };
const RESUME: CacheCounts = { ...NO_COUNTS, resumes: 1 };
const RESUME_REWRITE: CacheCounts = { ...RESUME, resumeRewrites: 1 };

/**
 * What a judged turn adds to the counts of its client version; undefined: nothing. Of the main conversation only, and
 * only where a miss has no lawful reason: not over an update of the client, which changes what it sends.
 */
export function countTurn(turn: Turn, rule: CountTurnRule): CacheCounts | undefined {
  const { request, previous, sinceResume } = turn;
  if (!previous || request.origin !== 'main') return undefined;
  if (request.clientVersion === undefined || request.clientVersion !== previous.clientVersion) return undefined;
  if (sinceResume?.nth === 1) return countResume(turn, rule);
  const isPastResume = sinceResume === undefined || sinceResume.nth > 2;
  const isJudged = turn.verdict.is === 'hit' || turn.verdict.is === 'miss';
  if (!isPastResume || !isJudged || turn.gapMs >= SURELY_WARM_MS) return undefined;
  if (request.promptId === undefined || previous.promptId === undefined) return undefined;
  const isMiss = turn.verdict.is === 'miss';
  if (request.promptId === previous.promptId) return isMiss ? MID_TURN_MISS : MID_TURN;
  return isMiss ? BOUNDARY_MISS : BOUNDARY;
}

/** A resume of a session that the cache still held, and that was worth holding. */
function countResume(turn: Turn, { readShare, recordedTokens }: CountTurnRule): CacheCounts | undefined {
  const { verdict, previous, request } = turn;
  const isJudged = verdict.is === 'hit' || (verdict.is === 'explained' && verdict.by === 'resume');
  if (!previous || !isJudged || turn.gapMs > turn.ttlMs) return undefined;
  const held = cachedPrefixTokens(previous);
  if (held < recordedTokens) return undefined;
  const isRewrite = request.cacheReadTokens < readShare * held && rewrittenTokens(turn) >= recordedTokens;
  return isRewrite ? RESUME_REWRITE : RESUME;
}
