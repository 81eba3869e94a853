import type { Incident } from '../model/incident.ts';

/** An incident that goes on: what comes back after it was over is nobody's yet. */
export function reopened({ resolved, acknowledged }: Pick<Incident, 'resolved' | 'acknowledged'>) {
  return { resolved: undefined, acknowledged: resolved ? undefined : acknowledged };
}
