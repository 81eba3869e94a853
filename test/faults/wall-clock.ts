import { type EpochMs, epochMs, MINUTE_MS } from '../../src/model/time.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the zone's clocks show, as the platform knows it: `2026-11-23 09:00`. */
export function wallClock(at: number, zone: string): string {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  formats.set(zone, format);
  return format.format(at);
}

/** The first whole minute from then on at which the clocks show it, found by looking at each; NaN for none. */
export function firstShown({
  zone,
  from,
  within,
  is,
}: {
  zone: string;
  from: EpochMs;
  within: number;
  is: (wall: string) => boolean;
}): EpochMs {
  const first = Math.ceil(from / MINUTE_MS) * MINUTE_MS;
  for (let at = first; at <= from + within; at += MINUTE_MS) {
    if (is(wallClock(at, zone))) return epochMs(at);
  }
  return epochMs(Number.NaN);
}

/** 1 for Monday to 7, of a wall clock's date. */
export function weekdayOf(wall: string): number {
  return ((new Date(`${wall.slice(0, 10)}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

/** `2026-W47` of a wall clock's date: a week belongs to the year of its Thursday. */
export function isoWeekOf(wall: string): string {
  const thursday = new Date(`${wall.slice(0, 10)}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - weekdayOf(wall));
  const year = thursday.getUTCFullYear();
  const days = Math.round((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000);
  return `${year}-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`;
}
