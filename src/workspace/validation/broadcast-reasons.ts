import { isJsonObject } from './json-object.ts';

/** https://docs.slack.dev/messaging/formatting-message-text#special-mentions, with or without a label. */
const BROADCAST = /<!(?:channel|here|everyone)(?:\|[^>]*)?>/;

/**
 * Every place that would call a whole channel, which the app must never do. Texts count even where Slack would show
 * the letters as they are: whatever reached them unescaped reaches the next text the same way.
 */
export function broadcastReasons(value: unknown, path: string): readonly string[] {
  if (typeof value === 'string') return BROADCAST.test(value) ? [`${path}: a broadcast, ${BROADCAST.exec(value)}`] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => broadcastReasons(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  if (value.type === 'broadcast') return [`${path}: a broadcast, @${value.range}`];
  return Object.entries(value).flatMap(([key, field]) => broadcastReasons(field, `${path}.${key}`));
}
