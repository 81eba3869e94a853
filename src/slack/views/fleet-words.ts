import type { Losses } from '../../incidents/losses.ts';
import type { FleetRegression, RateComparison } from '../../model/fleet-finding.ts';
import type { CacheIncident, DeveloperIncident, FleetIncident } from '../../model/incident.ts';
import type { AlertWords } from './alert-words.ts';
import { lossesCost } from './cost-words.ts';
import { escapeText } from './escape-text.ts';
import { count, share } from './format.ts';

/** Leaves the longest title, `Over: Client … misses the cache in 100% of prompts`, within 60 characters. */
const LONGEST_VERSION = 11;

/** The words of a client version that breaks the cache of a team. `losses` of the incidents that it speaks for. */
export function fleetWords({ evidence }: FleetIncident, losses: Losses): AlertWords {
  const isTold = losses.rewrittenTokens > 0;
  return {
    title: fleetTitle(evidence),
    facts: [],
    why: why(evidence),
    cost: isTold ? lossesCost(losses) : undefined,
    footnote: [sureness(evidence)],
  };
}

export function fleetTitle({ clientVersion, rule, comparison }: FleetRegression): string {
  const client = `Client ${versionName(clientVersion)}`;
  if (!comparison || rule === 'together') return `${client} breaks the prompt cache`;
  const rate = `${Math.round((100 * comparison.misses) / comparison.of)}%`;
  return rule === 'resumes'
    ? `${client} rewrites ${rate} of resumes`
    : `${client} misses the cache in ${rate} of prompts`;
}

/** A client version in a title: whatever its sender wrote. */
export function versionName(version: string): string {
  return escapeText(version, LONGEST_VERSION);
}

function why({ rule, of, developers, comparison }: FleetRegression): string {
  const people = count(developers.length, 'developer');
  if (!comparison || rule === 'together') {
    const what = of === 'resume_reprocess' ? 'resumes that rewrote their sessions' : 'broken prompt caches';
    return `${people} on this client had ${what} within 60 minutes. No compaction, model switch or expired cache explains them: the client version is what they share.`;
  }
  return rule === 'resumes'
    ? `With this client ${ratio(comparison)} resumed sessions were written again although their cache was warm; with the team’s other versions ${otherRatio(comparison)}.`
    : `With this client ${ratio(comparison)} prompts sent within 5 minutes of the last turn found their cache gone; with the team’s other versions ${otherRatio(comparison)}.`;
}

function ratio({ misses, of }: RateComparison): string {
  return `${misses.toLocaleString('en-US')} of ${of.toLocaleString('en-US')}`;
}

function otherRatio({ otherMisses, otherOf }: RateComparison): string {
  return `${otherMisses.toLocaleString('en-US')} of ${otherOf.toLocaleString('en-US')} (${share(otherMisses, otherOf)})`;
}

function sureness({ comparison, developers }: FleetRegression): string {
  if (!comparison) return `${count(developers.length, 'developer')}, one client version: very likely`;
  const { pValue } = comparison;
  const p = pValue < 0.0001 ? 'p under 0.0001' : `p = ${Number(pValue.toPrecision(1))}`;
  return `by chance alone: ${p} (Fisher’s exact test, one-sided)`;
}

/** The kinds that can be part of a regression, inside a sentence. */
export function partName({ kind }: Pick<DeveloperIncident, 'kind'>): string {
  const names: Readonly<Record<CacheIncident['kind'], string>> = {
    cache_invalidation: 'prompt cache broken',
    resume_reprocess: 'costly resume',
  };
  return kind === 'cache_invalidation' || kind === 'resume_reprocess' ? names[kind] : 'incident';
}
