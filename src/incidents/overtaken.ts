import {
  type CacheIncident,
  type CostInflationIncident,
  type Incident,
  isCacheIncident,
  isWindowIncident,
  type PromptSpikeIncident,
  type WindowIncident,
} from '../model/incident.ts';

/**
 * Whether `incident` has nothing left to say beside `stronger`, of the same developer: in one window a lock-out silences
 * thresholds and pace, a higher threshold the lower ones, and runaway work, which names who is burning, the pace; of one
 * limit a lock-out until later silences the one before. What a broken cache costs is told with the broken cache.
 */
export function isOvertaken(incident: Incident, stronger: Incident): boolean {
  if (isCacheIncident(stronger)) return isCostOf(incident, stronger);
  if (!isWindowIncident(incident)) return false;
  if (stronger.kind === 'runaway') {
    const { window } = stronger.evidence;
    return incident.kind === 'burn_rate' && window !== undefined && isSameWindow(incident.evidence, window);
  }
  return isWindowIncident(stronger) && isOvertakenInWindow(incident, stronger);
}

function isCostOf(incident: Incident, cache: CacheIncident): boolean {
  if (incident.kind !== 'cost_inflation' && incident.kind !== 'prompt_spike') return false;
  return cache.severity !== 'recorded' && isCaused(incident, cache);
}

function isCaused(incident: CostInflationIncident | PromptSpikeIncident, { kind, evidence }: CacheIncident): boolean {
  if (incident.kind === 'prompt_spike') return incident.evidence.session === evidence.session;
  return kind === 'cache_invalidation' && incident.evidence.model === evidence.model;
}

function isOvertakenInWindow(incident: WindowIncident, stronger: WindowIncident): boolean {
  if (!isSameLimit(incident.evidence, stronger.evidence)) return false;
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

interface Limit {
  readonly account: string;
  readonly windowKind: string;
  readonly scope: string;
}

function isSameLimit(one: Limit, other: Limit): boolean {
  return one.account === other.account && one.windowKind === other.windowKind && one.scope === other.scope;
}

function isSameWindow(one: Limit & { resetsAt: number }, other: Limit & { resetsAt: number }): boolean {
  return isSameLimit(one, other) && one.resetsAt === other.resetsAt;
}
