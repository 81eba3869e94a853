import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CollectorDeps } from '../../src/collector/collector.ts';
import { record } from '../../src/collector/record.ts';
import type { CacheReport } from '../../src/model/cache-report.ts';
import type { Fact } from '../../src/model/usage-item.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { minutes, NOON, SESSION } from '../support/builders.ts';
import { committing } from '../support/committing.ts';
import { aCollector, bearer } from './a-collector.ts';

let folder: string;
let store: Store;
/** Another process on the same file. */
let other: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-'));
  const path = join(folder, 'quota-watch.db');
  store = openStore(path, NOON);
  other = openDatabase(path);
});

afterEach(() => {
  store.close();
  other.close();
  rmSync(folder, { recursive: true });
});

const REQUEST = {
  session: 's1',
  at: NOON,
  model: 'claude-opus-5-5',
  inputTokens: 3,
  outputTokens: 42,
  cacheReadTokens: 15273,
  cacheCreationTokens: 8271,
};

/** The collector before this store, as the app builds it. */
function collecting(overrides: Partial<CollectorDeps> = {}) {
  const { commit } = committing(store);
  const { post } = aCollector({
    ownerOf: (token) => store.tokens.owner(token, NOON),
    accept: (delivery) => commit(() => record(store, delivery)),
    clock: { now: () => NOON },
    ...overrides,
  });
  const developer = store.developers.forEmail('ann@example.com', { now: NOON });
  const token = store.tokens.create({ of: 'developer', developer }, NOON);
  return { send: () => post('/v1/usage', { requests: [REQUEST] }, bearer(token)), developer };
}

describe('while another process holds the database', () => {
  test('a body is refused for now, soon, and taken later', async () => {
    const { send } = collecting();
    other.exec('BEGIN IMMEDIATE');
    const startedAt = performance.now();
    const refused = await Promise.all([send(), send(), send(), send()]);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(refused.map(({ statusCode, headers }) => [statusCode, headers['retry-after']])).toEqual(
      Array(4).fill([503, '5']),
    );
    other.exec('ROLLBACK');
    expect((await send()).json()).toMatchObject({ accepted: 1 });
  });

  test('what cannot even be read is refused for now, too', async () => {
    const broken = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_READ' });
    const { send } = collecting({
      ownerOf() {
        throw broken;
      },
    });
    expect((await send()).statusCode).toBe(503);
  });
});

describe('a transaction', () => {
  test('takes the write lock before it reads, so that nothing can come between', () => {
    store.transaction(() => {
      store.developers.all();
      other.pragma('busy_timeout = 0');
      expect(() => other.exec('BEGIN IMMEDIATE')).toThrow('locked');
      store.developers.forEmail('ann@example.com', { now: NOON });
    });
    expect(store.developers.all()).toHaveLength(1);
  });

  test('inside another one falls alone', () => {
    store.transaction(() => {
      store.developers.forEmail('ann@example.com', { now: NOON });
      const inner = () =>
        store.transaction(() => {
          store.developers.forEmail('bob@example.com', { now: NOON });
          throw new Error('no');
        });
      expect(inner).toThrow('no');
    });
    expect(store.developers.all().map(({ email }) => email)).toEqual(['ann@example.com']);
  });

  test('that linking a Slack user is, waits for another process, too', () => {
    other.exec('BEGIN IMMEDIATE');
    const profile = { slackUser: 'U1', email: 'ann@example.com', name: undefined, timeZone: undefined };
    expect(() => store.developers.forSlackUser(profile, NOON)).toThrow('locked');
    other.exec('ROLLBACK');
    expect(store.developers.forSlackUser(profile, NOON)).toBeDefined();
  });
});

test('the use of a token is written with what it brought', async () => {
  const { send } = collecting();
  expect(store.tokens.list()[0]?.lastUsedAt).toBeUndefined();
  await send();
  expect(store.tokens.list()[0]?.lastUsedAt).toBe(NOON);
});

test('a cache report that changed has its session judged again, one that repeats itself has not', () => {
  const { developer } = collecting();
  const counters = { requests: 2, misses: 1, expectedRebuilds: 0, missRecacheTokens: 8271 };
  const told = (report: Partial<CacheReport>) => {
    const fact: Fact = { is: 'cache_report', report: { session: SESSION, at: NOON, ...counters, ...report } };
    const owner = { of: 'developer', developer } as const;
    return record(store, { owner, feed: 'status_line', items: [{ fact }], receivedAt: minutes(9) });
  };
  expect(told({})).toMatchObject({ accepted: 1, duplicates: 0 });
  expect(store.undetected.next(minutes(9), 10)).toMatchObject([{ developer, session: SESSION, fromAt: NOON }]);
  store.undetected.detected({ developer, session: SESSION });
  expect(told({ at: minutes(1) })).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(store.undetected.next(minutes(9), 10)).toEqual([]);
  told({ at: minutes(2), requests: 3, lastMissAt: minutes(2), lastMissCause: 'tools_changed' });
  expect(store.undetected.next(minutes(9), 10)).toMatchObject([{ fromAt: minutes(2) }]);
});

test('a request from a clock that is far ahead is counted once, however often it is sent', async () => {
  let now = NOON;
  const { send, developer } = collecting({ clock: { now: () => now } });
  now = minutes(-30);
  expect((await send()).json()).toMatchObject({ accepted: 1 });
  now = minutes(-20);
  expect((await send()).json()).toMatchObject({ accepted: 0, duplicates: 1 });
  now = NOON;
  expect((await send()).json()).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(store.requests.usage(developer, minutes(-60), minutes(60)).requests).toBe(1);
});
