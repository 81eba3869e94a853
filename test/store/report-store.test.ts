import { beforeEach, describe, expect, test } from 'vitest';
import type { CacheReport } from '../../src/model/cache-report.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { hours, minutes, NOON, reading, SESSION } from '../support/builders.ts';

let store: Store;
let developer: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  developer = store.developers.forEmail('ann@example.com', { now: NOON });
  return () => store.close();
});

const report = (part: Partial<CacheReport> = {}): CacheReport => ({
  session: SESSION,
  at: NOON,
  requests: 2,
  misses: 1,
  expectedRebuilds: 0,
  missRecacheTokens: 8271,
  ...part,
});
const add = (part: Partial<CacheReport>) => store.reports.addCacheReport(developer, report(part));
const last = () => store.reports.lastCacheReport(developer, SESSION);

describe('the client’s own report of its cache', () => {
  test('comes back whole', () => {
    const whole = report({
      lastMissAt: minutes(-1),
      lastMissCause: 'tools_changed',
      ttl: '1h',
      expiresAt: hours(1),
      recacheTokensIfCold: 23_547,
    });
    add(whole);
    expect(last()).toEqual(whole);
  });

  test('may say little, and is absent before the first', () => {
    expect(last()).toBeUndefined();
    add({});
    expect(last()).toEqual(report());
  });

  test.each([
    ['is kept when it counts another request', { requests: 3 }, minutes(1)],
    ['is kept when the cache lives longer', { expiresAt: hours(1) }, minutes(1)],
    ['is not kept when it only repeats itself', {}, NOON],
  ])('%s', (_, part, expected) => {
    add({});
    add({ at: minutes(1), ...part });
    expect(last()?.at).toBe(expected);
  });

  test('names the cause of the newest miss since a moment', () => {
    add({ lastMissAt: minutes(1), lastMissCause: 'tools_changed' });
    add({ at: minutes(5), requests: 3, lastMissAt: minutes(4), lastMissCause: 'system_prompt_changed' });
    add({ at: minutes(6), requests: 4, lastMissAt: minutes(4) });
    const cause = (from: number) => store.reports.cause(developer, SESSION, minutes(from));
    expect(cause(0)).toBe('system_prompt_changed');
    expect(cause(4)).toBe('system_prompt_changed');
    expect(cause(5)).toBeUndefined();
  });
});

test('each feed has the time when it was last heard, which never goes back', () => {
  store.reports.hear(developer, 'telemetry', minutes(5));
  store.reports.hear(developer, 'telemetry', minutes(3));
  store.reports.hear(developer, 'hook', NOON);
  expect(store.reports.feeds(developer)).toEqual(
    new Map([
      ['telemetry', minutes(5)],
      ['hook', NOON],
    ]),
  );
});

describe('reports that wait for the owner of their session', () => {
  const facts = [{ is: 'reading', reading: reading() }] as const;

  test('are handed out once, in the order in which they came', () => {
    store.reports.hold(SESSION, facts, minutes(1));
    store.reports.hold(SESSION, facts, minutes(2));
    expect(store.reports.release(SESSION)).toMatchObject([
      { receivedAt: minutes(1), facts },
      { receivedAt: minutes(2), facts },
    ]);
    expect(store.reports.release(SESSION)).toEqual([]);
  });

  test('are dropped and counted when nobody claimed them in time', () => {
    store.reports.hold(SESSION, facts, minutes(1));
    store.reports.hold(SESSION, facts, minutes(2));
    expect(store.reports.expire(minutes(2))).toBe(1);
    expect(store.reports.release(SESSION)).toHaveLength(1);
  });
});
