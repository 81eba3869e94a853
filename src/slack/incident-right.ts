import { type Incident, isFleetIncident } from '../model/incident.ts';
import type { Store } from '../store/store.ts';
import type { People } from './people.ts';

export interface IncidentRightDeps {
  readonly store: Pick<Store, 'developers'>;
  readonly people: Pick<People, 'slackUserOf'>;
  readonly isAdmin: (slackUser: string) => Promise<boolean>;
}

/** By which right somebody acts on an incident: it is their own, they are an admin, or it is the team's, for which anybody may. */
export type Right = 'owner' | 'admin' | 'anybody';

/** Undefined: they may not. Throws when Slack must be asked and cannot be. */
export async function incidentRight(
  { store, people, isAdmin }: IncidentRightDeps,
  incident: Incident,
  slackUser: string,
): Promise<Right | undefined> {
  if (isFleetIncident(incident)) return 'anybody';
  const owner = store.developers.find(incident.developer);
  if (owner && (await people.slackUserOf(owner)) === slackUser) return 'owner';
  return (await isAdmin(slackUser)) ? 'admin' : undefined;
}
