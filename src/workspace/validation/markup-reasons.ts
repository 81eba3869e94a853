import { typedObjects } from './typed-objects.ts';

/**
 * Markup that Slack would show as letters or read otherwise than meant:
 * https://docs.slack.dev/messaging/formatting-message-text. In mrkdwn every "<" begins markup, so text of people must
 * come escaped; in plain and rich text nothing is markup, so a mention there would be shown as its code.
 */
export function markupReasons(blocks: unknown, path: string): readonly string[] {
  return typedObjects(blocks, path).flatMap(({ path, type, value: { text } }) => {
    if (typeof text !== 'string') return [];
    if (type === 'mrkdwn') return mrkdwnReasons(text, `${path}.text`);
    return UNREAD_TYPES.has(type) ? unreadReasons(text, `${path}.text`) : [];
  });
}

/** The same for one text in Slack's mrkdwn, like the `text` of a message. */
export function mrkdwnReasons(text: string, path: string): readonly string[] {
  const unknown = [...text.matchAll(/<[^>]*>?/g)].map(([found]) => found).filter((found) => !isMarkup(found));
  return unknown.map((found) => `${path}: ${found} is no markup, escape it`);
}

/** Text objects in which Slack reads no markup. */
const UNREAD_TYPES: ReadonlySet<string> = new Set(['plain_text', 'raw_text', 'text']);

const LABEL = String.raw`(?:\|[^<>|]+)?`;
const MENTION = new RegExp(`^<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+)${LABEL}>$`);
const LINK = new RegExp(`^<(?:https?://|mailto:)[^<>|\\s]+${LABEL}>$`);
/** Without a fallback old clients show nothing. */
const DATE = /^<!date\^\d+\^(?<format>[^^<>|]+)(?:\^https?:\/\/[^<>|]+)?\|[^<>|]+>$/;
const BROADCAST = /^<!(?:channel|here|everyone)/;
const DATE_TOKENS: ReadonlySet<string> = new Set([
  'ago',
  'date',
  'date_long',
  'date_long_full',
  'date_long_pretty',
  'date_num',
  'date_pretty',
  'date_short',
  'date_short_pretty',
  'date_slash',
  'day_divider_pretty',
  'time',
  'time_secs',
]);

/** Broadcasts are markup too, and are complained of elsewhere. */
function isMarkup(found: string): boolean {
  return MENTION.test(found) || LINK.test(found) || BROADCAST.test(found) || isDate(found);
}

function isDate(found: string): boolean {
  const format = DATE.exec(found)?.groups?.format ?? '';
  const tokens = [...format.matchAll(/\{([^}]*)\}/g)].map(([, token]) => token ?? '');
  return tokens.length > 0 && tokens.every((token) => DATE_TOKENS.has(token));
}

function unreadReasons(text: string, path: string): readonly string[] {
  const found = /<(?:[@#!]|https?:|mailto:)[^>]*>/.exec(text);
  return found && !BROADCAST.test(found[0]) ? [`${path}: ${found[0]} would be shown as these letters`] : [];
}
