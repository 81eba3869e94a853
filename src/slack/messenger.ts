import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { EpochMs } from '../model/time.ts';
import type { SlackMessage } from '../store/notice.ts';
import { type Outage, type SlackFailure, slackFailure } from './slack-answer.ts';
import type { Message } from './views/blocks.ts';

type Refused = Extract<SlackFailure, { is: 'refused' }>;
type Answer = { readonly is: 'sent'; readonly at: SlackMessage } | SlackFailure;
type Found = { readonly is: 'found'; readonly at: SlackMessage } | { readonly is: 'missing' } | Outage | Refused;

interface Where {
  readonly channel: string;
  readonly threadTs?: string | undefined;
}

/** Messages carry this with the id of their notice, so that they are found again after a crash. */
const EVENT_TYPE = 'quota_watch_notice';
/** Slack's clock and ours may differ. */
const CLOCK_SLACK_MS = 5 * 60_000;
const PAGE = 200;

/** Posts, edits and finds messages. `client` must neither retry nor wait: the outbox decides when to try again. */
export function createMessenger(client: WebClient) {
  return {
    post: ({ channel, threadTs }: Where, message: Message, notice: string): Promise<Answer> =>
      inPlainestNeeded(message, (words) =>
        ask(channel, async () => {
          const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
          const posted = await client.chat.postMessage({ channel, ...thread, ...content(words, notice) });
          return { channel: posted.channel ?? channel, ts: posted.ts ?? '' };
        }),
      ),

    update: ({ channel, ts }: SlackMessage, message: Message, notice: string): Promise<Answer> =>
      inPlainestNeeded(message, (words) =>
        ask(channel, async () => {
          await client.chat.update({ channel, ts, ...content(words, notice) });
          return { channel, ts };
        }),
      ),

    /** Looks through the channel or thread since then. */
    async find(where: Where & { since: EpochMs }, notice: string): Promise<Found> {
      try {
        const at = await search(where, notice);
        return at ? { is: 'found', at } : { is: 'missing' };
      } catch (error) {
        return notFound(where.channel, slackFailure(error));
      }
    },
  };

  async function search(
    { channel, threadTs, since }: Where & { since: EpochMs },
    notice: string,
  ): Promise<SlackMessage | undefined> {
    const place = await placeOf(channel);
    const oldest = String((since - CLOCK_SLACK_MS) / 1000);
    const common = { channel: place, oldest, limit: PAGE, include_all_metadata: true };
    let cursor: string | undefined;
    do {
      const page =
        threadTs === undefined
          ? await client.conversations.history({ ...common, ...(cursor && { cursor }) })
          : await client.conversations.replies({ ...common, ts: threadTs, ...(cursor && { cursor }) });
      const found = page.messages?.find((message) => isMarked(message, notice));
      if (found?.ts) return { channel: place, ts: found.ts };
      cursor = page.response_metadata?.next_cursor;
    } while (cursor);
    return undefined;
  }

  /** A direct message is addressed by its user; its history only by its own id. */
  async function placeOf(channel: string): Promise<string> {
    if (!isUser(channel)) return channel;
    const opened = await client.conversations.open({ users: channel });
    return opened.channel?.id ?? channel;
  }
}

/** New kinds of block are refused in some workspaces: the same is said again in older ones. */
async function inPlainestNeeded(message: Message, say: (message: Message) => Promise<Answer>): Promise<Answer> {
  const answer = await say(message);
  const areBlocksRefused = answer.is === 'refused' && answer.problem === 'invalid_blocks';
  return areBlocksRefused && message.plainer ? await inPlainestNeeded(message.plainer, say) : answer;
}

function content({ text, blocks }: Message, notice: string) {
  const metadata = { event_type: EVENT_TYPE, event_payload: { notice } };
  // Slack must not turn what it takes for links into previews.
  return { text, blocks: blocks as KnownBlock[], metadata, unfurl_links: false, unfurl_media: false };
}

async function ask(channel: string, call: () => Promise<SlackMessage>): Promise<Answer> {
  try {
    return { is: 'sent', at: await call() };
  } catch (error) {
    const failure = slackFailure(error);
    return failure.is === 'refused' ? refusalTo(channel, failure) : failure;
  }
}

/** A thread that was deleted holds no message. */
function notFound(channel: string, failure: SlackFailure): Found {
  if (failure.is === 'gone') return { is: 'missing' };
  if (failure.is !== 'refused') return failure;
  return failure.problem === 'thread_not_found' ? { is: 'missing' } : refusalTo(channel, failure);
}

/** A channel is mended by an invitation; a person whom the bot cannot write to will not appear by waiting. */
function refusalTo(channel: string, refused: Refused): Refused {
  const isPerson = isUser(channel) || channel.startsWith('D');
  return isPerson && refused.problem === 'channel_not_found' ? { ...refused, isMendable: false } : refused;
}

function isUser(channel: string): boolean {
  return channel.startsWith('U') || channel.startsWith('W');
}

function isMarked(message: { metadata?: { event_type?: string; event_payload?: object } }, notice: string): boolean {
  const payload = message.metadata?.event_payload;
  return (
    message.metadata?.event_type === EVENT_TYPE &&
    payload !== undefined &&
    'notice' in payload &&
    payload.notice === notice
  );
}
