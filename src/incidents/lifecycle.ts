import type { Finding } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type CacheIncident, type Incident, isCacheIncident, isOpen, type Resolution } from '../model/incident.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import { firstEvidence, moreEvidence, type QuietTurn, severityAfter, withQuietTurn } from './cache-evidence.ts';
import { subjectOf } from './subject.ts';

/** What a finding did to the incidents of its subject. */
export type Step =
  | { readonly is: 'opened'; readonly incident: Incident }
  | { readonly is: 'changed'; readonly incident: Incident };

/** After this the same trouble in the same session is a new incident with a message of its own. */
const REOPEN_WITHIN_MS = HOUR_MS;
const HEALTHY_BEFORE_RESOLVED = 3;
const QUIET_BEFORE_RESOLVED_MS = 30 * MINUTE_MS;

/**
 * Opens, grows or reopens the incident that a finding belongs to; undefined when the finding holds nothing newer than what is known.
 * @param last the newest incident of the same developer, kind and subject, resolved or not
 */
export function absorbFinding(developer: DeveloperId, finding: Finding, last: Incident | undefined): Step | undefined {
  if (last === undefined) return open(developer, finding, undefined);
  // A window's threshold and pace are told once: their subject holds the reset time, so it never comes again.
  if (finding.kind === 'window_threshold' || finding.kind === 'burn_rate') return undefined;
  if (newestEvidenceAt(finding) <= (last.resolved?.at ?? 0)) return undefined;
  if (last.resolved && newestEvidenceAt(finding) - last.resolved.at > REOPEN_WITHIN_MS) {
    return open(developer, finding, last.resolved.at);
  }
  const grown = grow(last, finding);
  return grown && { is: 'changed', incident: { ...grown, resolved: undefined } };
}

/** A turn without a finding: three healthy ones in a row in each broken stream resolve a cache incident. Undefined: nothing changed. */
export function absorbQuietTurn(incident: CacheIncident, turn: QuietTurn): CacheIncident | undefined {
  const evidence = withQuietTurn(incident.evidence, turn);
  if (!isOpen(incident) || evidence === incident.evidence) return undefined;
  const isHealed = evidence.streams.every((state) => state.healthyInARow >= HEALTHY_BEFORE_RESOLVED);
  const next = { ...incident, evidence };
  return isHealed ? { ...next, resolved: { at: turn.at, by: 'healthy' } } : next;
}

/** Resolves what only time resolves: a cache that stayed quiet, a window that was reset. Undefined: not yet. */
export function sweep(incident: Incident, now: EpochMs): Incident | undefined {
  if (!isOpen(incident)) return undefined;
  if (isCacheIncident(incident)) {
    const quietAt = plus(incident.lastEvidenceAt, QUIET_BEFORE_RESOLVED_MS);
    return quietAt <= now ? resolve(incident, quietAt, 'quiet') : undefined;
  }
  const { resetsAt } = incident.evidence;
  return resetsAt <= now ? resolve(incident, resetsAt, 'reset') : undefined;
}

export function resolve<I extends Incident>(incident: I, at: EpochMs, by: Resolution): I {
  return { ...incident, resolved: { at, by } };
}

function newestEvidenceAt(finding: Finding): EpochMs {
  if (!('misses' in finding)) return finding.at;
  return epochMs(Math.max(...finding.misses.map((miss) => miss.at)));
}

function arrivedLate(finding: Finding): boolean {
  return 'misses' in finding ? (finding.misses.at(-1)?.arrivedLate ?? false) : finding.arrivedLate;
}

function open(developer: DeveloperId, finding: Finding, since: EpochMs | undefined): Step | undefined {
  const at = newestEvidenceAt(finding);
  const episode = {
    developer,
    subject: subjectOf(finding),
    severity: finding.severity,
    openedAt: at,
    lastEvidenceAt: at,
    isLate: arrivedLate(finding),
  };
  switch (finding.kind) {
    case 'cache_invalidation':
    case 'resume_reprocess': {
      const evidence = firstEvidence(finding, since);
      return evidence && { is: 'opened', incident: { ...episode, kind: finding.kind, evidence } };
    }
    case 'lock_out':
      return { is: 'opened', incident: { ...episode, kind: finding.kind, evidence: finding } };
    case 'window_threshold':
      return { is: 'opened', incident: { ...episode, kind: finding.kind, evidence: finding } };
    case 'burn_rate':
      return { is: 'opened', incident: { ...episode, kind: finding.kind, evidence: finding } };
  }
}

/** The incident with what the finding adds; undefined when it adds nothing worth writing down. */
function grow(incident: Incident, finding: Finding): Incident | undefined {
  const lastEvidenceAt = epochMs(Math.max(incident.lastEvidenceAt, newestEvidenceAt(finding)));
  const seen = { lastEvidenceAt, isLate: arrivedLate(finding) };
  if (isCacheIncident(incident)) {
    if (finding.kind !== 'cache_invalidation' && finding.kind !== 'resume_reprocess') return undefined;
    const evidence = moreEvidence(incident, finding);
    return evidence && { ...incident, ...seen, severity: severityAfter(incident, finding), evidence };
  }
  // A second refusal counts only after it had opened again.
  if (finding.kind !== 'lock_out' || incident.kind !== 'lock_out' || isOpen(incident)) return undefined;
  return { ...incident, ...seen, evidence: finding };
}
