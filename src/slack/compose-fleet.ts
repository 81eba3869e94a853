import { losses } from '../incidents/losses.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { FleetIncident } from '../model/incident.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Notice } from '../store/notice-store.ts';
import type { Store } from '../store/store.ts';
import { groupName } from './group-name.ts';
import { nextStepFor } from './next-step-for.ts';
import type { Reading } from './views/alert-words.ts';
import type { Message } from './views/blocks.ts';
import { fleetThread } from './views/fleet-thread.ts';
import { fleetAlert } from './views/incident-alert.ts';

interface FleetDeps {
  readonly store: Pick<Store, 'incidents' | 'versions'>;
  /** How the channel speaks of a developer. */
  readonly nameOf: (developer: DeveloperId) => Promise<string>;
}

/** What the channel hears of a regression: the alert, or its thread. Undefined: there is nothing to say. */
export async function composeFleet(
  { store, nameOf }: FleetDeps,
  { id, incident }: StoredIncident<FleetIncident>,
  { form, ...reading }: Reading & Pick<Notice, 'form'>,
): Promise<Message | undefined> {
  const parts = store.incidents.partsOf(id).map((part) => part.incident);
  if (form === 'message') {
    const who = groupName(await Promise.all(incident.evidence.developers.map(nameOf)));
    return fleetAlert({
      incident,
      who,
      losses: losses(parts),
      next: nextStepFor(store, incident, { windows: [], ...reading }),
      ...reading,
    });
  }
  if (parts.length === 0) return undefined;
  const told = parts.map(async (part) => ({ incident: part, who: await nameOf(part.developer) }));
  return fleetThread(await Promise.all(told), reading);
}
