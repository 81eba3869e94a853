import { DateTime } from 'luxon';
import type { EpochMs } from '../model/time.ts';
import type { LineRefusal } from './session-line.ts';

/** What Claude Code shows when a limit is hit; times are told to the minute, weekly ones with their day. */
export function limitText(window: LineRefusal['window'], resetsAt: EpochMs): string {
  const reset = DateTime.fromMillis(resetsAt, { zone: 'utc', locale: 'en' });
  const time = reset.toFormat(reset.minute === 0 ? 'ha' : 'h:mma').toLowerCase();
  return window === 'five_hour'
    ? `You've hit your 5-hour limit · resets ${time} (UTC)`
    : `You've hit your weekly limit · resets ${reset.toFormat('MMM d')} at ${time} (UTC)`;
}
