import type { Developer } from '../model/developer.ts';
import { isSameAccount } from '../model/ids.ts';
import { isOpen } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Notice } from '../store/notice-store.ts';
import type { Store } from '../store/store.ts';
import { type ChannelNames, displayName, mayName } from './display-name.ts';
import type { People } from './people.ts';
import { type Outage, outageOf } from './slack-answer.ts';
import type { Message } from './views/blocks.ts';
import { type AlertView, incidentAlert, openAgainReply } from './views/incident-alert.ts';

export interface ComposeDeps {
  readonly store: Pick<Store, 'incidents' | 'developers' | 'notices'>;
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

/** Turns a notice into what it says now: the incident as it stands at this moment, not as it was when it was decided. */
export function createComposeNotice(deps: ComposeDeps) {
  const { store, people, channelNames } = deps;

  return async (notice: Notice, now: EpochMs): Promise<Composed> => {
    if (notice.subject.of === 'summary') {
      const message = deps.composeSummary(notice, now);
      if (!message) return { is: 'skip', why: 'the summary has nothing more to say' };
      return { is: 'message', channel: deps.summaryChannel, message };
    }
    const stored = store.incidents.find(notice.subject.incident);
    if (!stored) return { is: 'skip', why: 'the incident is gone' };
    const unsaid = notice.form === 'reply' ? whyNoReply(stored) : undefined;
    if (unsaid !== undefined) return { is: 'skip', why: unsaid };
    const { incident } = stored;
    const developer = store.developers.find(incident.developer);
    const composed = notice.audience === 'developer' ? await forDeveloper() : await forChannel();
    const wasSaid = store.notices.message(notice.subject, notice.audience) !== undefined;
    const by = incident.resolved?.by;
    if (composed.is !== 'message' || wasSaid || (by !== 'overtaken' && by !== 'explained')) return composed;
    return { is: 'skip', why: `never said, and ${by}`, channel: composed.channel };

    async function forDeveloper(): Promise<Composed> {
      const slackUser = developer && (await userOrOutage(developer));
      if (typeof slackUser === 'object') return slackUser;
      if (slackUser === undefined) return { is: 'skip', why: 'Slack knows nobody with this email' };
      const view = { incident, who: undefined, now, zone: developer?.timeZone ?? deps.zone };
      return { is: 'message', channel: slackUser, message: render(notice, view) };
    }

    async function forChannel(): Promise<Composed> {
      const who = displayName(developer && (await known(developer)), channelNames);
      const view = { incident, who, now, zone: deps.zone };
      return { is: 'message', channel: deps.alertChannel, message: render(notice, view) };
    }
  };

  async function userOrOutage(developer: Developer): Promise<string | undefined | Outage> {
    try {
      return await people.slackUserOf(developer);
    } catch (error) {
      const outage = outageOf(error);
      if (!outage) throw error;
      return outage;
    }
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

  /** A reply says that work can go on; by the time it is sent, that may be wrong. */
  function whyNoReply({ id, incident }: StoredIncident): string | undefined {
    if (isOpen(incident)) return 'the window is used up again';
    if (incident.kind !== 'lock_out') return undefined;
    const open = store.incidents.openOf(incident.developer);
    const { account } = incident.evidence;
    const isLockedStill = open.some(
      ({ id: other, incident: { kind, evidence } }) =>
        other !== id && kind === 'lock_out' && isSameAccount(account, evidence.account),
    );
    return isLockedStill ? 'another window is still used up' : undefined;
  }
}

function render(notice: Notice, view: AlertView): Message {
  return notice.form === 'reply' ? openAgainReply(view) : incidentAlert(view);
}
