import { cachedPrefixTokens } from '../model/api-request.ts';
import type { ResumeReprocess, Severity } from '../model/finding.ts';
import { evidenceOf, rewrittenTokens, type Turn } from './turn.ts';

export interface ResumeReprocessRule {
  /** The first request reads less than this share of what the cache held before the resume. */
  readonly readShare: number;
  /** Rewritten tokens from which a resume is recorded, told to the developer, and told to the channel. */
  readonly recordedTokens: number;
  readonly infoTokens: number;
  readonly warningTokens: number;
}

/**
 * A resume wrote the session again although the cache still held it. A second rewrite right after belongs to it.
 * Most resumes do this on every version, so only the size decides how loud it is.
 * Judges the newest turn of one stream; `turns` are that stream's last hour, oldest first.
 */
export function resumeReprocess(turns: readonly Turn[], rule: ResumeReprocessRule): ResumeReprocess | undefined {
  const newest = turns.at(-1);
  if (!newest?.sinceResume || newest.verdict.is !== 'explained' || newest.verdict.by !== 'resume') return undefined;
  const resumedAt = newest.sinceResume.at;
  const rewrites = turns.filter((turn) => turn.sinceResume?.at === resumedAt && isRewrite(turn));
  const first = rewrites[0];
  if (first?.sinceResume?.nth !== 1 || !readTooLittle(first, rule)) return undefined;
  const total = rewrites.reduce((sum, turn) => sum + writtenAgain(turn), 0);
  const severity = severityOf(total, rule);
  if (!severity) return undefined;
  return {
    kind: 'resume_reprocess',
    severity,
    session: newest.request.session,
    stream: newest.stream,
    model: newest.request.model,
    clientVersion: newest.request.clientVersion,
    resumedAt,
    misses: rewrites.map((turn) => evidenceOf(turn, writtenAgain(turn))),
  };
}

/** What the resume left out of the session it did not write: then less was written again than could have been read. */
function writtenAgain(turn: Turn): number {
  return Math.min(rewrittenTokens(turn), turn.request.cacheCreationTokens);
}

function isRewrite({ verdict }: Turn): boolean {
  return verdict.is === 'explained' && verdict.by === 'resume';
}

function readTooLittle(first: Turn, { readShare }: ResumeReprocessRule): boolean {
  return first.previous !== undefined && first.request.cacheReadTokens < readShare * cachedPrefixTokens(first.previous);
}

function severityOf(tokens: number, rule: ResumeReprocessRule): Severity | undefined {
  if (tokens >= rule.warningTokens) return 'warning';
  if (tokens >= rule.infoTokens) return 'info';
  return tokens >= rule.recordedTokens ? 'recorded' : undefined;
}
