import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { OwnTrouble } from '../incidents/own-troubles.ts';
import { adminReport } from './views/admin-report.ts';

export interface TellAdminsDeps {
  /** Neither retries nor waits. */
  readonly client: WebClient;
  /** Slack user ids. Throws when Slack cannot be asked. */
  readonly admins: () => Promise<readonly string[]>;
  /** The team's zone: the database, which knows theirs, may be what fails. */
  readonly zone: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** Tells admins of a trouble without the outbox, which may not be writable; whether anybody was reached. */
export function createTellAdmins({ client, admins, zone, clock, log }: TellAdminsDeps) {
  return async (trouble: OwnTrouble): Promise<boolean> => {
    const now = clock.now();
    const { text, blocks } = adminReport({ ...trouble, since: now, now, zone });
    try {
      const told = await Promise.allSettled(
        (await admins()).map((channel) => client.chat.postMessage({ channel, text, blocks })),
      );
      return told.some(({ status }) => status === 'fulfilled');
    } catch (err) {
      log.warn({ err }, 'nobody knows who the admins are');
      return false;
    }
  };
}
