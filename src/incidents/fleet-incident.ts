import { atLeast } from '../model/finding.ts';
import type { FleetRegression, RateComparison } from '../model/fleet-finding.ts';
import { type CacheIncident, type FleetIncident, isOpen } from '../model/incident.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import { REOPEN_WITHIN_MS } from './quiet-time.ts';
import { reopened } from './reopened.ts';

/** What a finding did to the fleet's incidents of its subject. */
export interface FleetStep {
  readonly is: 'opened' | 'changed';
  readonly incident: FleetIncident;
}

/** Its members were hit by the same cause when theirs is no older than this before it. */
const BELONGS_WITHIN_MS = HOUR_MS;
/** A rate that grows is told no more often: each turn changes it a little. */
const TELL_RATE_EVERY_MS = HOUR_MS;
const QUIET_TOGETHER_MS = 30 * MINUTE_MS;
/** Nobody works around the clock: a night's rest does not mean that the version is mended. */
const QUIET_RATE_MS = DAY_MS;
/** A rate is over when it could well be chance; the alarm asked for far more, so that it does not come and go. */
const CHANCE = 0.05;

/** What the fleet's incident is about: at most one of a kind and client version is unresolved. */
export function fleetSubject({ of, clientVersion }: Pick<FleetRegression, 'of' | 'clientVersion'>): string {
  return `${clientVersion} ${of}`;
}

/**
 * Opens, grows or reopens the fleet's incident; undefined when the finding holds nothing worth telling beyond what is known.
 * @param last the newest incident of the same subject, resolved or not
 */
export function absorbFleetFinding(finding: FleetRegression, last: FleetIncident | undefined): FleetStep | undefined {
  if (last === undefined) return { is: 'opened', incident: open(finding) };
  if (finding.at <= (last.resolved?.at ?? 0)) return undefined;
  if (last.resolved && finding.at - last.resolved.at > REOPEN_WITHIN_MS) {
    return { is: 'opened', incident: open(finding) };
  }
  if (!last.resolved && !isNews(finding, last)) return undefined;
  const lastEvidenceAt = epochMs(Math.max(last.lastEvidenceAt, finding.at));
  const evidence = grow(last.evidence, finding);
  return { is: 'changed', incident: { ...last, lastEvidenceAt, evidence, ...reopened(last) } };
}

/** Whether the incident of the fleet speaks for this one of a developer. */
export function isMemberOf(incident: CacheIncident, fleet: Pick<FleetIncident, 'evidence' | 'openedAt'>): boolean {
  const { of, clientVersion } = fleet.evidence;
  return (
    incident.kind === of &&
    incident.evidence.clientVersion === clientVersion &&
    atLeast(incident.severity, 'info') &&
    !incident.isLate &&
    incident.resolved?.by !== 'explained' &&
    incident.lastEvidenceAt >= fleet.openedAt - BELONGS_WITHIN_MS
  );
}

/**
 * Resolves what only time resolves: developers hit together when all of them are well and half an hour was quiet; a rate
 * when it could be chance, or brought nothing new for a day. Undefined: not yet.
 * @param comparison how the version compares now, for the rules that compare
 */
export function sweepFleet(
  fleet: FleetIncident,
  members: readonly CacheIncident[],
  { now, comparison }: { readonly now: EpochMs; readonly comparison: RateComparison | undefined },
): FleetIncident | undefined {
  if (!isOpen(fleet) || members.some(isOpen)) return undefined;
  const { rule } = fleet.evidence;
  if (rule === 'together' && members.length > 0 && members.every(({ resolved }) => resolved?.by === 'explained')) {
    return { ...fleet, resolved: { at: fleet.lastEvidenceAt, by: 'explained' } };
  }
  if (rule !== 'together' && comparison && !isStillWorse(comparison)) {
    return { ...fleet, resolved: { at: now, by: 'healthy' } };
  }
  const ends = members.flatMap(({ lastEvidenceAt, resolved }) => [lastEvidenceAt, resolved?.at ?? lastEvidenceAt]);
  const lastAt = epochMs(Math.max(fleet.lastEvidenceAt, ...ends));
  const quietAt = plus(lastAt, rule === 'together' ? QUIET_TOGETHER_MS : QUIET_RATE_MS);
  return quietAt <= now ? { ...fleet, resolved: { at: quietAt, by: 'quiet' } } : undefined;
}

function open(finding: FleetRegression): FleetIncident {
  return {
    kind: 'fleet_regression',
    subject: fleetSubject(finding),
    severity: finding.severity,
    openedAt: finding.at,
    lastEvidenceAt: finding.at,
    isLate: false,
    evidence: finding,
  };
}

function isNews(finding: FleetRegression, { evidence, lastEvidenceAt }: FleetIncident): boolean {
  if (finding.developers.some((developer) => !evidence.developers.includes(developer))) return true;
  if (!finding.comparison) return false;
  return !evidence.comparison || finding.at - lastEvidenceAt >= TELL_RATE_EVERY_MS;
}

/** What compares versions says more than that some were hit together. */
function grow(evidence: FleetRegression, finding: FleetRegression): FleetRegression {
  const stronger = finding.comparison ? finding : evidence;
  return {
    ...stronger,
    at: epochMs(Math.max(evidence.at, finding.at)),
    developers: [...new Set([...evidence.developers, ...finding.developers])],
  };
}

function isStillWorse({ misses, of, otherMisses, otherOf, pValue }: RateComparison): boolean {
  return misses * otherOf > otherMisses * of && pValue < CHANCE;
}
