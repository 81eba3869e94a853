import type { Outage } from './slack-answer.ts';
import type { Message } from './views/blocks.ts';

/**
 * What a notice says now, and where; or why it need not be said, and where it would have been: a crash may have left it
 * there. An outage: Slack is needed to tell.
 */
export type Composed = { readonly is: 'message'; readonly channel: string; readonly message: Message } | Skip | Outage;

interface Skip {
  readonly is: 'skip';
  readonly why: string;
  readonly channel?: string;
}

export function say(channel: string, message: Message): Composed {
  return { is: 'message', channel, message };
}

export function skip(why: string): Composed {
  return { is: 'skip', why };
}
