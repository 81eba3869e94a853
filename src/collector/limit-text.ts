import { DateTime, IANAZone } from 'luxon';
import {
  type ClockWords,
  type LimitNotice,
  limitNotice,
  MONTHS,
  type ResetWords,
  WEEKDAYS,
} from '../model/limit-notice.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../model/time.ts';

/** A limit that a text says was hit. */
export interface LimitHit extends Pick<LimitNotice, 'kind' | 'scope'> {
  readonly resetsAt: EpochMs;
}

/** A text shown just at the reset still names it. */
const GRACE_MS = 10 * MINUTE_MS;

/** A weekly window is the longest that such texts name; a date further ahead is one that passed, a year early. */
const FARTHEST_MS = 35 * DAY_MS;

/** A window that is hit resets within its own length. A clock time beyond it was read in a zone that is not the sender's. */
const FIVE_HOURS_AHEAD_MS = 5 * HOUR_MS + GRACE_MS;

/**
 * What Claude Code's text for a reached limit names; undefined for any other text, and for one without a reset time (an
 * invented one would open a window that does not exist). A time without a date is the next such moment in its zone, or in
 * `timeZone` where it names none. Where that is more than five hours ahead of a five-hour window's text, the zone is not the
 * sender's: the reset is unknowable, and the text tells nothing.
 */
export function parseLimitText(text: string, now: EpochMs, timeZone: string): LimitHit | undefined {
  const notice = limitNotice(text);
  if (!notice) return undefined;
  const { kind, scope, resets } = notice;
  const resetsAt = resetOf(resets, now, timeZone);
  if (resetsAt === undefined) return undefined;
  if (kind === 'five_hour' && resetsAt > now + FIVE_HOURS_AHEAD_MS) return undefined;
  return { kind, scope, resetsAt };
}

function resetOf(resets: ResetWords, now: EpochMs, timeZone: string): EpochMs | undefined {
  if (!('epochSeconds' in resets)) return nextMoment(resets, now, timeZone);
  const at = epochMs(resets.epochSeconds * 1000);
  return at >= now - GRACE_MS && at <= now + FARTHEST_MS ? at : undefined;
}
/** The next moment that a clock in the zone shows this; a time that a clock change skips is the one an hour later. */
function nextMoment(moment: ClockWords, now: EpochMs, timeZone: string): EpochMs | undefined {
  const time = timeOf(moment);
  const zone = moment.zone ?? timeZone;
  if (!time || !IANAZone.isValidZone(zone)) return undefined;
  const candidates = daysOf(moment, DateTime.fromMillis(now, { zone }))
    .map((day) => DateTime.fromObject({ ...day, ...time }, { zone }))
    // A clock that is set back shows a time twice: both are meant.
    .flatMap((at) => (at.isValid ? at.getPossibleOffsets() : []))
    .map((at) => at.toMillis())
    .toSorted((one, other) => one - other);
  const next = candidates.find((at) => at >= now - GRACE_MS);
  return next === undefined || next > now + FARTHEST_MS ? undefined : epochMs(next);
}

function timeOf({ hour, minute, half }: ClockWords): { hour: number; minute: number } | undefined {
  const hours = Number(hour);
  const minutes = Number(minute ?? 0);
  if (minutes > 59) return undefined;
  if (!half) return minute !== undefined && hours < 24 ? { hour: hours, minute: minutes } : undefined;
  if (hours < 1 || hours > 12) return undefined;
  return { hour: (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0), minute: minutes };
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function daysOf(moment: ClockWords, today: DateTime): Day[] {
  if (moment.month) return datesOf(moment, today);
  const weekday = WEEKDAYS.indexOf(moment.weekday?.toLowerCase() ?? '') + 1;
  return [-1, 0, 1, 2, 3, 4, 5, 6, 7]
    .map((days) => today.plus({ days }))
    .filter((day) => weekday === 0 || day.weekday === weekday)
    .map(({ year, month, day }) => ({ year, month, day }));
}

function datesOf(moment: ClockWords, today: DateTime): Day[] {
  const month = MONTHS.indexOf(moment.month?.toLowerCase() ?? '') + 1;
  const years = moment.year ? [Number(moment.year)] : [today.year - 1, today.year, today.year + 1];
  return years.map((year) => ({ year, month, day: Number(moment.day) }));
}
