import type { ModalView } from '@slack/types';
import { losses } from '../incidents/losses.ts';
import { isFleetIncident } from '../model/incident.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';
import { displayName } from './display-name.ts';
import { groupName } from './group-name.ts';
import { doerFor, type Naming } from './naming.ts';
import type { Reader } from './views/alert-words.ts';
import { detailsModal, fleetDetailsModal } from './views/details-modal.ts';

export interface DetailsOfDeps {
  readonly store: Pick<Store, 'incidents' | 'events' | 'mutes' | 'developers'>;
  readonly naming: Pick<Naming, 'inChannelAtOnce' | 'doerInChannel'>;
}

interface Viewer extends Reader {
  readonly slackUser: string;
}

/**
 * Everything about an incident, from the database alone, for somebody who may see it: of a regression with the names that
 * the channel may know, else with its owner's.
 */
export function detailsOf(
  { store, naming }: DetailsOfDeps,
  { id, incident }: StoredIncident,
  { slackUser, ...reader }: Viewer,
): ModalView {
  const events = store.events.between(id, 0, Number.MAX_SAFE_INTEGER);
  const snoozed = store.mutes.find(incident.developer, incident.kind, reader.now);
  if (!isFleetIncident(incident)) {
    const who = reader.isOwner ? undefined : displayName(store.developers.find(incident.developer), 'always');
    return detailsModal({ incident, who, events, snoozed, nameOf: doerFor(slackUser), ...reader });
  }
  const parts = store.incidents.partsOf(id).map((part) => part.incident);
  return fleetDetailsModal({
    incident,
    who: groupName(incident.evidence.developers.map(naming.inChannelAtOnce)),
    losses: losses(parts),
    parts: parts.map((part) => ({ incident: part, who: naming.inChannelAtOnce(part.developer) })),
    events,
    snoozed,
    nameOf: naming.doerInChannel(incident),
    ...reader,
  });
}
