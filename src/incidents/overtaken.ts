import type { Incident, WindowIncident } from '../model/incident.ts';
import { isCacheIncident } from '../model/incident.ts';

/**
 * Whether `incident` has nothing left to say beside `stronger`, of the same window: a lock-out silences thresholds
 * and pace, a higher threshold the lower ones.
 */
export function isOvertaken(incident: Incident, stronger: Incident): boolean {
  if (isCacheIncident(incident) || isCacheIncident(stronger) || !isSameWindow(incident, stronger)) return false;
  if (stronger.kind === 'lock_out') return incident.kind !== 'lock_out';
  return (
    stronger.kind === 'window_threshold' &&
    incident.kind === 'window_threshold' &&
    incident.evidence.level < stronger.evidence.level
  );
}

function isSameWindow({ evidence: one }: WindowIncident, { evidence: other }: WindowIncident): boolean {
  return one.windowKind === other.windowKind && one.scope === other.scope && one.resetsAt === other.resetsAt;
}
