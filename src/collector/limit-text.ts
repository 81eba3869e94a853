import { DateTime, IANAZone } from 'luxon';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../model/time.ts';

/** A limit that a text says was hit. */
export interface LimitHit {
  /** `five_hour` or `seven_day`. */
  readonly kind: string;
  /** The model family that the limit is for; empty: the whole account. */
  readonly scope: string;
  readonly resetsAt: EpochMs;
}

/** Nothing that follows in a longer text belongs to the notice. */
const MAX_TEXT = 500;

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
 *
 * Wordings: https://code.claude.com/docs/en/errors and the issues of anthropics/claude-code, e.g. #77082 ("session limit"),
 * #92834 ("weekly limit · resets Sep 15 at 7pm"), #19472 ("You've hit your limit"); before 2026 "5-hour limit reached ∙
 * resets 3pm", "Claude usage limit reached. Your limit will reset at 3pm (America/Santiago)." and "…|<epoch seconds>".
 */
export function parseLimitText(text: string, now: EpochMs, timeZone: string): LimitHit | undefined {
  const notice = text.slice(0, MAX_TEXT);
  if (THROTTLING.test(notice)) return undefined;
  const name = limitName(notice);
  const moment = MOMENT.exec(notice)?.groups;
  const which = name === undefined ? undefined : windowOf(name, moment?.month !== undefined);
  if (!which) return undefined;
  const resetsAt = epochIn(notice, now) ?? (moment && nextMoment(moment, now, timeZone));
  if (resetsAt === undefined) return undefined;
  if (which.kind === 'five_hour' && resetsAt > now + FIVE_HOURS_AHEAD_MS) return undefined;
  return { ...which, resetsAt };
}

/** Servers that slow everybody down use the same error class; their texts say that no window is used up. */
const THROTTLING = /not your usage limit|temporarily limiting|request rejected/i;

const HIT = /\b(?:hit|reached)\s+your\s+(?<name>[\w .-]{0,40}?)\s?limit\b/i;
const REACHED = /(?:^|[^\w .-])\s*(?<name>[\w .-]{0,40}?)\s?limit reached\b/i;

function limitName(notice: string): string | undefined {
  return (HIT.exec(notice) ?? REACHED.exec(notice))?.groups?.name?.toLowerCase();
}

function windowOf(name: string, hasDate: boolean): Omit<LimitHit, 'resetsAt'> | undefined {
  if (/\b(spend|credits?|budget|fast|context|rate|monthly|daily)\b/.test(name)) return undefined;
  const [family] = /\b(opus|sonnet|haiku|fable|mythos)\b/.exec(name) ?? [];
  if (family) return { kind: 'seven_day', scope: family };
  if (/\b(weekly|week|7-day|seven-day)\b/.test(name)) return { kind: 'seven_day', scope: '' };
  if (/\b(session|5-hour|five-hour)\b/.test(name)) return { kind: 'five_hour', scope: '' };
  // Before 2.1.9x the text did not say which; only a weekly reset is far enough to need a date.
  if (/^(claude )?(ai )?(usage)?$/.test(name.trim())) return { kind: hasDate ? 'seven_day' : 'five_hour', scope: '' };
  return undefined;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const DATE = `(?:(?<month>${MONTHS.join('|')})[a-z]*\\.?\\s+(?<day>\\d{1,2})(?:,?\\s+(?<year>20\\d\\d))?,?\\s+(?:at\\s+)?)?`;
const WEEKDAY = `(?:(?<weekday>${WEEKDAYS.join('|')})[a-z]*,?\\s+(?:at\\s+)?)?`;
const TIME = '(?<hour>\\d{1,2})(?::(?<minute>\\d\\d))?\\s?(?<half>[ap])?\\.?(?:m\\b\\.?)?';
const ZONE = '(?:\\s*\\((?<zone>[\\w/+-]{1,50})\\))?';
const MOMENT = new RegExp(`\\breset(?:s|\\s+at)?\\s+(?:at\\s+)?${DATE}${WEEKDAY}${TIME}${ZONE}`, 'i');

type Moment = Readonly<Record<string, string | undefined>>;

/** The next moment that a clock in the zone shows this; a time that a clock change skips is the one an hour later. */
function nextMoment(moment: Moment, now: EpochMs, timeZone: string): EpochMs | undefined {
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

function timeOf({ hour, minute, half }: Moment): { hour: number; minute: number } | undefined {
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

function daysOf(moment: Moment, today: DateTime): Day[] {
  if (moment.month) return datesOf(moment, today);
  const weekday = WEEKDAYS.indexOf(moment.weekday?.toLowerCase() ?? '') + 1;
  return [-1, 0, 1, 2, 3, 4, 5, 6, 7]
    .map((days) => today.plus({ days }))
    .filter((day) => weekday === 0 || day.weekday === weekday)
    .map(({ year, month, day }) => ({ year, month, day }));
}

function datesOf(moment: Moment, today: DateTime): Day[] {
  const month = MONTHS.indexOf(moment.month?.toLowerCase() ?? '') + 1;
  const years = moment.year ? [Number(moment.year)] : [today.year - 1, today.year, today.year + 1];
  return years.map((year) => ({ year, month, day: Number(moment.day) }));
}

/** The oldest wording carries the reset itself: "Claude AI usage limit reached|1751230800". */
function epochIn(notice: string, now: EpochMs): EpochMs | undefined {
  const [, seconds] = /limit reached\|(\d{10})\b/i.exec(notice) ?? [];
  if (!seconds) return undefined;
  const at = epochMs(Number(seconds) * 1000);
  return at >= now - GRACE_MS && at <= now + FARTHEST_MS ? at : undefined;
}
