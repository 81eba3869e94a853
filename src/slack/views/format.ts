import { DateTime } from 'luxon';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../model/time.ts';

/** Tokens at a glance: `950`, `14k`, `1.2M`, `180M`. */
export function tokens(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${(count / 1_000_000).toFixed(count < 99_950_000 ? 1 : 0)}M`;
}

/** Micro-dollars as dollars: `$0.42`, `$1,204`. */
export function dollars(micros: number): string {
  const amount = micros / 1_000_000;
  return `$${(amount >= 100 ? WHOLE : CENTS).format(amount)}`;
}

// Made once: making one takes forty times as long as using it, and an answer to /quota names a dozen sums.
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A stretch of time: `40 s`, `12 min`, `1 h 5 min`, `2 d 3 h`. */
export function duration(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (ms < SECOND_MS) return 'under 1 s';
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (minutes < 60) return `${minutes} min`;
  if (ms < DAY_MS) return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
  const hours = Math.round(ms / HOUR_MS);
  return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** Points of a window, or points an hour: `0.4`, `6`, `38`. */
export function points(value: number): string {
  return String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}

/** A share in percent, 0 to 1: `0.3%`, `29%`; never all or nothing of what is not. */
export function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (part / whole) * 100;
  if (percent > 99 && percent < 100) return 'over 99%';
  if (percent > 0 && percent < 0.1) return 'under 0.1%';
  return `${points(percent)}%`;
}

/**
 * A moment that Slack shows in each reader's own zone; `zone` serves clients that cannot, such as notifications.
 * Today only the time, otherwise the weekday too.
 */
export function moment(at: EpochMs, { now, zone }: { now: EpochMs; zone: string }): string {
  const local = DateTime.fromMillis(at, { zone });
  const isToday = local.hasSame(DateTime.fromMillis(now, { zone }), 'day');
  const token = isToday ? '{time}' : '{date_short_pretty} {time}';
  return `<!date^${Math.floor(at / 1000)}^${token}|${plainMoment(at, { now, zone })}>`;
}

/** The same for places without markup. */
export function plainMoment(at: EpochMs, { now, zone }: { now: EpochMs; zone: string }): string {
  const local = DateTime.fromMillis(at, { zone });
  const isToday = local.hasSame(DateTime.fromMillis(now, { zone }), 'day');
  return local.toFormat(isToday ? 'HH:mm' : 'ccc d LLL HH:mm', { locale: 'en' });
}

/** A time of day to the second, for places where turns are told apart. */
export function plainTime(at: EpochMs, { zone }: { zone: string }): string {
  return DateTime.fromMillis(at, { zone }).toFormat('HH:mm:ss');
}

/** Ten cells that show how much is left, 0 to 100. */
export function bar(leftPercent: number): string {
  const full = Math.max(0, Math.min(10, Math.round(leftPercent / 10)));
  return '█'.repeat(full) + '░'.repeat(10 - full);
}
