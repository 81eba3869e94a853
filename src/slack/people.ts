import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Developer } from '../model/developer.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time.ts';
import type { SlackProfile } from '../store/developer-store.ts';
import type { Store } from '../store/store.ts';
import { createMembers } from './members.ts';
import { slackFailure } from './slack-answer.ts';

export interface Person extends SlackProfile {
  readonly isAdmin: boolean;
}

export type People = ReturnType<typeof createPeople>;

/** Long enough to answer quickly, short enough that a new admin does not wait for a restart. */
const PERSON_KEPT_MS = 10 * MINUTE_MS;
/** An address that Slack does not know, or may not tell us about, is not asked for again sooner. */
const STRANGER_KEPT_MS = HOUR_MS;

export interface PeopleDeps {
  readonly client: WebClient;
  readonly store: Pick<Store, 'developers'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'error'>;
}

/** Who is who in Slack, joined with the developers whom telemetry knows. */
export function createPeople({ client, store, clock, log }: PeopleDeps) {
  const persons = new Map<string, { person: Person; until: number }>();
  const strangers = new Map<string, number>();
  const complained = new Set<string>();

  return {
    ...createMembers({ client, clock }),
    person,
    /** Somebody wants to be forgotten: what is remembered of them here goes too. */
    forget: (slackUser: string) => void persons.delete(slackUser),

    /** The developer of a Slack user, created and merged by email where needed. Throws when Slack cannot be asked. */
    async developer(slackUser: string): Promise<Developer> {
      const id = store.developers.forSlackUser(await person(slackUser), clock.now());
      const developer = store.developers.find(id);
      if (!developer) throw new Error('a developer that was just written is missing');
      return developer;
    },

    /**
     * The Slack user of a developer; undefined when Slack knows nobody with their email, or refuses to tell. Throws when
     * Slack cannot be asked.
     */
    async slackUserOf(developer: Developer): Promise<string | undefined> {
      if (developer.slackUser !== undefined || developer.email === undefined) return developer.slackUser;
      if (clock.now() < (strangers.get(developer.email) ?? 0)) return undefined;
      const found = await lookUp(developer.email);
      if (!found) {
        strangers.set(developer.email, clock.now() + STRANGER_KEPT_MS);
        return undefined;
      }
      store.developers.forSlackUser(found, clock.now());
      return found.slackUser;
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

  async function lookUp(email: string): Promise<Person | undefined> {
    try {
      const { user } = await client.users.lookupByEmail({ email });
      return user?.id === undefined ? undefined : await person(user.id);
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.is !== 'refused') throw error;
      complain(failure.problem);
      return undefined;
    }
  }

  /** A scope that is missing would otherwise be logged for everybody, every hour. */
  function complain(problem: string) {
    if (problem === 'users_not_found' || complained.has(problem)) return;
    complained.add(problem);
    log.error({ problem }, 'slack refuses to tell who somebody is');
  }
}
