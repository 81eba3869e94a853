import type { EpochMs } from '../model/time.ts';
import type { SlackMessage } from '../store/notice.ts';
import type { Outage } from './slack-pause.ts';

/** Slack, as far as delivery needs it. `notice` marks the message, so that it can be found again. */
export interface Messenger {
  post(to: Where, message: Message, notice: string): Promise<Answer>;
  update(at: SlackMessage, message: Message, notice: string): Promise<Answer>;
  /** Looks for a message by its mark. */
  find(where: Where & { since: EpochMs }, notice: string): Promise<Found>;
}

/** How Slack answered. `gone`: the message to be edited cannot be edited any more. */
export type Answer = { readonly is: 'sent'; readonly at: SlackMessage } | { readonly is: 'gone' } | Outage | Refused;

/** What Slack's history knows of a notice. */
export type Found = { readonly is: 'found'; readonly at: SlackMessage } | { readonly is: 'missing' } | Outage | Refused;

/** A channel, or a thread in it. */
interface Where {
  readonly channel: string;
  readonly threadTs?: string | undefined;
}

/** What is to be said. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly object[];
  /** What to say where Slack does not take these blocks. */
  readonly plainer?: Message | undefined;
}

/** Slack took the request and said no: this concerns one notice alone. */
interface Refused {
  readonly is: 'refused';
  readonly problem: string;
  readonly isMendable: boolean;
}
