import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sessionId } from '../../src/model/ids.ts';
import { REQUESTS_KEPT_MS, SUMS_KEPT_MS } from '../../src/model/retention.ts';
import { DAY_MS, type EpochMs, plus } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOON, request } from '../support/builders.ts';

let folder: string;
let store: Store;
let db: BetterSqlite3.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  const path = join(folder, 'quota-watch.db');
  store = openStore(path, NOON, 'NORMAL');
  db = new BetterSqlite3(path);
  db.pragma('foreign_keys = ON');
});

afterEach(() => {
  db.close();
  store.close();
  rmSync(folder, { recursive: true });
});

const daysAgo = (days: number): EpochMs => plus(NOON, -days * DAY_MS);

/** A whole pass; answers how much each step removed. */
function prune(): readonly number[] {
  const removed: number[] = [];
  let passed: Parameters<Store['retention']['expire']>[0];
  do {
    const step = store.retention.expire(passed, NOON);
    removed.push(step.removed);
    passed = step.next;
  } while (passed);
  return removed;
}

const someone = (name = 'ann') => store.developers.forEmail(`${name}@example.com`, { now: daysAgo(500) });

function keep(developer: ReturnType<typeof someone>, endedAt: EpochMs, part: Parameters<typeof request>[0] = {}) {
  const one = request({ endedAt, promptId: `prompt ${endedAt}`, requestId: `req ${endedAt}`, ...part });
  return store.transaction(() => {
    store.sessions.see(developer, { session: one.session, at: endedAt });
    const kept = store.requests.keep(developer, one, endedAt);
    store.settle();
    return kept;
  });
}

const count = (table: string) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();

describe('raw requests', () => {
  test('go after 92 days with their names and prompts; the sums in which they count stay', () => {
    const ann = someone();
    for (const days of [93, 92.5, 91.5, 1]) keep(ann, daysAgo(days), { session: sessionId(`session ${days}`) });
    prune();
    expect(db.prepare('SELECT session FROM api_requests ORDER BY 1').pluck().all()).toEqual([
      'session 1',
      'session 91.5',
    ]);
    expect(['request_names', 'prompts', 'usage_hours'].map(count)).toEqual([2, 2, 4]);
  });

  test('of everybody go, a thousand rows at a time', () => {
    const people = ['ann', 'bob', 'cem'].map(someone);
    for (const person of people) {
      for (let nth = 0; nth < 900; nth++) keep(person, plus(daysAgo(100), nth));
      keep(person, NOON);
    }
    const removed = prune();
    expect([count('requests'), count('request_names')]).toEqual([3, 3]);
    expect(Math.max(...removed)).toBeLessThanOrEqual(1000);
  });

  test('take their callers with them once their session is gone', () => {
    const ann = someone();
    for (const days of [100, 93]) keep(ann, daysAgo(days), { session: sessionId(`session ${days}`) });
    prune();
    expect(db.prepare('SELECT session FROM callers').pluck().all()).toEqual(['session 93']);
  });

  test('leave nobody in memory who is gone: a session that wakes up after months is told whole', () => {
    const ann = someone();
    keep(ann, daysAgo(100), { promptId: 'long' });
    prune();
    expect(count('callers')).toBe(0);
    keep(ann, NOON, { promptId: 'long' });
    expect(db.prepare('SELECT session, prompt_id FROM api_requests').all()).toEqual([
      { session: 'session-1', prompt_id: 'long' },
    ]);
  });

  test('that go before their names are still known when they come again', () => {
    const ann = someone();
    const endedAt = daysAgo(91);
    keep(ann, endedAt);
    db.exec('DELETE FROM requests');
    expect(keep(ann, endedAt)).toBe('duplicate');
  });
});

/** A row of each kind, dated so long ago; `id` keeps those of one date apart from those of another. */
function writeAll(id: number, ago: EpochMs) {
  const run = (sql: string) => db.prepare(sql).run({ id, at: ago });
  run(`INSERT INTO sessions (developer_id, session, first_seen_at, last_seen_at) VALUES (1, 's' || @id, @at, @at)`);
  run(`INSERT INTO markers VALUES (1, 's', @at, 'clear')`);
  run("INSERT INTO api_errors VALUES (1, 's', @at, @at, 429, NULL)");
  run(`INSERT INTO cache_reports (
    developer_id, session, at, requests, misses, expected_rebuilds, miss_recache_tokens
  ) VALUES (1, 's', @at, 1, 1, 0, 0)`);
  run("INSERT INTO usage_hours VALUES (1, @at, 'm', 1, 1, 1, 1, 1, 1, 0)");
  run("INSERT INTO version_days VALUES (@at, '2.1.330', 1, 1, 1, 1, 1, 1, 1)");
  run(`INSERT INTO windows (id, developer_id, account, kind, scope, resets_at, used_percent, last_read_at, session)
    VALUES (@id, 1, 'a', 'five_hour', '', @at, 40, @at, 's')`);
  run("INSERT INTO readings (window_id, at, used_percent, source) VALUES (@id, @at, 40, 'status_line')");
  run(`INSERT INTO audit (at, by_user, action) VALUES (@at, 'U1', 'looked')`);
  run(`INSERT INTO admin_reports (problem, detail, at) VALUES ('storing', '{}', @at)`);
  run(`INSERT INTO incidents (id, developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, resolved_at,
      resolved_by, evidence)
    VALUES (@id, 1, 'lock_out', 's' || @id, 'info', @at, @at, 0, @at, 'reset', '{}')`);
  run(`INSERT INTO incident_events (incident_id, at, event) VALUES (@id, @at, 'resolved')`);
  run('INSERT INTO digests (id, opened_at) VALUES (@id, @at)');
  run(`INSERT INTO notices (subject, incident_id, audience, form, reason, severity, state, decided_at, due_at, digest_id)
    VALUES ('incident', @id, 'channel', 'message', 'opened', 'info', 'digested', @at, @at, @id)`);
  run(`INSERT INTO notices (subject, key, audience, form, reason, severity, state, decided_at, due_at)
    VALUES ('summary', '2025-W' || @id, 'summary_channel', 'message', 'weekly', 'info', 'sent', @at, @at)`);
}

const RAW = ['markers', 'api_errors', 'cache_reports'];
const SUMS = [
  'usage_hours',
  'version_days',
  'windows',
  'readings',
  'audit',
  'admin_reports',
  'incidents',
  'incident_events',
  'digests',
  'notices',
];

describe('all else', () => {
  beforeEach(() => void someone());

  test.each(RAW)('%s go after 92 days', (table) => {
    writeAll(1, plus(NOON, -REQUESTS_KEPT_MS - 1));
    writeAll(2, plus(NOON, -REQUESTS_KEPT_MS));
    prune();
    expect(count(table)).toBe(1);
  });

  test.each(SUMS)('%s go after 13 months', (table) => {
    writeAll(1, plus(NOON, -SUMS_KEPT_MS - 1));
    const before = count(table);
    writeAll(2, plus(NOON, -SUMS_KEPT_MS));
    prune();
    expect(count(table)).toBe(before);
  });

  test('stays as long as it is not over: an open incident with what was said of it, and a word that waits', () => {
    writeAll(1, daysAgo(500));
    db.exec(`
      UPDATE incidents SET resolved_at = NULL, resolved_by = NULL;
      UPDATE notices SET state = 'waiting' WHERE subject = 'summary';
    `);
    prune();
    expect(['incidents', 'incident_events', 'digests', 'notices'].map(count)).toEqual([1, 1, 1, 2]);
  });

  test('lets an incident go that was part of the fleet’s', () => {
    writeAll(1, daysAgo(500));
    writeAll(2, daysAgo(10));
    db.exec('UPDATE incidents SET part_of = 1 WHERE id = 2');
    prune();
    expect(db.prepare('SELECT id, part_of FROM incidents').all()).toEqual([{ id: 2, part_of: null }]);
  });
});

/** What ends by itself, or is one row for each developer, token or setting. */
const STAYS = [
  'developers',
  'tokens',
  'feeds',
  'undetected',
  'request_journal',
  'settled_up_to',
  'unclaimed_reports',
  'exchange_rates',
  'mutes',
  'settings',
  'homes',
  'removals',
  'installation',
];

test('no table is forgotten: each goes with age, or does not grow with time', () => {
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const known = [...RAW, ...SUMS, ...STAYS, 'requests', 'request_names', 'prompts', 'sessions', 'callers'];
  expect(tables.filter((name) => !name.startsWith('sqlite_')).toSorted()).toEqual(known.toSorted());
});

test('a pass over nothing ends', () => {
  expect(prune().every((removed) => removed === 0)).toBe(true);
});

test('where nothing is too old nobody else is kept from writing, and nobody keeps it waiting', () => {
  keep(someone(), NOON);
  db.exec('BEGIN IMMEDIATE');
  expect(prune().every((removed) => removed === 0)).toBe(true);
  db.exec('ROLLBACK');
});
