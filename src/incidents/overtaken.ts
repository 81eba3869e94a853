import type { Incident, WindowIncident } from '../model/incident.ts';
import { isCacheIncident } from '../model/incident.ts';

/**
 * Whether `incident` has nothing left to say beside `stronger`: in one window a lock-out silences thresholds and pace,
 * and a higher threshold the lower ones; of one limit a lock-out until later silences the one before.
 */
export function isOvertaken(incident: Incident, stronger: Incident): boolean {
  if (isCacheIncident(incident) || isCacheIncident(stronger) || !isSameLimit(incident, stronger)) return false;
  const laterBy = stronger.evidence.resetsAt - incident.evidence.resetsAt;
  if (incident.kind === 'lock_out' && stronger.kind === 'lock_out') return laterBy > 0;
  if (laterBy !== 0) return false;
  if (stronger.kind === 'lock_out') return true;
  return (
    stronger.kind === 'window_threshold' &&
    incident.kind === 'window_threshold' &&
    incident.evidence.level < stronger.evidence.level
  );
}

function isSameLimit({ evidence: one }: WindowIncident, { evidence: other }: WindowIncident): boolean {
  return one.account === other.account && one.windowKind === other.windowKind && one.scope === other.scope;
}
