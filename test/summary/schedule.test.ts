import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../../src/model/time.ts';
import {
  daysOf,
  dueWeek,
  parseSummaryAt,
  runningWeek,
  type SummaryAt,
  sameStretchBefore,
  weekBefore,
  weekOf,
} from '../../src/summary/schedule.ts';

const MONDAY_NINE = { weekday: 1, hour: 9, minute: 0 };

const at = (local: string, zone: string): EpochMs => epochMs(DateTime.fromISO(local, { zone }).toMillis());
const local = (ms: number | undefined, zone: string) =>
  ms === undefined ? undefined : DateTime.fromMillis(ms, { zone }).toFormat("yyyy-MM-dd HH:mm 'UTC'ZZ");

describe('the week that is due', () => {
  test.each([
    ['a minute before the moment', '2026-11-23T08:59', undefined],
    ['at the moment', '2026-11-23T09:00', '2026-W47'],
    ['in the last minute of Tuesday', '2026-11-24T23:59', '2026-W47'],
    ['on Wednesday', '2026-11-25T00:00', undefined],
    ['on the Sunday before', '2026-11-22T23:59', undefined],
    ['on the first Monday of a year with 53 weeks', '2027-01-04T09:00', '2026-W53'],
    ['on the Monday that ends the year', '2024-12-30T10:00', '2024-W52'],
    ['where the ISO year is not the calendar year', '2025-01-06T10:00', '2025-W01'],
  ])('%s', (_, now, iso) => {
    expect(dueWeek(at(now, 'Europe/Berlin'), { zone: 'Europe/Berlin', at: MONDAY_NINE })?.iso).toBe(iso);
  });

  test.each([
    { what: 'spring forward in Berlin', zone: 'Europe/Berlin', now: '2026-03-30T09:00', iso: '2026-W13', hours: 167 },
    { what: 'fall back in Berlin', zone: 'Europe/Berlin', now: '2026-10-26T09:00', iso: '2026-W43', hours: 169 },
    {
      what: 'spring forward in New York',
      zone: 'America/New_York',
      now: '2026-03-09T09:00',
      iso: '2026-W10',
      hours: 167,
    },
    { what: 'fall back in New York', zone: 'America/New_York', now: '2026-11-02T09:00', iso: '2026-W44', hours: 169 },
    { what: 'DST on Lord Howe', zone: 'Australia/Lord_Howe', now: '2026-10-05T09:00', iso: '2026-W40', hours: 167.5 },
    { what: 'no DST in Kolkata', zone: 'Asia/Kolkata', now: '2026-03-30T09:00', iso: '2026-W13', hours: 168 },
    {
      what: 'spring forward in St John’s',
      zone: 'America/St_Johns',
      now: '2026-03-09T09:00',
      iso: '2026-W10',
      hours: 167,
    },
    {
      what: 'the Friday that Samoa skipped',
      zone: 'Pacific/Apia',
      now: '2012-01-02T09:00',
      iso: '2011-W52',
      hours: 144,
    },
  ])('the week of $what has $hours hours', ({ zone, now, iso, hours }) => {
    const week = dueWeek(at(now, zone), { zone, at: MONDAY_NINE });
    expect(week?.iso).toBe(iso);
    expect(((week?.to ?? 0) - (week?.from ?? 0)) / HOUR_MS).toBe(hours);
    expect(local(week?.from, zone)).toContain('00:00 UTC');
    expect(local(week?.to, zone)).toContain('00:00 UTC');
  });

  test.each([
    ['Sunday 09:00 is due on Sunday', '2026-11-22T09:00', '2026-W46'],
    ['Sunday 09:00 is due until Monday night', '2026-11-23T23:59', '2026-W46'],
    ['Sunday 09:00 is over on Tuesday', '2026-11-24T00:00', undefined],
    ['before Sunday 09:00 nothing is due', '2026-11-22T08:59', undefined],
  ])('%s', (_, now, iso) => {
    const sunday = { weekday: 7, hour: 9, minute: 0 };
    expect(dueWeek(at(now, 'Asia/Kolkata'), { zone: 'Asia/Kolkata', at: sunday })?.iso).toBe(iso);
  });

  test('a time that spring skips comes when the clocks go forward', () => {
    const options = { zone: 'America/New_York', at: { weekday: 7, hour: 2, minute: 30 } };
    const forward = at('2026-03-08T03:00', 'America/New_York');
    expect(dueWeek(epochMs(forward - 1), options)).toBeUndefined();
    expect(dueWeek(forward, options)?.iso).toBe('2026-W09');
  });

  test('a time that autumn repeats comes the first time', () => {
    const options = { zone: 'America/New_York', at: { weekday: 7, hour: 1, minute: 30 } };
    const first = at('2026-11-01T01:30:00-04:00', 'America/New_York');
    expect(dueWeek(epochMs(first - 1), options)).toBeUndefined();
    expect(dueWeek(first, options)?.iso).toBe('2026-W43');
  });

  test('the week before is the one that ends where this one begins', () => {
    const week = weekOf('2026-W01', 'America/St_Johns');
    const before = weekBefore(week, 'America/St_Johns');
    expect(before.iso).toBe('2025-W52');
    expect(before.to).toBe(week.from);
  });
});

describe('the week that runs', () => {
  const berlin = (text: string) => at(text, 'Europe/Berlin');

  test('is told from Monday until now, this moment with it', () => {
    const now = berlin('2026-11-26T14:20');
    const week = runningWeek(now, 'Europe/Berlin');
    expect(week).toEqual({ iso: '2026-W48', from: berlin('2026-11-23T00:00'), to: now + 1 });
    expect(sameStretchBefore(week, 'Europe/Berlin')).toEqual({
      iso: '2026-W47',
      from: berlin('2026-11-16T00:00'),
      to: berlin('2026-11-19T14:20') + 1,
    });
  });

  test('is next to nothing at midnight on Monday, and compared with as little', () => {
    const midnight = berlin('2026-11-23T00:00');
    const week = runningWeek(midnight, 'Europe/Berlin');
    expect(week.to - week.from).toBe(1);
    const before = sameStretchBefore(week, 'Europe/Berlin');
    expect(before.to - before.from).toBe(1);
  });

  test.each([
    ['where the clocks went forward in between', '2026-03-31T10:00', '2026-03-24T10:00'],
    ['where they went back in between', '2026-10-27T10:00', '2026-10-20T10:00'],
    ['on the Sunday on which they go back', '2026-10-25T02:30:00+01:00', '2026-10-18T02:30'],
  ])('is compared until the same time of day %s', (_, now, then) => {
    const before = sameStretchBefore(runningWeek(berlin(now), 'Europe/Berlin'), 'Europe/Berlin');
    expect(local(before.to - 1, 'Europe/Berlin')).toBe(local(berlin(then), 'Europe/Berlin'));
  });
});

describe('the days of a week', () => {
  test('reach from midnight to midnight, also where the clocks change', () => {
    const days = daysOf(weekOf('2026-W13', 'Europe/Berlin'), 'Europe/Berlin');
    expect(days.map(({ weekday }) => weekday)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(days.map(({ from, to }) => (to - from) / HOUR_MS)).toEqual([24, 24, 24, 24, 24, 24, 23]);
  });

  test('do not hold one that the zone skipped', () => {
    const days = daysOf(weekOf('2011-W52', 'Pacific/Apia'), 'Pacific/Apia');
    expect(days.map(({ weekday }) => weekday)).toEqual([1, 2, 3, 4, 6, 7]);
  });
});

describe('against brute force', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'America/Havana',
    'Africa/Cairo',
    'Asia/Beirut',
    'America/Santiago',
  ];

  test('the due week is what the zone’s clocks show', { timeout: 60_000 }, () => {
    const anyMoment = fc
      .integer({ min: 0, max: 52 * 7 * 24 * 60 - 1 })
      .map((minute) => epochMs(START + minute * MINUTE_MS));
    const anyAt = fc.record({
      weekday: fc.integer({ min: 1, max: 7 }),
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.constantFrom(0, 15, 30, 45),
    });
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyMoment, anyAt, (zone, now, at) => {
        expect(dueWeek(now, { zone, at })).toEqual(bruteForce(now, zone, at));
      }),
      { numRuns: 1000 },
    );
  });

  test('days and stretches cover a week without a gap, and none is compared with more than itself', {
    timeout: 60_000,
  }, () => {
    const anyMoment = fc
      .integer({ min: 0, max: 52 * 7 * 24 * 60 - 1 })
      .map((minute) => epochMs(START + minute * MINUTE_MS));
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyMoment, (zone, now) => {
        const week = runningWeek(now, zone);
        const whole = weekOf(week.iso, zone);
        expect(week).toMatchObject({ from: whole.from, to: now + 1 });
        expect(week.to).toBeLessThanOrEqual(whole.to);
        const before = sameStretchBefore(week, zone);
        expect(before).toMatchObject({ iso: weekBefore(week, zone).iso, from: weekBefore(week, zone).from });
        expect(before.to).toBeGreaterThan(before.from);
        expect(before.to).toBeLessThanOrEqual(week.from);
        for (const stretch of [week, whole, before]) {
          const days = daysOf(stretch, zone);
          expect(days[0]?.from).toBe(stretch.from);
          expect(days.at(-1)?.to).toBe(stretch.to);
          expect(days.slice(1).map(({ from }) => from)).toEqual(days.slice(0, -1).map(({ to }) => to));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('in the hours around each change of the clocks too', { timeout: 60_000 }, () => {
    for (const zone of zones) {
      const changes = quarters(zone).filter(({ wall }, index, all) => {
        const before = all[index - 1];
        return before !== undefined && asUtc(wall) - asUtc(before.wall) !== QUARTER_MS;
      });
      for (const { ms, wall } of changes) {
        const weekday = ((new Date(asUtc(wall)).getUTCDay() + 6) % 7) + 1;
        for (const minutes of [-90, -15, 0, 15, 60, 1440]) {
          for (const hour of [0, 1, 2, 3]) {
            const now = epochMs(ms + minutes * MINUTE_MS);
            const at = { weekday, hour, minute: 30 };
            expect(dueWeek(now, { zone, at }), `${zone} ${wall} ${minutes} ${hour}`).toEqual(bruteForce(now, zone, at));
          }
        }
      }
    }
  });
});

describe('the configured moment', () => {
  test.each([
    ['Mon 09:00', { weekday: 1, hour: 9, minute: 0 }],
    [' sunday  7:05 ', { weekday: 7, hour: 7, minute: 5 }],
    ['FRI 23:59', { weekday: 5, hour: 23, minute: 59 }],
  ])('%s is understood', (text, expected) => expect(parseSummaryAt(text)).toEqual(expected));

  test.each([
    '',
    'Mon',
    '09:00',
    'Mon 24:00',
    'Mon 09:60',
    'Mon 9',
    'Mo 09:00',
    'Moon 09:00',
    'Mon 09:00 pm',
    'Mon -1:00',
  ])('“%s” is nonsense', (text) => expect(parseSummaryAt(text)).toBeUndefined());

  test('no text makes it throw or answer a time that no clock shows', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const at = parseSummaryAt(text);
        expect(at === undefined || (at.weekday >= 1 && at.weekday <= 7 && at.hour < 24 && at.minute < 60)).toBe(true);
      }),
    );
  });
});

const QUARTER_MS = 15 * MINUTE_MS;
/** Monday of 2026-W01, with three weeks of clocks before it. */
const START = Date.UTC(2025, 11, 29);

interface Quarter {
  readonly ms: number;
  readonly wall: string;
}

const known = new Map<string, readonly Quarter[]>();

/** What the zone's clocks show every quarter of an hour, as the platform and not luxon knows it. */
function quarters(zone: string): readonly Quarter[] {
  const made = known.get(zone);
  if (made) return made;
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const first = START - 21 * 24 * HOUR_MS;
  const all = Array.from({ length: 56 * 7 * 96 }, (_, index) => {
    const ms = first + index * QUARTER_MS;
    return { ms, wall: format.format(ms) };
  });
  known.set(zone, all);
  return all;
}

const asUtc = (wall: string): number => Date.parse(`${wall.replace(' ', 'T')}:00Z`);
const wallOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** The first moment within a few days at which the clocks show this time or a later one. */
function firstShown(zone: string, wall: string): EpochMs {
  const all = quarters(zone);
  const near = Math.max(0, Math.floor((asUtc(wall) - 36 * HOUR_MS - (all[0]?.ms ?? 0)) / QUARTER_MS));
  const found = all.slice(near, near + 300).find((quarter) => quarter.wall >= wall);
  return epochMs(found?.ms ?? Number.NaN);
}

function bruteForce(now: EpochMs, zone: string, at: SummaryAt) {
  const all = quarters(zone);
  const today = all[Math.floor((now - (all[0]?.ms ?? 0)) / QUARTER_MS)]?.wall ?? '';
  const midnight = asUtc(`${today.slice(0, 10)} 00:00`);
  const sinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  const day = 24 * HOUR_MS;
  for (const monday of [midnight - sinceMonday * day, midnight - (sinceMonday + 7) * day]) {
    const dueDay = monday + (at.weekday - 1) * day;
    const from = firstShown(zone, wallOf(dueDay + at.hour * HOUR_MS + at.minute * MINUTE_MS));
    if (now < from || now >= firstShown(zone, wallOf(dueDay + 2 * day))) continue;
    return {
      iso: isoName(monday - 7 * day),
      from: firstShown(zone, wallOf(monday - 7 * day)),
      to: firstShown(zone, wallOf(monday)),
    };
  }
  return undefined;
}

/** A week belongs to the year of its Thursday. */
function isoName(monday: number): string {
  const thursday = new Date(monday + 3 * 24 * HOUR_MS);
  const dayOfYear = (thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (24 * HOUR_MS);
  return `${thursday.getUTCFullYear()}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}
