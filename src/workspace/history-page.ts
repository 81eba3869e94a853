import { type Fields, isSet, textField } from './fields.ts';
import type { PostedMessage } from './workspace-state.ts';

/** A message as `conversations.history` lists it. */
export type ListedMessage = Fields & { readonly ts: string };

/** One page of a conversation. */
export interface HistoryPage {
  readonly messages: readonly ListedMessage[];
  readonly has_more: boolean;
  readonly response_metadata: { readonly next_cursor: string };
}

/**
 * What Slack would list: between `oldest` and `latest` (themselves only when `inclusive`), at most `limit`, from
 * `cursor` on, metadata only when asked for. `messages` keep their order, which is newest first for a history and
 * oldest first for a thread.
 */
export function historyPage(messages: readonly ListedMessage[], args: Fields): HistoryPage {
  const inRange = messages.filter((message) => isBetween(Number(message.ts), args));
  const cursor = textField(args, 'cursor');
  const start = cursor
    ? Math.max(
        0,
        inRange.findIndex((message) => message.ts === cursor),
      )
    : 0;
  const end = start + limitOf(args);
  const withMetadata = isSet(args.include_all_metadata);
  return {
    messages: inRange.slice(start, end).map((message) => (withMetadata ? message : withoutMetadata(message))),
    has_more: end < inRange.length,
    response_metadata: { next_cursor: inRange[end]?.ts ?? '' },
  };
}

/** The emulator stamps an edit anew when it is replayed: the ledger knows when it really was. */
export function withTrueEdit(message: ListedMessage, remembered: PostedMessage | undefined): ListedMessage {
  if (!remembered) return message;
  const { edited: _edited, ...rest } = message;
  return remembered.edited ? { ...rest, ts: message.ts, edited: remembered.edited } : { ...rest, ts: message.ts };
}

function isBetween(ts: number, args: Fields): boolean {
  const oldest = Number(args.oldest ?? 0);
  const latest = Number(textField(args, 'latest') ?? Number.POSITIVE_INFINITY);
  if (isSet(args.inclusive) && (ts === oldest || ts === latest)) return true;
  return ts > oldest && ts < latest;
}

function limitOf(args: Fields): number {
  const asked = Number(args.limit ?? 100);
  return asked > 0 ? Math.min(asked, 999) : 100;
}

function withoutMetadata({ metadata: _metadata, ...message }: ListedMessage): ListedMessage {
  return { ...message, ts: message.ts };
}
