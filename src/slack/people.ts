import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import type { Developer } from '../model/developer.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time.ts';
import type { SlackProfile } from '../store/developer-store.ts';
import type { Store } from '../store/store.ts';
import { slackFailure } from './slack-answer.ts';

export interface Person extends SlackProfile {
  readonly isAdmin: boolean;
}

export type People = ReturnType<typeof createPeople>;

/** Long enough to answer quickly, short enough that a new admin does not wait for a restart. */
const PERSON_KEPT_MS = 10 * MINUTE_MS;
/** An address that Slack does not know is not asked for again sooner. */
const STRANGER_KEPT_MS = HOUR_MS;

export interface PeopleDeps {
  readonly client: WebClient;
  readonly store: Pick<Store, 'developers'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Who is who in Slack, joined with the developers whom telemetry knows. */
export function createPeople({ client, store, clock }: PeopleDeps) {
  const persons = new Map<string, { person: Person; until: number }>();
  const strangers = new Map<string, number>();

  return {
    person,

    /** The developer of a Slack user, created and merged by email where needed. Throws when Slack cannot be asked. */
    async developer(slackUser: string): Promise<Developer> {
      const id = store.developers.forSlackUser(await person(slackUser), clock.now());
      const developer = store.developers.find(id);
      if (!developer) throw new Error('a developer that was just written is missing');
      return developer;
    },

    /** The Slack user of a developer; undefined when Slack knows nobody with their email. Throws when Slack cannot be asked. */
    async slackUserOf(developer: Developer): Promise<string | undefined> {
      if (developer.slackUser !== undefined || developer.email === undefined) return developer.slackUser;
      if (clock.now() < (strangers.get(developer.email) ?? 0)) return undefined;
      const slackUser = await lookUp(developer.email);
      if (slackUser === undefined) {
        strangers.set(developer.email, clock.now() + STRANGER_KEPT_MS);
        return undefined;
      }
      store.developers.forSlackUser(await person(slackUser), clock.now());
      return slackUser;
    },
  };

  async function person(slackUser: string): Promise<Person> {
    const known = persons.get(slackUser);
    if (known && clock.now() < known.until) return known.person;
    const { user } = await client.users.info({ user: slackUser });
    const fresh: Person = {
      slackUser,
      email: user?.profile?.email,
      name: user?.real_name ?? user?.name,
      timeZone: user?.tz,
      isAdmin: user?.is_admin === true || user?.is_owner === true,
    };
    persons.set(slackUser, { person: fresh, until: clock.now() + PERSON_KEPT_MS });
    return fresh;
  }

  async function lookUp(email: string): Promise<string | undefined> {
    try {
      const { user } = await client.users.lookupByEmail({ email });
      return user?.id;
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.is === 'refused' && failure.problem === 'users_not_found') return undefined;
      throw error;
    }
  }
}
