/** A limit that a text says was hit, in the text's own words: when it ends still needs a clock and a zone. */
export interface LimitNotice {
  /** `five_hour` or `seven_day`. */
  readonly kind: string;
  /** The model family that the limit is for; empty: the whole account. */
  readonly scope: string;
  readonly resets: ResetWords;
}

/** When the text says that the window resets: epoch seconds, or what a clock and a calendar will show then. */
export type ResetWords = { readonly epochSeconds: number } | ClockWords;

export interface ClockWords {
  readonly month?: string | undefined;
  readonly day?: string | undefined;
  readonly year?: string | undefined;
  readonly weekday?: string | undefined;
  readonly hour: string;
  readonly minute?: string | undefined;
  readonly half?: string | undefined;
  /** IANA zone; undefined: the sender's. */
  readonly zone?: string | undefined;
}

/** Nothing that follows in a longer text belongs to the notice. */
const MAX_TEXT = 500;

/**
 * What Claude Code's text for a reached limit names; undefined for any other text, and for one without a reset time.
 *
 * Wordings: https://code.claude.com/docs/en/errors and the issues of anthropics/claude-code, e.g. #77082 ("session limit"),
 * #92834 ("weekly limit · resets Sep 15 at 7pm"), #19472 ("You've hit your limit"); before 2026 "5-hour limit reached ∙
 * resets 3pm", "Claude usage limit reached. Your limit will reset at 3pm (America/Santiago)." and "…|<epoch seconds>".
 */
export function limitNotice(text: string): LimitNotice | undefined {
  const notice = text.slice(0, MAX_TEXT);
  if (THROTTLING.test(notice)) return undefined;
  const name = limitName(notice);
  if (name === undefined) return undefined;
  const words = MOMENT.exec(notice)?.groups;
  const which = windowOf(name, words?.month !== undefined);
  const resets = epochIn(notice) ?? (words?.hour === undefined ? undefined : { ...words, hour: words.hour });
  return which && resets && { ...which, resets };
}

/**
 * The shortest text that says the same as a notice, and nothing else: `limitNotice` reads it back.
 * @param zone IANA zone of a time that names none
 */
export function noticeText({ kind, scope, resets }: LimitNotice, zone: string): string {
  const name = scope || (kind === 'five_hour' ? 'session' : 'weekly');
  if ('epochSeconds' in resets) return `${name} limit reached|${resets.epochSeconds}`;
  const { month, day, year, weekday, hour, minute, half } = resets;
  const date = month === undefined ? '' : `${month} ${day}${year === undefined ? '' : `, ${year}`}, `;
  const time = `${hour}${minute === undefined ? '' : `:${minute}`}${half === undefined ? '' : `${half}m`}`;
  return `hit your ${name} limit · resets ${date}${weekday === undefined ? '' : `${weekday} `}${time} (${resets.zone ?? zone})`;
}

/** Servers that slow everybody down use the same error class; their texts say that no window is used up. */
const THROTTLING = /not your usage limit|temporarily limiting|request rejected/i;

const HIT = /\b(?:hit|reached)\s+your\s+(?<name>[\w .-]{0,40}?)\s?limit\b/i;
const REACHED = /(?:^|[^\w .-])\s*(?<name>[\w .-]{0,40}?)\s?limit reached\b/i;

function limitName(notice: string): string | undefined {
  return (HIT.exec(notice) ?? REACHED.exec(notice))?.groups?.name?.toLowerCase();
}

function windowOf(name: string, hasDate: boolean): Omit<LimitNotice, 'resets'> | undefined {
  if (/\b(spend|credits?|budget|fast|context|rate|monthly|daily)\b/.test(name)) return undefined;
  const [family] = /\b(opus|sonnet|haiku|fable|mythos)\b/.exec(name) ?? [];
  if (family) return { kind: 'seven_day', scope: family };
  if (/\b(weekly|week|7-day|seven-day)\b/.test(name)) return { kind: 'seven_day', scope: '' };
  if (/\b(session|5-hour|five-hour)\b/.test(name)) return { kind: 'five_hour', scope: '' };
  // Before 2.1.9x the text did not say which; only a weekly reset is far enough to need a date.
  if (/^(claude )?(ai )?(usage)?$/.test(name.trim())) return { kind: hasDate ? 'seven_day' : 'five_hour', scope: '' };
  return undefined;
}

export const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const DATE = `(?:(?<month>${MONTHS.join('|')})[a-z]*\\.?\\s+(?<day>\\d{1,2})(?:,?\\s+(?<year>20\\d\\d))?,?\\s+(?:at\\s+)?)?`;
const WEEKDAY = `(?:(?<weekday>${WEEKDAYS.join('|')})[a-z]*,?\\s+(?:at\\s+)?)?`;
const TIME = '(?<hour>\\d{1,2})(?::(?<minute>\\d\\d))?\\s?(?<half>[ap])?\\.?(?:m\\b\\.?)?';
const ZONE = '(?:\\s*\\((?<zone>[\\w/+-]{1,50})\\))?';
const MOMENT = new RegExp(`\\breset(?:s|\\s+at)?\\s+(?:at\\s+)?${DATE}${WEEKDAY}${TIME}${ZONE}`, 'i');

/** The oldest wording carries the reset itself: "Claude AI usage limit reached|1751230800". */
function epochIn(notice: string): ResetWords | undefined {
  const [, seconds] = /limit reached\|(\d{10})\b/i.exec(notice) ?? [];
  return seconds === undefined ? undefined : { epochSeconds: Number(seconds) };
}
