import type { CacheEvidence, CacheIncident } from '../../model/incident.ts';
import type { AlertWords } from './alert-words.ts';
import { escapeText } from './escape-text.ts';
import { count, dollars, duration, tokens } from './format.ts';
import { nextStepForCache } from './next-step.ts';

/** The words of a broken cache or of a resume that rewrote its session. */
export function cacheWords(incident: CacheIncident): AlertWords {
  const { evidence } = incident;
  const common = { facts: factsOf(evidence), next: nextStepForCache(incident), footnote: footnoteOf(incident) };
  if (incident.kind === 'resume_reprocess') {
    return { ...common, title: `Resume rewrote ${tokens(evidence.rewrittenTokens)} tokens`, why: whyResume(evidence) };
  }
  const title = `Prompt cache broken: ${count(evidence.misses, 'turn')} rewrote ${tokens(evidence.rewrittenTokens)} tokens`;
  return { ...common, title, why: whyBroken(evidence) };
}

function factsOf({ clientVersion, model, session }: CacheEvidence): readonly string[] {
  const client = clientVersion === undefined ? 'client version unknown' : `client ${escapeText(clientVersion)}`;
  return [client, escapeText(model), `session \`${escapeText(session.slice(0, 8))}\``];
}

function whyBroken(evidence: CacheEvidence): string {
  const last = evidence.turns.at(-1);
  const read = last ? tokens(last.readTokens) : 'little';
  const expected = last ? tokens(last.expectedTokens) : 'all';
  const pause = last ? `, ${duration(last.gapMs)} after the turn before` : '';
  return (
    `The last turn read ${read} of the ${expected} tokens that the cache held${pause}, and wrote the rest again. ` +
    `No compaction, model switch, resume or expired cache explains it.${costOf(evidence)}`
  );
}

function whyResume(evidence: CacheEvidence): string {
  const [first] = evidence.turns;
  if (!first) return `The session was written again after a resume.${costOf(evidence)}`;
  return (
    `${duration(first.gapMs)} after the turn before the resume, the cache still held ${tokens(first.expectedTokens)} tokens; ` +
    `${tokens(first.readTokens)} were read and the rest written again.${costOf(evidence)}`
  );
}

function costOf({ extraCostMicros }: CacheEvidence): string {
  return extraCostMicros === undefined
    ? ''
    : ` That is ${dollars(extraCostMicros)} more than reading it, at API prices.`;
}

function footnoteOf({ kind, evidence, severity }: CacheIncident): readonly string[] {
  const named =
    evidence.cause === undefined
      ? 'the client named no cause'
      : `cause named by the client: ${escapeText(evidence.cause)}`;
  if (kind === 'resume_reprocess') return [`${count(evidence.misses, 'request')} right after the resume`, named];
  const sure =
    severity === 'critical'
      ? `${count(evidence.consecutive, 'miss', 'misses')} in a row: certain`
      : `${count(evidence.misses, 'unexplained miss', 'unexplained misses')}: very likely`;
  return [sure, `still read: ${tokens(evidence.floorTokens)} of system prompt and tools`, named];
}
