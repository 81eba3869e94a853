import type { DeveloperId, IncidentId } from '../model/ids.ts';
import { type DeveloperIncident, type FleetIncident, isCacheIncident, isFleetIncident } from '../model/incident.ts';
import type { QuotaWindow } from '../model/quota-window.ts';
import type { EpochMs } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Notice, NoticeSubject } from '../store/notice.ts';
import { currentWindows } from '../windows/current-windows.ts';
import type { ComposeDeps } from './compose-deps.ts';
import { composeFleet } from './compose-fleet.ts';
import { composeForDeveloper } from './compose-for-developer.ts';
import { type Composed, say, skip } from './composed.ts';
import { mayName } from './display-name.ts';
import { doerFor, type Naming } from './naming.ts';
import { nextStepFor } from './next-step-for.ts';
import { absorbedAlert } from './views/absorbed-alert.ts';
import type { Reading } from './views/alert-words.ts';
import type { Message } from './views/blocks.ts';
import type { Deeds } from './views/deed-words.ts';
import { incidentAlert } from './views/incident-alert.ts';
import { openAgainReply } from './views/open-again-reply.ts';
import { timelineReply } from './views/timeline-reply.ts';
import { turnsChart } from './views/turns-chart.ts';
import { whyNoReply, whyNothing } from './why-unsaid.ts';

export interface IncidentDeps extends Pick<ComposeDeps, 'store' | 'people' | 'channelNames' | 'zone'> {
  readonly naming: Naming;
  /** Where a subject's message of the channel stands, or is to stand. */
  readonly channelOf: (subject: NoticeSubject) => string;
}

/** How one audience reads an incident. */
interface ReaderOf extends Reading, Pick<Deeds, 'nameOf'> {
  /** Undefined: its owner reads it alone. */
  readonly who: string | undefined;
  /** The owner's windows, where this reader may hear of them. */
  readonly windows: readonly QuotaWindow[];
}

/** Turns a notice of an incident into what it says now: its message, or what its thread is still to hear. */
export function createComposeIncident({ store, people, naming, channelNames, channelOf, zone }: IncidentDeps) {
  return async (id: IncidentId, notice: Notice, now: EpochMs): Promise<Composed> => {
    const incident = store.incidents.find(id)?.incident;
    if (!incident) return skip('the incident is gone');
    if (notice.form === 'timeline') return timeline({ id, incident }, notice, now);
    const composed = isFleetIncident(incident)
      ? await ofFleet({ id, incident }, notice, now)
      : await ofDeveloper({ id, incident }, notice, now);
    const why = whyNothing(incident);
    // What turned out to be nothing of its own is not worth a first word; what was said is put right.
    if (composed.is !== 'message' || why === undefined || wasSaid(id, notice)) return composed;
    return { is: 'skip', why: `never said, and ${why}`, channel: composed.channel };
  };

  /** By itself, or by a digest. */
  function wasSaid(id: IncidentId, { subject, audience }: Notice): boolean {
    if (store.notices.message(subject, audience) !== undefined) return true;
    return audience === 'channel' && store.digests.of(id) !== undefined;
  }

  function timeline({ id, incident }: StoredIncident, notice: Notice, now: EpochMs): Composed {
    if (!isFleetIncident(incident) && incident.partOf !== undefined) return skip('part of the regression');
    const events = store.events.between(id, store.notices.toldUpTo(notice), notice.eventId ?? 0);
    if (events.length === 0) return skip('its thread was told already');
    const told = { nameOf: naming.doerInChannel(incident), kind: incident.kind, now, zone };
    return say(channelOf(notice.subject), timelineReply(events, told));
  }

  async function ofFleet(stored: StoredIncident<FleetIncident>, notice: Notice, now: EpochMs): Promise<Composed> {
    const message = await composeFleet({ store, naming }, stored, { form: notice.form, now, zone });
    return message ? say(channelOf(notice.subject), message) : skip('nothing is known of its parts');
  }

  async function ofDeveloper(
    stored: StoredIncident<DeveloperIncident>,
    notice: Notice,
    now: EpochMs,
  ): Promise<Composed> {
    const unsaid = notice.form === 'reply' ? whyNoReply(store, stored) : undefined;
    if (unsaid !== undefined) return skip(unsaid);
    const { incident } = stored;
    if (notice.audience === 'channel') {
      const windows = windowsToTell(incident.developer, now);
      const nameOf = naming.doerInChannel(incident);
      const who = await naming.inChannel(incident.developer);
      return say(channelOf(notice.subject), render(stored, notice, { who, nameOf, windows, now, zone }));
    }
    const developer = store.developers.find(incident.developer);
    return await composeForDeveloper(people, developer, (slackUser) => {
      const windows = windowsOf(incident.developer, now);
      const nameOf = doerFor(slackUser);
      const reader = { who: undefined, nameOf, windows, now, zone: developer?.timeZone ?? zone };
      return say(slackUser, render(stored, notice, reader));
    });
  }

  function render({ id, incident }: StoredIncident<DeveloperIncident>, { form }: Notice, reader: ReaderOf): Message {
    if (form === 'reply') {
      return isCacheIncident(incident) ? turnsChart(incident, reader) : openAgainReply(incident, reader);
    }
    const fleet = incident.partOf === undefined ? undefined : store.incidents.find(incident.partOf);
    if (fleet && isFleetIncident(fleet.incident)) {
      const channel = channelOf({ of: 'incident', incident: fleet.id });
      return absorbedAlert({ incident, handle: id, fleet: fleet.incident, channel, ...reader });
    }
    const snoozed = store.mutes.find(incident.developer, incident.kind, reader.now);
    return incidentAlert({ incident, handle: id, next: nextStepFor(store, incident, reader), snoozed, ...reader });
  }

  function windowsOf(developer: DeveloperId, now: EpochMs): readonly QuotaWindow[] {
    return currentWindows(store.windows.known(developer, now), now);
  }

  /** What is left is a personal fact: the channel hears of it from those who agreed to share theirs. */
  function windowsToTell(id: DeveloperId, now: EpochMs): readonly QuotaWindow[] {
    const developer = store.developers.find(id);
    const mayTell = developer?.hasConsentedToNames && mayName(developer, channelNames);
    return mayTell ? windowsOf(id, now) : [];
  }
}
