import { DateTime } from 'luxon';
import { type EpochMs, epochMs, plus } from '../model/time.ts';

/** When in the week the summary is told, in the team's zone: weekday 1 (Monday) to 7 (Sunday). */
export interface SummaryAt {
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

/** An ISO week, e.g. `2026-W47`, from Monday 00:00 in the team's zone until the next, in epoch ms. */
export interface Week {
  readonly iso: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/**
 * The week whose summary is due: the ISO week before the configured moment, from that moment until the end of the day
 * after it, so that a downtime on Monday delays the summary and a longer one drops it. Undefined outside that time.
 */
export function dueWeek(now: EpochMs, { zone, at }: { zone: string; at: SummaryAt }): Week | undefined {
  const thisMonday = calendar(DateTime.fromMillis(now, { zone })).startOf('week');
  // A moment on Sunday is still due on the Monday after, which is in the next week.
  const mondays = [thisMonday, thisMonday.minus({ weeks: 1 })];
  const due = mondays.find((monday) => {
    const day = monday.plus({ days: at.weekday - 1 });
    const from = instant(day.plus({ hours: at.hour, minutes: at.minute }), zone);
    return now >= from && now < instant(day.plus({ days: 2 }), zone);
  });
  return due && weekFrom(due.minus({ weeks: 1 }), zone);
}

/** The ISO week of this name in the zone. */
export function weekOf(iso: string, zone: string): Week {
  return weekFrom(DateTime.fromISO(iso, { zone: 'utc' }), zone);
}

export function weekBefore({ iso }: Week, zone: string): Week {
  return weekFrom(DateTime.fromISO(iso, { zone: 'utc' }).minus({ weeks: 1 }), zone);
}

/** The ISO week that runs at `now`, as far as it has come: until this moment, which belongs to it. */
export function runningWeek(now: EpochMs, zone: string): Week {
  const monday = calendar(DateTime.fromMillis(now, { zone })).startOf('week');
  return { ...weekFrom(monday, zone), to: plus(now, 1) };
}

/** As much of the week before as has passed of the running one: until the same time of the same weekday. */
export function sameStretchBefore(week: Week, zone: string): Week {
  const before = weekBefore(week, zone);
  const then = calendar(DateTime.fromMillis(week.to, { zone })).minus({ weeks: 1 });
  return { ...before, to: epochMs(Math.min(instant(then, zone), before.to)) };
}

/** A day of a week, or the part of it that belongs to the stretch: weekday 1 (Monday) to 7 (Sunday). */
export interface WeekDay {
  readonly weekday: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The days of a week from midnight to midnight in the zone; of a running week, those that have begun. */
export function daysOf({ iso, to }: Week, zone: string): readonly WeekDay[] {
  const monday = DateTime.fromISO(iso, { zone: 'utc' });
  const midnights = WEEKDAYS.map((_, index) => instant(monday.plus({ days: index }), zone));
  return midnights
    .map((from, index) => {
      const next = midnights[index + 1] ?? to;
      return { weekday: index + 1, from, to: epochMs(Math.min(next, to)) };
    })
    .filter((day) => day.from < day.to);
}

/** Reads `Mon 09:00`; undefined for anything that is no weekday with a time of day. */
export function parseSummaryAt(text: string): SummaryAt | undefined {
  const [, name = '', hour, minute] = /^([a-z]+)\s+(\d{1,2}):(\d{2})$/i.exec(text.trim()) ?? [];
  const day = name.toLowerCase();
  const index = WEEKDAYS.findIndex((weekday) => day === weekday || day === weekday.slice(0, 3));
  const at = { weekday: index + 1, hour: Number(hour), minute: Number(minute) };
  return index >= 0 && at.hour < 24 && at.minute < 60 ? at : undefined;
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The same date and time of day where every day has 24 hours, so that calendar arithmetic knows no DST. */
function calendar(local: DateTime): DateTime {
  return local.setZone('utc', { keepLocalTime: true });
}

function weekFrom(monday: DateTime, zone: string): Week {
  return {
    iso: monday.toFormat("kkkk-'W'WW"),
    from: instant(monday, zone),
    to: instant(monday.plus({ weeks: 1 }), zone),
  };
}

/** When the zone's clocks first show this date and time; where they skip it, the moment at which they do. */
function instant(wall: DateTime, zone: string): EpochMs {
  const local = wall.setZone(zone, { keepLocalTime: true });
  const skippedMs = Math.abs(calendar(local).toMillis() - wall.toMillis());
  if (skippedMs > 0) return lastChange(local, skippedMs);
  return epochMs(Math.min(...local.getPossibleOffsets().map((possible) => possible.toMillis())));
}

/** When the zone's offset became that of `local`, at most `withinMs` before it. */
function lastChange(local: DateTime, withinMs: number): EpochMs {
  let after = local.toMillis();
  let before = after - withinMs;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (local.zone.offset(middle) === local.offset) after = middle;
    else before = middle;
  }
  return epochMs(after);
}
