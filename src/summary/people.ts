import type { DeveloperId } from '../model/ids.ts';
import { type DeveloperIncident, type Incident, isFleetIncident } from '../model/incident.ts';

/** Whom the incidents hit, each once. */
export function peopleOf(incidents: readonly Incident[]): ReadonlySet<DeveloperId> {
  return new Set(
    incidents.flatMap((incident) => (isFleetIncident(incident) ? incident.evidence.developers : [incident.developer])),
  );
}

export function isOfDeveloper(incident: Incident): incident is DeveloperIncident {
  return !isFleetIncident(incident);
}
