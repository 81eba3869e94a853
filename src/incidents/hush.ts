import { DateTime } from 'luxon';
import type { QuietHours } from '../model/settings.ts';
import { type EpochMs, epochMs } from '../model/time.ts';

const MINUTES_A_DAY = 1440;

/**
 * When the quiet hours that hold at `now` end; undefined while nothing is quiet. They are wall-clock times of `zone`, so
 * a night with a clock change is an hour longer or shorter. From and until alike mean no quiet hours.
 */
export function quietUntil({ from, until }: QuietHours, zone: string, now: EpochMs): EpochMs | undefined {
  const local = DateTime.fromMillis(now, { zone });
  const minute = local.hour * 60 + local.minute;
  const sinceFrom = (minute - from + MINUTES_A_DAY) % MINUTES_A_DAY;
  const length = (until - from + MINUTES_A_DAY) % MINUTES_A_DAY;
  if (sinceFrom >= length) return undefined;
  const endsToday = until > minute;
  const day = local.startOf('day').plus({ days: endsToday ? 0 : 1 });
  return epochMs(day.set({ hour: Math.floor(until / 60), minute: until % 60 }).toMillis());
}
