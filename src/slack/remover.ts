import type { WebClient } from '@slack/web-api';
import type { SlackMessage } from '../store/notice.ts';
import { type SlackFailure, slackFailure } from './slack-answer.ts';

type Answer = { readonly is: 'removed' } | Exclude<SlackFailure, { is: 'gone' }>;

/** Deletes the bot's own messages. `client` must neither retry nor wait: the caller decides when to try again. */
export function createRemover(client: WebClient) {
  return async ({ channel, ts }: SlackMessage): Promise<Answer> => {
    try {
      await client.chat.delete({ channel, ts });
      return { is: 'removed' };
    } catch (error) {
      const failure = slackFailure(error);
      return failure.is === 'gone' ? { is: 'removed' } : failure;
    }
  };
}
