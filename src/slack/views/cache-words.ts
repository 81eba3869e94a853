import { type CacheLoss, cacheLoss } from '../../model/cache-loss.ts';
import type { CacheEvidence, CacheIncident } from '../../model/incident.ts';
import type { AlertWords, CostWords, Reader } from './alert-words.ts';
import { cost, extraDollars, pointsLostWords } from './cost-words.ts';
import { escapeText } from './escape-text.ts';
import { count, duration, tokens } from './format.ts';

/** The words of a broken cache or of a resume that rewrote its session. */
export function cacheWords(incident: CacheIncident, reader: Pick<Reader, 'isOwner'>): AlertWords {
  const { kind, evidence } = incident;
  const why = kind === 'resume_reprocess' ? whyResume(evidence) : whyBroken(evidence);
  return {
    title: cacheTitle(incident),
    facts: sessionFacts(evidence),
    why: [why, ...causeWords(evidence)].join(' '),
    cost: cacheCost(incident, reader),
    footnote: footnoteOf(incident),
  };
}

export function cacheTitle({ kind, evidence }: CacheIncident): string {
  const loss = cacheLoss(evidence);
  if (kind === 'cache_invalidation') return `Prompt cache broken: ${rewroteWords(loss)}`;
  const rewrote = `rewrote ${tokens(loss.rewrittenTokens)} tokens`;
  // A resume may write twice; more than that were several resumes within the hour.
  return loss.misses > 2 ? `Resumes ${rewrote} in ${count(loss.misses, 'request')}` : `Resume ${rewrote}`;
}

/** `2 turns rewrote 120k tokens`. */
export function rewroteWords({ misses, rewrittenTokens }: CacheLoss): string {
  return `${count(misses, 'turn')} rewrote ${tokens(rewrittenTokens)} tokens`;
}

/** Beyond what hits had cost, in dollars and in points of the window. */
export function cacheCost({ evidence, pointsLost }: CacheIncident, reader: Pick<Reader, 'isOwner'>): CostWords {
  if (evidence.extraCostMicros !== undefined) {
    return cost(extraDollars(evidence.extraCostMicros), pointsLostWords(pointsLost, reader));
  }
  const why = evidence.misses === 0 ? 'the client counts tokens, not at which price' : 'this model has no known price';
  return cost(`dollars and points unknown: ${why}`);
}

export function sessionFacts({
  clientVersion,
  model,
  session,
}: Pick<CacheEvidence, 'clientVersion' | 'model' | 'session'>) {
  return [
    clientVersion === undefined ? 'client version unknown' : `client ${escapeText(clientVersion)}`,
    model === undefined ? 'model unknown' : escapeText(model),
    `session \`${escapeText(session.slice(0, 8))}\``,
  ];
}

function whyBroken({ turns, misses, clientCount }: CacheEvidence): string {
  if (misses === 0 && clientCount) {
    return `Claude Code itself counted ${count(clientCount.misses, 'cache miss', 'cache misses')} that no idle time, model switch or compaction explains, and ${tokens(clientCount.rewrittenTokens)} tokens written again.`;
  }
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

/** The client's own words for why its cache missed, as far as they are known; it may name several. */
const CAUSES: ReadonlyMap<string, string> = new Map([
  ['tools_changed', 'the tool list changed'],
  ['system_prompt_changed', 'the system prompt changed'],
  ['messages_rewritten', 'earlier messages were rewritten'],
  ['likely_server_side', 'most likely the server lost it'],
]);

function causeWords({ cause }: CacheEvidence): readonly string[] {
  if (cause === undefined) return [];
  const words = cause.split(',').map((word) => CAUSES.get(word.trim()) ?? word);
  return [`Claude Code names the cause: ${escapeText(words.join(', '))}.`];
}

function footnoteOf({ kind, evidence, severity }: CacheIncident): readonly string[] {
  const { misses, consecutive, floorTokens, clientCount } = evidence;
  const counted = clientCount && `counted by the client too: ${count(clientCount.misses, 'miss', 'misses')}`;
  const agreed = counted === undefined ? [] : [counted];
  if (kind === 'resume_reprocess') return [`${count(misses, 'request')} right after a resume`, ...agreed];
  // Its counter tells no turns.
  if (misses === 0) return ['the client’s own count: certain'];
  const sure =
    severity === 'critical'
      ? `${count(consecutive, 'miss', 'misses')} in a row: certain`
      : `${count(misses, 'unexplained miss', 'unexplained misses')}: very likely`;
  const floor = floorTokens === undefined ? [] : [`still read: ${tokens(floorTokens)} of system prompt and tools`];
  return [sure, ...floor, ...agreed];
}
