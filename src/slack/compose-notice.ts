import type { Developer } from '../model/developer.ts';
import { type DeveloperId, isSameAccount } from '../model/ids.ts';
import {
  type CacheIncident,
  type DeveloperIncident,
  type FleetIncident,
  type Incident,
  isCacheIncident,
  isFleetIncident,
  isOpen,
} from '../model/incident.ts';
import type { QuotaWindow } from '../model/quota-window.ts';
import type { EpochMs } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Notice } from '../store/notice-store.ts';
import type { Store } from '../store/store.ts';
import { currentWindows } from '../windows/current-windows.ts';
import { composeFleet } from './compose-fleet.ts';
import { type ChannelNames, displayName, mayName } from './display-name.ts';
import { nextStepFor } from './next-step-for.ts';
import type { People } from './people.ts';
import { type Outage, outageOf } from './slack-answer.ts';
import { absorbedAlert } from './views/absorbed-alert.ts';
import type { Reading } from './views/alert-words.ts';
import type { Message } from './views/blocks.ts';
import { incidentAlert, openAgainReply } from './views/incident-alert.ts';
import { turnsThread } from './views/turns-thread.ts';

export interface ComposeDeps {
  readonly store: Pick<Store, 'incidents' | 'developers' | 'notices' | 'windows' | 'versions'>;
  readonly people: Pick<People, 'slackUserOf'>;
  readonly alertChannel: string;
  readonly summaryChannel: string;
  readonly channelNames: ChannelNames;
  /** The team's zone. */
  readonly zone: string;
  /** Undefined: there is nothing more to say. */
  readonly composeSummary: (notice: Notice, now: EpochMs) => Message | undefined;
}

type Composed =
  | { readonly is: 'message'; readonly channel: string; readonly message: Message }
  | { readonly is: 'skip'; readonly why: string; readonly channel?: string }
  | Outage;

/** How one audience reads an incident. */
interface ReaderOf extends Reading {
  /** Undefined: its owner reads it alone. */
  readonly who: string | undefined;
  /** The owner's windows, where this reader may hear of them. */
  readonly windows: readonly QuotaWindow[];
}

/** Turns a notice into what it says now: the incident as it stands at this moment, not as it was when it was decided. */
export function createComposeNotice(deps: ComposeDeps) {
  const { store, people, channelNames } = deps;

  return async (notice: Notice, now: EpochMs): Promise<Composed> => {
    if (notice.subject.of === 'summary') return summary(notice, now);
    const stored = store.incidents.find(notice.subject.incident);
    if (!stored) return { is: 'skip', why: 'the incident is gone' };
    const { id, incident } = stored;
    return isFleetIncident(incident)
      ? await ofFleet({ id, incident }, notice, now)
      : await ofDeveloper({ id, incident }, notice, now);
  };

  function summary(notice: Notice, now: EpochMs): Composed {
    const message = deps.composeSummary(notice, now);
    if (!message) return { is: 'skip', why: 'the summary has nothing more to say' };
    return { is: 'message', channel: deps.summaryChannel, message };
  }

  async function ofFleet(stored: StoredIncident<FleetIncident>, notice: Notice, now: EpochMs): Promise<Composed> {
    const reading = { now, zone: deps.zone };
    const message = await composeFleet({ store, nameOf: nameInChannel }, stored, { form: notice.form, ...reading });
    if (!message) return { is: 'skip', why: 'nothing is known of its parts' };
    return unlessNothing({ is: 'message', channel: deps.alertChannel, message }, stored.incident, notice);
  }

  async function ofDeveloper(
    stored: StoredIncident<DeveloperIncident>,
    notice: Notice,
    now: EpochMs,
  ): Promise<Composed> {
    const unsaid = notice.form === 'reply' ? whyNoReply(stored) : undefined;
    if (unsaid !== undefined) return { is: 'skip', why: unsaid };
    const { incident } = stored;
    const composed = notice.audience === 'developer' ? await forOwner() : await forChannel();
    return unlessNothing(composed, incident, notice);

    async function forOwner(): Promise<Composed> {
      const developer = store.developers.find(incident.developer);
      const slackUser = developer && (await userOrOutage(developer));
      if (typeof slackUser === 'object') return slackUser;
      if (slackUser === undefined) return { is: 'skip', why: 'Slack knows nobody with this email' };
      const windows = windowsOf(incident.developer, now);
      const reader = { who: undefined, windows, now, zone: developer?.timeZone ?? deps.zone };
      return { is: 'message', channel: slackUser, message: render(incident, notice, reader) };
    }

    async function forChannel(): Promise<Composed> {
      const who = await nameInChannel(incident.developer);
      const reader = { who, windows: windowsToTell(incident.developer, now), now, zone: deps.zone };
      return { is: 'message', channel: deps.alertChannel, message: render(incident, notice, reader) };
    }
  }

  /** What turned out to be nothing of its own is not worth a first word; what was said is put right. */
  function unlessNothing(composed: Composed, incident: Incident, notice: Notice): Composed {
    const why = whyNothing(incident);
    const wasSaid = store.notices.message(notice.subject, notice.audience) !== undefined;
    if (composed.is !== 'message' || wasSaid || why === undefined) return composed;
    return { is: 'skip', why: `never said, and ${why}`, channel: composed.channel };
  }

  function render(incident: DeveloperIncident, { form }: Notice, { windows, ...reader }: ReaderOf): Message {
    if (form === 'reply') return isCacheIncident(incident) ? turnsThread(incident, reader) : openAgainReply(incident);
    const fleet = incident.partOf === undefined ? undefined : store.incidents.find(incident.partOf)?.incident;
    if (fleet && isFleetIncident(fleet)) {
      return absorbedAlert({ incident, fleet, channel: deps.alertChannel, ...reader });
    }
    return incidentAlert({ incident, next: nextStepFor(store, incident, { windows, ...reader }), ...reader });
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

  async function userOrOutage(developer: Developer): Promise<string | undefined | Outage> {
    try {
      return await people.slackUserOf(developer);
    } catch (error) {
      const outage = outageOf(error);
      if (!outage) throw error;
      return outage;
    }
  }

  async function nameInChannel(id: DeveloperId): Promise<string> {
    const developer = store.developers.find(id);
    return displayName(developer && (await known(developer)), channelNames);
  }

  /** The developer with their Slack user, where one may be named: a mention tells them at once. */
  async function known(developer: Developer): Promise<Developer> {
    if (!mayName(developer, channelNames)) return developer;
    try {
      return { ...developer, slackUser: await people.slackUserOf(developer) };
    } catch {
      // The alert matters more than the mention: it goes out with the plain name.
      return developer;
    }
  }

  /** A reply is decided some time before it is sent. */
  function whyNoReply({ id, incident }: StoredIncident<DeveloperIncident>): string | undefined {
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
}

function whyNoTurns({ partOf, resolved, evidence }: CacheIncident): string | undefined {
  if (partOf !== undefined) return 'part of the regression';
  if (resolved?.by === 'explained') return 'explained';
  return evidence.turns.length === 0 ? 'no turn is known' : undefined;
}

function whyNothing(incident: Incident): string | undefined {
  if (!isFleetIncident(incident) && incident.partOf !== undefined) return 'part of the regression';
  const by = incident.resolved?.by;
  return by === 'overtaken' || by === 'explained' ? by : undefined;
}
