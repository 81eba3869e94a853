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
    const rewrote = `rewrote ${tokens(evidence.rewrittenTokens)} tokens`;
    // A resume may write twice; more than that were several resumes within the hour.
    const title =
      evidence.misses > 2 ? `Resumes ${rewrote} in ${count(evidence.misses, 'request')}` : `Resume ${rewrote}`;
    return { ...common, title, why: whyResume(evidence) };
  }
  const title = `Prompt cache broken: ${count(evidence.misses, 'turn')} rewrote ${tokens(evidence.rewrittenTokens)} tokens`;
  return { ...common, title, why: whyBroken(evidence) };
}

function factsOf({ extraCostMicros, clientVersion, model, session }: CacheEvidence): readonly string[] {
  const cost = extraCostMicros === undefined ? [] : [`${dollars(extraCostMicros)} more than with hits (API prices)`];
  const client = clientVersion === undefined ? 'client version unknown' : `client ${escapeText(clientVersion)}`;
  return [...cost, client, escapeText(model), `session \`${escapeText(session.slice(0, 8))}\``];
}

function whyBroken({ turns }: CacheEvidence): string {
  const last = turns.at(-1);
  const seen = last
    ? `The last turn read ${tokens(last.readTokens)} of the ${tokens(last.expectedTokens)} tokens that the cache held, ${duration(last.gapMs)} after the turn before, and wrote the rest again.`
    : 'History that the cache held was written again.';
  return `${seen} No compaction, model switch, resume or expired cache explains it.`;
}

function whyResume({ turns }: CacheEvidence): string {
  const last = turns.at(-1);
  if (!last) return 'The session was written again after a resume.';
  return (
    `The cache still held ${tokens(last.expectedTokens)} tokens (last turn ${duration(last.gapMs)} before), yet only ` +
    `${tokens(last.readTokens)} were read and the rest was written again.`
  );
}

function footnoteOf({ kind, evidence, severity }: CacheIncident): readonly string[] {
  const named = evidence.cause === undefined ? [] : [`cause named by the client: ${escapeText(evidence.cause)}`];
  if (kind === 'resume_reprocess') return [`${count(evidence.misses, 'request')} right after a resume`, ...named];
  const sure =
    severity === 'critical'
      ? `${count(evidence.consecutive, 'miss', 'misses')} in a row: certain`
      : `${count(evidence.misses, 'unexplained miss', 'unexplained misses')}: very likely`;
  return [sure, `still read: ${tokens(evidence.floorTokens)} of system prompt and tools`, ...named];
}
