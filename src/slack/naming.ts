import type { Developer } from '../model/developer.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { Incident } from '../model/incident.ts';
import type { Store } from '../store/store.ts';
import { type ChannelNames, displayName, mayName } from './display-name.ts';
import type { People } from './people.ts';

interface NamingDeps {
  readonly store: Pick<Store, 'developers'>;
  readonly people: Pick<People, 'slackUserOf'>;
  readonly channelNames: ChannelNames;
}

export type Naming = ReturnType<typeof createNaming>;

/** How channels and messages speak of people. */
export function createNaming({ store, people, channelNames }: NamingDeps) {
  return {
    /** A developer, as a channel may call them; Slack is asked who they are where nobody knows yet. */
    async inChannel(id: DeveloperId): Promise<string> {
      const developer = store.developers.find(id);
      return displayName(developer && (await known(developer)), channelNames);
    },

    /** The same from the database alone, for answers that cannot wait for Slack. */
    inChannelAtOnce: (id: DeveloperId): string => displayName(store.developers.find(id), channelNames),

    /** Whoever did something about an incident, for a channel: its owner stays as unnamed as the incident is. */
    doerInChannel:
      ({ developer }: Incident) =>
      (slackUser: string): string => {
        const owner = developer === undefined ? undefined : store.developers.find(developer);
        const isHidden = owner?.slackUser === slackUser && !mayName(owner, channelNames);
        return isHidden ? 'the developer' : `<@${slackUser}>`;
      },
  };

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
}

/** Whoever did something, for one reader, who may know who it was. */
export function doerFor(reader: string) {
  return (slackUser: string): string => (slackUser === reader ? 'you' : `<@${slackUser}>`);
}
