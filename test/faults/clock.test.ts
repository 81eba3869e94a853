import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseLimitText } from '../../src/collector/limit-text.ts';
import { record } from '../../src/collector/record.ts';
import { statusLineItems } from '../../src/collector/status-line-items.ts';
import { createDetect } from '../../src/jobs/detect.ts';
import { createAnnounceSummary } from '../../src/jobs/weekly-summary.ts';
import { accountId } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { dueWeek } from '../../src/summary/schedule.ts';
import { currentWindows } from '../../src/windows/current-windows.ts';
import { aCollector } from '../collector/a-collector.ts';
import { at, hours, NOON } from '../support/builders.ts';
import { committing } from '../support/committing.ts';
import { howOften } from './how-long.ts';
import { bodyOf, type ToldRequest } from './told-request.ts';
import { firstShown, isoWeekOf, wallClock, weekdayOf } from './wall-clock.ts';

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'] as const;
const RUNS = howOften({ bounded: 30, long: 5000 });
/** A busy machine tries fewer. */
const interruptAfterTimeLimit = howOften({ bounded: 2000, long: 20_000 });
const timeout = howOften({ bounded: 60_000, long: 600_000 });

/** Moments at which calendars and clocks are odd, and a few days around each. */
const ODD = [
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-03-08T07:00:00Z',
  '2026-11-01T06:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-10-03T15:30:00Z',
  '2027-01-03T23:00:00Z',
  '2028-02-29T12:00:00Z',
  '2028-03-05T23:30:00Z',
  '2032-12-31T23:00:00Z',
].map(at);

const anyZone = fc.constantFrom(...ZONES);
const anyMoment = fc
  .tuple(fc.constantFrom(...ODD), fc.integer({ min: -4 * 24 * 60, max: 10 * 24 * 60 }))
  .map(([odd, minutes]) => plus(odd, minutes * MINUTE_MS));
/** How a clock is set: mostly it is left alone. */
const anySetting = fc.constantFrom(0, 0, 0, 0, HOUR_MS, -HOUR_MS);

describe('where clocks change, in a leap year and over New Year', { timeout }, () => {
  test('the week that is due is the one whose moment the clocks showed last', () => {
    const anyAt = fc.record({
      weekday: fc.integer({ min: 1, max: 7 }),
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.constantFrom(0, 30),
    });
    fc.assert(
      fc.property(anyZone, anyMoment, anyAt, (zone, now, at) => {
        const due = dueWeek(now, { zone, at });
        expect(due?.iso).toBe(dueByWallClock(now, zone, at));
        if (due)
          expect([wallClock(due.from, zone), wallClock(due.to, zone)].map((wall) => wall.slice(11))).toEqual([
            '00:00',
            '00:00',
          ]);
      }),
      { numRuns: RUNS * 4, interruptAfterTimeLimit },
    );
  });

  test('a limit’s time of day is the next that the clocks show', () => {
    const anyTime = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom(0, 15, 30, 45) });
    fc.assert(
      fc.property(anyZone, anyMoment, anyTime, (zone, now, { hour, minute }) => {
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const told = parseLimitText(`You've hit your weekly limit · resets ${time} (${zone})`, now, 'UTC')?.resetsAt;
        const shown = firstShown({
          zone,
          from: plus(now, -10 * MINUTE_MS),
          within: 2 * DAY_MS,
          is: (wall) => wall.endsWith(time),
        });
        // What a clock skips is meant all the same: then it is told before the clock shows it next.
        const isSkipped = told !== undefined && !wallClock(told, zone).endsWith(time);
        if (isSkipped) expect(shown - told).toBeGreaterThan(0);
        else expect(told).toBe(shown);
      }),
      { numRuns: RUNS * 4, interruptAfterTimeLimit },
    );
  });
});

describe('while the server’s clock is set an hour forward and back', { timeout }, () => {
  test('each week in whose time it ran is announced, and once', () => {
    const anyTick = fc.record({
      afterMinutes: fc.integer({ min: 1, max: 1500 }),
      setBy: anySetting,
      restarts: fc.boolean(),
    });
    fc.assert(
      fc.property(anyZone, anyMoment, fc.array(anyTick, { minLength: 5, maxLength: 40 }), (zone, start, ticks) => {
        const store = openStore(':memory:', plus(start, -60 * DAY_MS));
        const schedule = { weekday: 1, hour: 9, minute: 0 };
        const begin = () => createAnnounceSummary({ store, zone, at: schedule });
        let announce = begin();
        let now = start;
        const due = new Set<string>();
        for (const { afterMinutes, setBy, restarts } of ticks) {
          if (restarts) announce = begin();
          // It ticks before and after the clock is set, and long after.
          for (const step of [0, setBy, afterMinutes * MINUTE_MS]) {
            now = plus(now, step);
            announce(now);
            const week = dueByWallClock(now, zone, schedule);
            if (week) due.add(week);
          }
        }
        const announced = store.notices
          .due(at('2099-01-01T00:00:00Z'))
          .flatMap(({ subject, form }) => (subject.of === 'summary' && form === 'message' ? [subject.week] : []));
        expect(announced.toSorted()).toEqual([...due].toSorted());
        store.close();
      }),
      { numRuns: RUNS, interruptAfterTimeLimit },
    );
  });

  test('a window stands at the highest that was read of it, rises to there, and holds until its reset', () => {
    const anyReading = fc.record({
      restMs: fc.integer({ min: 1000, max: 40 * MINUTE_MS }),
      setBy: anySetting,
      usedPercent: fc.integer({ min: 0, max: 100 }),
      // A few seconds to and fro, as servers tell it.
      jitterMs: fc.integer({ min: -20, max: 20 }).map((seconds) => seconds * SECOND_MS),
    });
    fc.assert(
      fc.property(fc.array(anyReading, { minLength: 1, maxLength: 25 }), (readings) => {
        const store = openStore(':memory:', NOON);
        const ann = store.developers.forEmail('ann@example.com', { now: NOON });
        const highest = new Map<number, number>();
        let truly = NOON;
        let set = 0;
        for (const { restMs, setBy, usedPercent, jitterMs } of readings) {
          truly = plus(truly, restMs);
          set = Math.max(-HOUR_MS, Math.min(HOUR_MS, set + setBy));
          const now = plus(truly, set);
          const window = Math.ceil((truly - NOON) / (5 * HOUR_MS)) * 5 * HOUR_MS;
          const rate_limits = {
            five_hour: { used_percentage: usedPercent, resets_at: (NOON + window + jitterMs) / SECOND_MS },
          };
          for (const { fact } of statusLineItems({ session_id: 's', rate_limits }, now).items) {
            if (fact.is === 'reading') store.windows.read(ann, accountId('a'), fact.reading);
          }
          highest.set(window, Math.max(highest.get(window) ?? 0, usedPercent));
        }
        const known = store.windows.known(ann, hours(-9));
        expect(known.map(({ usedPercent }) => usedPercent)).toEqual([...highest.values()]);
        for (const window of known) {
          const rises = store.windows.rises(window).map(({ usedPercent }) => usedPercent);
          expect(rises.at(-1)).toBe(window.usedPercent);
          expect(rises).toEqual([...new Set(rises)].toSorted((one, other) => one - other));
          const holdsAt = (now: EpochMs) => currentWindows(known, now).some(({ id }) => id === window.id);
          if (window === known.at(-1)) {
            expect([holdsAt(plus(window.resetsAt, -1)), holdsAt(window.resetsAt)]).toEqual([true, false]);
          }
        }
        store.close();
      }),
      { numRuns: RUNS, interruptAfterTimeLimit },
    );
  });

  /** An hour ahead or an hour behind; undefined: as it was. */
  const mostlyAsBefore = fc.constantFrom(undefined, undefined, undefined, true, false);
  const anyHour = fc.constantFrom(HOUR_MS, -HOUR_MS);
  const anyTurns = (...kinds: ('hit' | 'miss')[]) =>
    fc.array(
      fc.record({
        is: fc.constantFrom(...kinds),
        restMs: fc.constantFrom(2000, 20_000, 200_000),
        isServerOff: mostlyAsBefore,
        isClientOff: mostlyAsBefore,
        isJudged: fc.boolean(),
      }),
      { minLength: 4, maxLength: 20 },
    );

  test('a healthy session alarms nobody', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns('hit'), anyHour, fc.boolean(), async (turns, offByMs, hasSequence) => {
        expect((await judged(turns, { offByMs, hasSequence })).incidents).toEqual([]);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit },
    );
  });

  test('a broken one is one incident, and is told as one', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns('miss'), anyHour, fc.boolean(), async (turns, offByMs, hasSequence) => {
        const { incidents, opened } = await judged(turns, { offByMs, hasSequence });
        const found = incidents.filter((kind) => kind === 'cache_invalidation').length;
        const isTimely = turns.every(({ isServerOff, isClientOff }) => !isServerOff && !isClientOff);
        expect(found).toBeLessThanOrEqual(1);
        if (isTimely) expect(found).toBe(1);
        expect(new Set(opened).size).toBe(opened.length);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit },
    );
  });
});

interface TimedTurn {
  readonly is: 'hit' | 'miss';
  readonly restMs: number;
  readonly isServerOff: boolean | undefined;
  readonly isClientOff: boolean | undefined;
  readonly isJudged: boolean;
}

/** Nobody's own: to make one takes longer than a run of a property has. */
let store: Store;
let people = 0;

beforeAll(() => {
  store = openStore(':memory:', NOON);
  return () => store.close();
});

/** A session of somebody, of which each turn is sent at once, by clocks that differ; all of it again when it is over. */
async function judged(
  turns: readonly TimedTurn[],
  { offByMs, hasSequence }: { offByMs: number; hasSequence: boolean },
) {
  people += 1;
  const developer = store.developers.forEmail(`developer${people}@example.com`, { now: NOON });
  let truly = NOON;
  let [isServerOff, isClientOff] = [false, false];
  const now = () => plus(truly, isServerOff ? offByMs : 0);
  const { commit } = committing(store);
  const { app, post } = aCollector({
    ownerOf: () => ({ of: 'developer', developer }),
    accept: (delivery) => commit(() => record(store, delivery)),
    clock: { now },
  });
  const detection = createDetect({
    store,
    mayName: () => true,
    onIncident: () => {},
    onFailure(error) {
      throw error;
    },
  });
  let cached = 60_000;
  const sent: ToldRequest[] = [];
  for (const [nth, { is, restMs, isJudged, ...clocks }] of turns.entries()) {
    truly = plus(truly, restMs);
    isServerOff = clocks.isServerOff ?? isServerOff;
    isClientOff = clocks.isClientOff ?? isClientOff;
    const read = nth === 0 ? 0 : is === 'hit' ? cached : 14_000;
    const written = cached + 500 - read;
    cached += 500;
    const told = turn({ nth, at: plus(truly, isClientOff ? offByMs : 0), read, written, hasSequence });
    sent.push(told);
    await send(told);
    if (!isJudged) continue;
    detection.detect(now());
    detection.sweep(now());
  }
  for (const told of sent) await send(told);
  detection.detect(now());
  expect(store.requests.usage(developer, hours(-5), hours(5)).requests).toBe(turns.length);
  const incidents = store.incidents
    .openedBetween(hours(-5), hours(5))
    .filter(({ incident }) => incident.developer === developer);
  const ids = new Set(incidents.map(({ id }) => id));
  const opened = store.notices
    .due(hours(48))
    .flatMap(({ subject, audience, form, reason }) =>
      subject.of === 'incident' && ids.has(subject.incident) && reason === 'opened' ? [`${audience} ${form}`] : [],
    );
  await app.close();
  return { incidents: incidents.map(({ incident }) => incident.kind), opened };

  async function send(told: ToldRequest) {
    const { path, headers, bytes } = bodyOf('json', [told]);
    expect((await post(path, Buffer.from(bytes), { ...headers })).statusCode).toBe(200);
  }
}

function turn({
  nth,
  at: endedAt,
  read,
  written,
  hasSequence,
}: {
  nth: number;
  at: EpochMs;
  read: number;
  written: number;
  hasSequence: boolean;
}): ToldRequest {
  return {
    email: 'ann@example.com',
    session: `session-${people}`,
    at: endedAt,
    durationMs: 900,
    requestId: `req_${people}_${nth}`,
    promptId: `prompt-${people}`,
    ...(hasSequence && { sequence: nth * 7 }),
    model: 'claude-opus-5-5',
    // Of nobody else: what breaks for one after the other is no regression.
    clientVersion: `2.1.${people}`,
    inputTokens: 3,
    outputTokens: 40,
    cacheReadTokens: read,
    cacheCreationTokens: written,
    costMicros: 1000,
  };
}

/** The name of the week that is due, from what clocks show at each quarter of an hour of the days before. */
function dueByWallClock(
  now: EpochMs,
  zone: string,
  { weekday, hour, minute }: Parameters<typeof dueWeek>[1]['at'],
): string | undefined {
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  const day = (ms: number) => wallClock(ms, zone).slice(0, 10);
  // Today, or yesterday: until its end what was due on the day before is due still.
  for (const daysAgo of [0, 1]) {
    const noon = Date.parse(`${day(now)}T12:00:00Z`) - daysAgo * DAY_MS;
    const date = new Date(noon).toISOString().slice(0, 10);
    if (weekdayOf(date) !== weekday) continue;
    const from = firstShown({
      zone,
      from: epochMs(noon - 36 * HOUR_MS),
      within: 3 * DAY_MS,
      is: (wall) => wall >= `${date} ${time}`,
    });
    if (now >= from) return isoWeekOf(new Date(noon - 7 * DAY_MS).toISOString());
  }
  return undefined;
}
