import { atLeast } from '../model/finding.ts';
import type { FleetRegression } from '../model/fleet-finding.ts';
import type { CacheIncident } from '../model/incident.ts';
import { poissonTail } from './poisson-tail.ts';

/** So many developers hit on one client version within this time. */
export interface TogetherRule {
  readonly developers: number;
  readonly withinMs: number;
}

/** Caches of other developers around the time, and how many developers were at work with that client in the hour up to it. */
export interface Around {
  readonly others: readonly CacheIncident[];
  readonly active: number;
}

/**
 * Rule `together`: enough developers whose cache broke on the client version of `newest` within the time up to it. Counts
 * broken caches that warned, not resumes: those rewrite on every version. Undefined: too few, or no version is known.
 */
export function brokenTogether(
  newest: CacheIncident,
  { others, active }: Around,
  rule: TogetherRule,
): FleetRegression | undefined {
  const { clientVersion } = newest.evidence;
  const at = newest.lastEvidenceAt;
  if (clientVersion === undefined || !isWorthCounting(newest)) return undefined;
  const isWith = (other: CacheIncident) =>
    isWorthCounting(other) &&
    other.evidence.clientVersion === clientVersion &&
    Math.abs(at - other.lastEvidenceAt) <= rule.withinMs;
  const developers = [...new Set([newest, ...others.filter(isWith)].map(({ developer }) => developer))];
  if (developers.length < rule.developers || isChance(developers.length, active)) return undefined;
  return {
    kind: 'fleet_regression',
    severity: 'critical',
    at,
    rule: 'together',
    of: 'cache_invalidation',
    clientVersion,
    developers,
  };
}

/**
 * Measured: 3 of 219 sessions broke, in 127 hours of work. So where hundreds work on one version, as they do once
 * everybody has updated, three of them within an hour are no news. Up to 18 at work it takes no more than three.
 */
const BROKEN_PER_HOUR = 3 / 127;
const LIKELY_CHANCE = 0.01;

function isChance(hit: number, active: number): boolean {
  return poissonTail(hit, BROKEN_PER_HOUR * active) >= LIKELY_CHANCE;
}

function isWorthCounting({ kind, severity, isLate, resolved }: CacheIncident): boolean {
  return kind === 'cache_invalidation' && atLeast(severity, 'warning') && !isLate && resolved?.by !== 'explained';
}
