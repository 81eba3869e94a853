import type { Feed } from '../../model/feed.ts';

/** Where data comes from, in the words of `/quota connect`. */
export const FEED_NAMES: Readonly<Record<Feed, string>> = {
  telemetry: 'telemetry',
  status_line: 'status line',
  hook: 'hook',
  webhook: 'usage webhook',
};
