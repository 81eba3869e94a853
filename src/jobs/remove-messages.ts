import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { HOUR_MS, plus } from '../model/time.ts';
import type { SlackMessage } from '../store/notice.ts';
import type { Store } from '../store/store.ts';
import { createSlackPause, type Outage } from './slack-pause.ts';

/** How Slack answered; a message that is not there any more counts as removed. */
export type RemovalAnswer =
  | { readonly is: 'removed' }
  | Outage
  | { readonly is: 'refused'; readonly problem: string; readonly isMendable: boolean };

export interface RemoveMessagesDeps {
  readonly store: Pick<Store, 'removals'>;
  readonly remove: (message: SlackMessage) => Promise<RemovalAnswer>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** A channel that was archived or that the bot has to be invited to: people mend it. */
const MENDABLE_AGAIN_MS = HOUR_MS;

/** Deletes messages about people who wanted to be forgotten. Deleting twice is the same as once, so a crash costs nothing. */
export function createRemoveMessages({ store: { removals }, remove, clock, log }: RemoveMessagesDeps) {
  const pause = createSlackPause(clock);

  return {
    /** Deletes the one that waited longest, and no other: the tick of the loop keeps to Slack's fifty a minute. */
    async removeNext(): Promise<false> {
      const message = pause.isOn() ? undefined : removals.next(clock.now());
      if (message) conclude(message, await remove(message));
      return false;
    },
  };

  function conclude(message: SlackMessage, answer: RemovalAnswer) {
    switch (answer.is) {
      case 'removed':
        pause.forget();
        return removals.done(message);
      case 'refused':
        pause.forget();
        return refused(message, answer);
      default:
        log.warn({ outage: answer }, 'slack is left alone for a while');
        return pause.begin(answer);
    }
  }

  function refused(message: SlackMessage, { problem, isMendable }: { problem: string; isMendable: boolean }) {
    log.error({ slack: message, problem, isMendable }, 'message of a forgotten person not deleted');
    if (isMendable) removals.postpone(message, plus(clock.now(), MENDABLE_AGAIN_MS));
    else removals.done(message);
  }
}
