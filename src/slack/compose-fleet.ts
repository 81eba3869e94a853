import { losses } from '../incidents/losses.ts';
import type { FleetIncident } from '../model/incident.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Notice } from '../store/notice.ts';
import type { Store } from '../store/store.ts';
import { groupName } from './group-name.ts';
import type { Naming } from './naming.ts';
import { nextStepFor } from './next-step-for.ts';
import type { Reading } from './views/alert-words.ts';
import type { Message } from './views/blocks.ts';
import { type FleetPart, fleetThread } from './views/fleet-thread.ts';
import { fleetAlert } from './views/incident-alert.ts';

export interface FleetDeps {
  readonly store: Pick<Store, 'incidents' | 'versions' | 'mutes'>;
  readonly naming: Pick<Naming, 'inChannel' | 'doerInChannel'>;
}

/** What the channel hears of a regression: the alert, or its thread. Undefined: there is nothing to say. */
export async function composeFleet(
  { store, naming }: FleetDeps,
  { id, incident }: StoredIncident<FleetIncident>,
  { form, ...reading }: Reading & Pick<Notice, 'form'>,
): Promise<Message | undefined> {
  if (form !== 'message') {
    const parts = await fleetParts({ store, naming }, id);
    return parts.length === 0 ? undefined : fleetThread(parts, reading);
  }
  return fleetAlert({
    incident,
    handle: id,
    who: await fleetWho(naming, incident),
    losses: losses(store.incidents.partsOf(id).map((part) => part.incident)),
    next: nextStepFor(store, incident, { windows: [], ...reading }),
    snoozed: store.mutes.find(undefined, incident.kind, reading.now),
    nameOf: naming.doerInChannel(incident),
    ...reading,
  });
}

/** Whom it hit, as the channel may call them. */
export async function fleetWho(naming: Pick<Naming, 'inChannel'>, { evidence }: FleetIncident): Promise<string> {
  return groupName(await Promise.all(evidence.developers.map(naming.inChannel)));
}

async function fleetParts(
  { store, naming }: { store: Pick<Store, 'incidents'>; naming: Pick<Naming, 'inChannel'> },
  fleet: StoredIncident['id'],
): Promise<readonly FleetPart[]> {
  const parts = store.incidents.partsOf(fleet);
  return await Promise.all(
    parts.map(async ({ incident }) => ({ incident, who: await naming.inChannel(incident.developer) })),
  );
}
