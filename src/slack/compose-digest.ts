import { type Incident, isFleetIncident } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import type { DigestId } from '../store/digest-store.ts';
import type { Store } from '../store/store.ts';
import { fleetWho } from './compose-fleet.ts';
import { UNNAMED } from './display-name.ts';
import type { Naming } from './naming.ts';
import { pseudonyms } from './pseudonym.ts';
import type { Message } from './views/blocks.ts';
import { digest } from './views/digest.ts';

export interface DigestDeps {
  readonly store: Pick<Store, 'digests' | 'incidents' | 'pseudonymSecret'>;
  readonly naming: Pick<Naming, 'inChannel'>;
  /** The team's zone. */
  readonly zone: string;
}

/** Many alerts in one message, as they stand now; undefined: none of them is left. */
export async function composeDigest(
  { store, naming, zone }: DigestDeps,
  id: DigestId,
  now: EpochMs,
): Promise<Message | undefined> {
  const known = store.digests
    .incidentsOf(id)
    .map(store.incidents.find)
    .filter((stored) => stored !== undefined);
  if (known.length === 0) return undefined;
  const animals = pseudonyms(
    known.flatMap(({ incident }) => incident.developer ?? []),
    // Of the week in which it began, so that people keep their names while it grows.
    { secret: store.pseudonymSecret(), at: store.digests.find(id)?.openedAt ?? now, zone },
  );
  const parts = await Promise.all(
    known.map(async ({ id: handle, incident }) => ({ handle, incident, who: await whoOf(incident) })),
  );
  const called = new Set(animals.values());
  return digest({ parts, hasPseudonyms: parts.some(({ who }) => called.has(who)), now, zone });

  /** A line must tell people apart who may not be named. */
  async function whoOf(incident: Incident): Promise<string> {
    if (isFleetIncident(incident)) return await fleetWho(naming, incident);
    const name = await naming.inChannel(incident.developer);
    return name === UNNAMED ? (animals.get(incident.developer) ?? name) : name;
  }
}
