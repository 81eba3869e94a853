import type { HomeView } from '@slack/types';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { Store } from '../store/store.ts';
import type { People } from './people.ts';
import type { Message } from './views/blocks.ts';
import { forgetMeAnswer, forgottenAnswer, forgottenHome } from './views/forget-me-answer.ts';

export interface ForgetMeDeps {
  readonly store: Pick<Store, 'developers' | 'tokens' | 'homes' | 'audit' | 'transaction'>;
  readonly people: Pick<People, 'person' | 'developer' | 'forget'>;
  readonly publishHome: (slackUser: string, view: HomeView) => Promise<unknown>;
  /** Told whom to forget: whatever remembers people beside the database. */
  readonly onForgotten: (developer: DeveloperId) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

export type ForgetMe = ReturnType<typeof createForgetMe>;

/** `/quota forget me`: asks first, then deletes a person everywhere. */
export function createForgetMe({ store, people, publishHome, onForgotten, clock, log }: ForgetMeDeps) {
  return {
    async ask(asker: string): Promise<Message> {
      if (!(await isKnown(asker))) return forgottenAnswer('nothing');
      // Whom telemetry knows by email alone is joined with them now, so that both are deleted.
      await people.developer(asker);
      return forgetMeAnswer({ hasTeamToken: store.tokens.isForTeam() });
    },

    /** Deletes them, once. What the audit keeps is that they asked for it. */
    async confirmed(slackUser: string): Promise<Message> {
      const developer = store.developers.findBySlackUser(slackUser);
      people.forget(slackUser);
      if (!developer) return forgottenAnswer('nothing');
      const hadHome = store.homes.find(slackUser) !== undefined;
      const now = clock.now();
      store.transaction(() => {
        store.developers.forget(developer.id, now);
        store.audit.add({ at: now, by: slackUser, action: 'forgotten' });
      });
      onForgotten(developer.id);
      log.info({ developer: developer.id }, 'developer forgotten');
      if (hadHome) await clearHome(slackUser);
      return forgottenAnswer('deleted');
    },
  };

  /** Nobody comes into being by wanting to be forgotten. */
  async function isKnown(slackUser: string): Promise<boolean> {
    if (store.developers.findBySlackUser(slackUser)) return true;
    const { email } = await people.person(slackUser);
    return email !== undefined && store.developers.findByEmail(email) !== undefined;
  }

  /** It shows what was known of them until something else is published. */
  async function clearHome(slackUser: string): Promise<void> {
    try {
      await publishHome(slackUser, forgottenHome());
    } catch (err) {
      log.warn({ err }, 'home of a forgotten person not cleared');
    }
  }
}
