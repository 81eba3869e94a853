import type { FeedName } from './home-report.ts';

/** Where data comes from, in the words of `/quota connect`. */
export const FEED_NAMES: Readonly<Record<FeedName, string>> = {
  telemetry: 'telemetry',
  status_line: 'status line',
  hook: 'hook',
  webhook: 'usage webhook',
};
