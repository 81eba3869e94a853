import type { Finding } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import {
  type CacheIncident,
  type DeveloperIncident,
  type Incident,
  isCacheIncident,
  isFleetIncident,
  isOpen,
  isWindowIncident,
  type Resolution,
} from '../model/incident.ts';
import { type EpochMs, epochMs, plus } from '../model/time.ts';
import { firstEvidence, moreEvidence, type QuietTurn, severityAfter, withQuietTurn } from './cache-evidence.ts';
import { growUsage } from './grow-usage.ts';
import { quietBeforeResolvedMs, REOPEN_WITHIN_MS } from './quiet-time.ts';
import { reopened } from './reopened.ts';
import { subjectOf } from './subject.ts';

/** What a finding did to the incidents of its subject; `noted` is nothing that anybody needs to be told. */
export interface Step {
  readonly is: 'opened' | 'changed' | 'noted';
  readonly incident: DeveloperIncident;
}

const HEALTHY_BEFORE_RESOLVED = 3;

/**
 * Opens, grows or reopens the incident that a finding belongs to; undefined when the finding holds nothing newer than what is known.
 * @param last the newest incident of the same developer, kind and subject, resolved or not
 */
export function absorbFinding(developer: DeveloperId, finding: Finding, last: Incident | undefined): Step | undefined {
  if (last === undefined || isFleetIncident(last)) return open(developer, finding, undefined);
  if (last.resolved && isToldOnce(finding)) return undefined;
  if (newestEvidenceAt(finding) <= (last.resolved?.at ?? 0)) return undefined;
  if (last.resolved && newestEvidenceAt(finding) - last.resolved.at > REOPEN_WITHIN_MS) {
    return open(developer, finding, last.resolved.at);
  }
  return grow(last, finding);
}

/** Whose subject never comes again: it holds the window's reset time, or names a prompt. */
function isToldOnce({ kind }: Finding): boolean {
  return kind === 'window_threshold' || kind === 'burn_rate' || kind === 'prompt_spike';
}

/** A turn without a finding: three healthy ones in a row in each broken stream resolve a cache incident. Undefined: nothing changed. */
export function absorbQuietTurn(incident: CacheIncident, turn: QuietTurn): CacheIncident | undefined {
  const evidence = withQuietTurn(incident.evidence, turn);
  if (!isOpen(incident) || evidence === incident.evidence) return undefined;
  const isHealed = evidence.streams.every((state) => state.healthyInARow >= HEALTHY_BEFORE_RESOLVED);
  const next = { ...incident, evidence };
  return isHealed ? { ...next, resolved: { at: turn.at, by: 'healthy' } } : next;
}

/** Resolves what only time resolves: what stayed quiet, and a window that was reset. Undefined: not yet. */
export function sweep(incident: DeveloperIncident, now: EpochMs): DeveloperIncident | undefined {
  if (!isOpen(incident)) return undefined;
  const ends = [
    { at: resetOf(incident), by: 'reset' as const },
    { at: quietAt(incident), by: 'quiet' as const },
  ];
  const [first] = ends.flatMap(({ at, by }) => (at === undefined ? [] : [{ at, by }])).toSorted((a, b) => a.at - b.at);
  return first && first.at <= now ? resolve(incident, first.at, first.by) : undefined;
}

export function resolve<I extends Incident>(incident: I, at: EpochMs, by: Resolution): I {
  return { ...incident, resolved: { at, by } };
}

/** When the window that the incident is about resets. */
function resetOf(incident: DeveloperIncident): EpochMs | undefined {
  if (isWindowIncident(incident)) return incident.evidence.resetsAt;
  return incident.kind === 'runaway' ? incident.evidence.window?.resetsAt : undefined;
}

function quietAt(incident: DeveloperIncident): EpochMs | undefined {
  const quietMs = quietBeforeResolvedMs(incident.kind);
  return quietMs === undefined ? undefined : plus(incident.lastEvidenceAt, quietMs);
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
  if (!('misses' in finding)) {
    // Kind and evidence come from one finding, so they belong together.
    return { is: 'opened', incident: { ...episode, kind: finding.kind, evidence: finding } as DeveloperIncident };
  }
  const evidence = firstEvidence(finding, since);
  return evidence && { is: 'opened', incident: { ...episode, kind: finding.kind, evidence } };
}

/** The incident with what the finding adds; undefined when it adds nothing worth writing down. */
function grow(incident: DeveloperIncident, finding: Finding): Step | undefined {
  const lastEvidenceAt = epochMs(Math.max(incident.lastEvidenceAt, newestEvidenceAt(finding)));
  const seen = { lastEvidenceAt, isLate: arrivedLate(finding), ...reopened(incident) };
  if (isCacheIncident(incident)) {
    if (finding.kind !== 'cache_invalidation' && finding.kind !== 'resume_reprocess') return undefined;
    const evidence = moreEvidence(incident, finding);
    return evidence && changed({ ...incident, ...seen, severity: severityAfter(incident, finding), evidence });
  }
  if (isWindowIncident(incident)) {
    // A second refusal counts only after it had opened again.
    if (finding.kind !== 'lock_out' || incident.kind !== 'lock_out' || isOpen(incident)) return undefined;
    return changed({ ...incident, ...seen, evidence: finding });
  }
  const grown = growUsage(incident, finding);
  return grown && { ...grown, incident: { ...grown.incident, ...seen } };
}

function changed(incident: DeveloperIncident): Step {
  return { is: 'changed', incident };
}
