import { quietUntil } from '../incidents/hush.ts';
import { type Incident, isFleetIncident, isOpen } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import type { Notice } from '../store/notice.ts';
import type { Store } from '../store/store.ts';

export interface HoldDeps {
  readonly store: Pick<Store, 'incidents' | 'developers' | 'mutes' | 'settings'>;
  /** The team's zone. */
  readonly zone: string;
}

/** Why a notice is not said now: it waits, or what it would tell is over and nobody asked for it. */
type Held =
  | { readonly is: 'until'; readonly at: EpochMs; readonly why: 'snoozed' | 'quiet hours' }
  | { readonly is: 'dropped'; readonly why: string };

export type Hold = (notice: Notice, now: EpochMs) => Held | undefined;

/** Holds what would ring: a snooze holds all of its kind, quiet hours what is not critical. Edits ring nobody and are not asked for. */
export function createHold({ store, zone }: HoldDeps): Hold {
  return (notice, now) => {
    if (notice.subject.of !== 'incident') return undefined;
    const incident = store.incidents.find(notice.subject.incident)?.incident;
    if (!incident) return undefined;
    return heldBySnooze(incident, now) ?? heldByQuiet(incident, notice, now);
  };

  function heldBySnooze(incident: Incident, now: EpochMs): Held | undefined {
    const mute = store.mutes.find(incident.developer, incident.kind, now);
    if (!mute) return undefined;
    if (!isOpen(incident)) return { is: 'dropped', why: 'snoozed, and over before the snooze' };
    return { is: 'until', at: mute.until, why: 'snoozed' };
  }

  function heldByQuiet(incident: Incident, { audience }: Notice, now: EpochMs): Held | undefined {
    if (incident.severity === 'critical') return undefined;
    const at = audience === 'developer' ? quietOfOwner(incident, now) : quietOfTeam(now);
    return at === undefined ? undefined : { is: 'until', at, why: 'quiet hours' };
  }

  function quietOfTeam(now: EpochMs): EpochMs | undefined {
    const { quietHours } = store.settings.current();
    return quietHours && quietUntil(quietHours, zone, now);
  }

  function quietOfOwner(incident: Incident, now: EpochMs): EpochMs | undefined {
    const owner = isFleetIncident(incident) ? undefined : store.developers.find(incident.developer);
    return owner?.quietHours && quietUntil(owner.quietHours, owner.timeZone ?? zone, now);
  }
}
