import { expect, test } from 'vitest';
import { MEASURED, missShare } from '../../src/simulation/measured.ts';
import type { LineEvent, SessionLine } from '../../src/simulation/session-line.ts';
import { simulate } from '../../src/simulation/shapes.ts';

const SESSIONS = Array.from({ length: 400 }, (_, nth) => simulate('ordinary', nth + 1).sessions).flat();
const MAINS = SESSIONS.map(({ events }) => events.filter(({ agent }) => agent === null));

const prefixOf = ({ cache_read, cache_creation }: LineEvent) => cache_read + cache_creation;
const contextOf = (event: LineEvent) => event.input + prefixOf(event);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Requests of the conversation with the one before; `hit` where it read at least 90 % of what was cached. */
const PAIRS = MAINS.flatMap((main) =>
  main.slice(1).flatMap((event, nth) => {
    const before = main[nth];
    return before ? [{ event, before, isHit: event.cache_read >= 0.9 * prefixOf(before) }] : [];
  }),
);
const HITS = PAIRS.filter(({ before, isHit }) => isHit && prefixOf(before) > 20_000).map(({ event }) => event);
const LONG = MAINS.filter(({ length }) => length >= 20);
const hitRate = (main: readonly LineEvent[]) => {
  const read = sum(main.map(({ cache_read }) => cache_read));
  return read / (read + sum(main.map(({ cache_creation }) => cache_creation)));
};

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;
}

const firsts = MAINS.flatMap(([first]) => (first ? [first] : []));

/** What was measured on 380 real sessions, with how far the generated ones may be off. */
test.each<[what: string, values: readonly number[], share: number, measured: number, tolerance: number]>([
  ['written by a hit, median', HITS.map(({ cache_creation }) => cache_creation), 0.5, 644, 0.1],
  ['written by a hit, 90th percentile', HITS.map(({ cache_creation }) => cache_creation), 0.9, 3_000, 0.1],
  ['written by a hit, 99th percentile', HITS.map(({ cache_creation }) => cache_creation), 0.99, 16_000, 0.15],
  ['read by a first request, median', firsts.map(({ cache_read }) => cache_read), 0.5, 13_700, 0.15],
  ['read by a first request, 90th percentile', firsts.map(({ cache_read }) => cache_read), 0.9, 25_400, 0.1],
  ['written by a first request, 10th percentile', firsts.map(({ cache_creation }) => cache_creation), 0.1, 7_400, 0.15],
  ['written by a first request, median', firsts.map(({ cache_creation }) => cache_creation), 0.5, 24_000, 0.15],
  ['written by a first request, 90th percentile', firsts.map(({ cache_creation }) => cache_creation), 0.9, 43_000, 0.1],
  ['largest context of a session, median', SESSIONS.map(largestContext), 0.5, 99_000, 0.2],
  ['largest context of a session, 90th percentile', SESSIONS.map(largestContext), 0.9, 168_000, 0.1],
  ['hit rate of a session of 20 requests, median', LONG.map(hitRate), 0.5, 0.97, 0.02],
  ['hit rate of a session of 20 requests, 5th percentile', LONG.map(hitRate), 0.05, 0.915, 0.04],
  ['output, median', MAINS.flat().map(({ output }) => output), 0.5, 292, 0.1],
])('%s is as measured', (_, values, share, measured, tolerance) => {
  expect(values.length).toBeGreaterThan(150);
  expect(Math.abs(quantile(values, share) - measured) / measured).toBeLessThan(tolerance);
});

function largestContext({ events }: SessionLine): number {
  return Math.max(...events.map(contextOf));
}

test('43 % of the first requests read nothing', () => {
  const none = firsts.filter(({ cache_read }) => cache_read === 0).length;
  expect(none / firsts.length).toBeCloseTo(0.43, 1);
});

test('0.6 % of the requests miss without a reason, and never two in a row', () => {
  const lone = SESSIONS.flatMap((session) => {
    const main = session.events.filter(({ agent }) => agent === null);
    return main.map((event, nth) => isUnexplained(session, event, main[nth - 1]));
  });
  expect(lone.filter(Boolean).length / lone.length).toBeGreaterThan(0.004);
  expect(lone.filter(Boolean).length / lone.length).toBeLessThan(0.008);
  expect(lone.some((miss, nth) => miss && lone[nth + 1] === true)).toBe(false);
});

function isUnexplained({ markers }: SessionLine, event: LineEvent, before: LineEvent | undefined): boolean {
  if (!before || event.cache_read >= 0.9 * prefixOf(before)) return false;
  const idleS = event.t - (event.took ?? 0) - before.t;
  const isWarm = idleS <= ((before.c1h ?? 0) > 0 ? 3600 : 300);
  return isWarm && !markers.some(({ kind, t }) => kind !== 'user' && t >= before.t && t <= event.t);
}

test.each([
  ['5m', 59_999, 0.002],
  ['5m', 60_000, 0.027],
  ['5m', 299_999, 0.027],
  ['5m', 300_000, 0.85],
  ['5m', 900_000, 0.98],
  ['1h', 0, 0.005],
  ['1h', 1_799_999, 0.023],
  ['1h', 3_599_999, 0.042],
  ['1h', 3_600_000, 0.96],
] as const)('after idle time the %s cache is gone: %i ms, %d', (ttl, idleMs, share) => {
  expect(missShare(ttl, idleMs)).toBe(share);
});

test('quantiles run from share 0 to share 1 and never fall', () => {
  for (const value of Object.values(MEASURED)) {
    if (!Array.isArray(value)) continue;
    expect([value[0]?.[0], value.at(-1)?.[0]]).toEqual([0, 1]);
    expect(value.map(([share]) => share)).toEqual(value.map(([share]) => share).toSorted((a, b) => a - b));
    expect(value.map(([, size]) => size)).toEqual(value.map(([, size]) => size).toSorted((a, b) => a - b));
  }
});
