import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type DeveloperId, developerId } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import type { StoredIncident } from '../../src/store/incident-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { totalUsage, type WeekUsage } from '../../src/summary/week-usage.ts';
import { cacheIncident, lockOut, resume } from '../summary/incidents.ts';
import { ACCOUNT, hours, MODEL, minutes, NOON, reading, request } from '../support/builders.ts';

let store: Store;
let made: number;
const people: DeveloperId[] = [];

beforeEach(() => {
  store = openStore(':memory:', NOON);
  made = 0;
  people.length = 0;
  for (const name of ['ada', 'grace', 'alan'])
    people.push(store.developers.forEmail(`${name}@example.com`, { now: NOON }));
});

const everybody = () => store.weeks.nextSlice(undefined, 100) ?? { first: developerId(0), last: developerId(0) };

/** A request of 1,000 tokens, 900 of them from the cache, that costs a cent. */
function used(developer: DeveloperId, endedAt: EpochMs, price: 'known' | 'unknown' = 'known') {
  const sent = request({
    requestId: `r${made++}`,
    endedAt,
    inputTokens: 40,
    cacheReadTokens: 900,
    cacheCreationTokens: 60,
    model: made % 2 === 0 ? MODEL : 'claude-haiku-5',
    costMicros: price === 'known' ? 10_000 : undefined,
  });
  store.requests.keep(developer, sent, endedAt);
}

const sumOf = (usages: readonly WeekUsage[]) => totalUsage(usages);
const countOf = (from: EpochMs, to: EpochMs) => sumOf(store.weeks.usage(everybody(), { from, to })).requests;

describe('slices', () => {
  test('hold everybody once, in order', () => {
    const first = store.weeks.nextSlice(undefined, 2);
    expect(first).toEqual({ first: people[0], last: people[1] });
    const second = store.weeks.nextSlice(first?.last, 2);
    expect(second).toEqual({ first: people[2], last: people[2] });
    expect(store.weeks.nextSlice(second?.last, 2)).toBeUndefined();
  });

  test('are none where nobody is known', () => {
    expect(openStore(':memory:', NOON).weeks.nextSlice(undefined, 2)).toBeUndefined();
  });
});

describe('what was used', () => {
  test('is told of each developer, with what nobody can price', () => {
    const [ada, grace, alan] = people;
    if (ada === undefined || grace === undefined || alan === undefined) throw new Error('three people');
    used(ada, minutes(1));
    used(ada, minutes(70));
    used(ada, minutes(71), 'unknown');
    used(grace, minutes(2));
    expect(store.weeks.usage({ first: ada, last: grace }, { from: NOON, to: hours(2) })).toEqual([
      {
        developer: ada,
        requests: 3,
        contextTokens: 3000,
        cacheReadTokens: 2700,
        costMicros: 20_000,
        unpricedRequests: 1,
      },
      {
        developer: grace,
        requests: 1,
        contextTokens: 1000,
        cacheReadTokens: 900,
        costMicros: 10_000,
        unpricedRequests: 0,
      },
    ]);
    expect(store.weeks.usage({ first: alan, last: alan }, { from: NOON, to: hours(2) })).toEqual([]);
  });

  test.each([
    ['whole hours', 0, 120, 4],
    ['a broken first hour', 30, 120, 3],
    ['a broken last hour', 0, 90, 3],
    ['two broken hours', 30, 90, 2],
    ['a part of one hour', 30, 45, 1],
    ['one millisecond', 30, 30 + 1 / 60_000, 1],
    ['nothing', 31, 31, 0],
  ])('is exact over %s', (_, from, to, expected) => {
    const [ada = developerId(1)] = people;
    for (const minute of [0, 30, 60, 90, 120]) used(ada, minutes(minute));
    expect(countOf(minutes(from), minutes(to))).toBe(expected);
  });

  test('is the same whether hours are read or requests', () => {
    const anyMoment = fc.integer({ min: 0, max: 6 * 60 });
    fc.assert(
      fc.property(fc.array(anyMoment, { maxLength: 20 }), anyMoment, anyMoment, (ended, one, other) => {
        store = openStore(':memory:', NOON);
        const ada = store.developers.forEmail('ada@example.com', { now: NOON });
        for (const minute of ended) used(ada, minutes(minute));
        const [from, to] = [minutes(Math.min(one, other)), minutes(Math.max(one, other))];
        const exact = store.requests.usage(ada, from, to);
        const { outputTokens: _, ...expected } = exact;
        expect(sumOf(store.weeks.usage(everybody(), { from, to }))).toEqual(expected);
        store.close();
      }),
      { numRuns: 50 },
    );
  });

  test('survives the raw requests, which are kept for a shorter time, as far as hours are whole', () => {
    const [ada = developerId(1)] = people;
    used(ada, minutes(5));
    store.settle();
    const later = plus(NOON, 100 * DAY_MS);
    for (let { next } = store.retention.expire(undefined, later); next; )
      ({ next } = store.retention.expire(next, later));
    expect(store.requests.usage(ada, NOON, hours(1)).requests).toBe(0);
    expect(countOf(NOON, hours(1))).toBe(1);
    expect(countOf(NOON, minutes(59))).toBe(0);
  });
});

describe('incidents of a stretch', () => {
  const span = { from: NOON, to: hours(24) };

  function allOf(limit: number): readonly StoredIncident[] {
    const all: StoredIncident[] = [];
    for (;;) {
      const some = store.weeks.incidents(span, all.at(-1), limit);
      if (some.length === 0) return all;
      all.push(...some);
    }
  }

  test('come page by page, each once and oldest first, also where several opened at one moment', () => {
    const openedAt = [5, 1, 1, 1, 3].map((hour) => hours(hour));
    const ids = openedAt.map((at) => store.incidents.add(lockOut({ openedAt: at })));
    for (const limit of [1, 2, 3, 100]) {
      expect(allOf(limit).map(({ id }) => id)).toEqual([ids[1], ids[2], ids[3], ids[4], ids[0]]);
    }
  });

  test('begin and end with the stretch, and what is only recorded is counted apart', () => {
    for (const openedAt of [plus(span.from, -1), span.from, plus(span.to, -1), span.to]) {
      store.incidents.add(cacheIncident({ openedAt }));
      store.incidents.add(resume({ openedAt, severity: 'recorded', evidence: { rewrittenTokens: 30_000 } }));
    }
    store.incidents.add(
      resume({
        openedAt: hours(1),
        severity: 'recorded',
        evidence: { rewrittenTokens: 0, clientCount: { misses: 1, rewrittenTokens: 25_000 } },
      }),
    );
    expect(allOf(10)).toHaveLength(2);
    expect(store.weeks.recordedResumes(span)).toEqual({ resumes: 3, rewrittenTokens: 85_000 });
    expect(store.weeks.recordedResumes({ from: epochMs(0), to: epochMs(1) })).toEqual({
      resumes: 0,
      rewrittenTokens: 0,
    });
  });
});

test('weekly quotas are those that reset in the stretch, and limit every model', () => {
  const [ada = developerId(1), grace = developerId(2)] = people;
  const weekly = { kind: 'seven_day', at: NOON } as const;
  store.windows.read(ada, ACCOUNT, reading({ ...weekly, usedPercent: 64, resetsAt: hours(10) }));
  store.windows.read(ada, ACCOUNT, reading({ ...weekly, usedPercent: 90, resetsAt: hours(30) }));
  store.windows.read(ada, ACCOUNT, reading({ ...weekly, usedPercent: 12, scope: 'opus', resetsAt: hours(10) }));
  store.windows.read(ada, ACCOUNT, reading({ usedPercent: 99, resetsAt: hours(4) }));
  store.windows.read(grace, ACCOUNT, reading({ ...weekly, usedPercent: 31, resetsAt: plus(NOON, DAY_MS - MINUTE_MS) }));
  const quotas = store.weeks.weeklyQuotas(everybody(), { from: NOON, to: plus(NOON, 24 * HOUR_MS) });
  expect(quotas.toSorted()).toEqual([31, 64]);
});

test('plans are those that people told', () => {
  const [ada = developerId(1)] = people;
  store.developers.setPlan(ada, 'max');
  expect(store.weeks.plans()).toEqual(new Map([[ada, 'max']]));
});
