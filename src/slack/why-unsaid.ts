import { isSameAccount } from '../model/ids.ts';
import {
  type CacheIncident,
  type DeveloperIncident,
  type Incident,
  isCacheIncident,
  isFleetIncident,
  isOpen,
} from '../model/incident.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';

/** Why an incident is not worth a first word; undefined: it is. */
export function whyNothing(incident: Incident): string | undefined {
  if (!isFleetIncident(incident) && incident.partOf !== undefined) return 'part of the regression';
  const by = incident.resolved?.by;
  return by === 'overtaken' || by === 'explained' ? by : undefined;
}

/** Why what was to go into the thread is not said any more: a reply is decided some time before it is sent. */
export function whyNoReply(
  store: Pick<Store, 'incidents'>,
  { id, incident }: StoredIncident<DeveloperIncident>,
): string | undefined {
  if (isCacheIncident(incident)) return whyNoTurns(incident);
  // It says that work can go on; by now, that may be wrong.
  if (isOpen(incident)) return 'the window is used up again';
  if (incident.kind !== 'lock_out') return undefined;
  const { account } = incident.evidence;
  const isLockedStill = store.incidents
    .openOf(incident.developer)
    .some(
      (open) =>
        open.id !== id && open.incident.kind === 'lock_out' && isSameAccount(account, open.incident.evidence.account),
    );
  return isLockedStill ? 'another window is still used up' : undefined;
}

function whyNoTurns({ partOf, resolved, evidence }: CacheIncident): string | undefined {
  if (partOf !== undefined) return 'part of the regression';
  if (resolved?.by === 'explained') return 'explained';
  return evidence.turns.length === 0 ? 'no turn is known' : undefined;
}
