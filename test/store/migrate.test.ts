import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { developerId, sessionId } from '../../src/model/ids.ts';
import { plus } from '../../src/model/time.ts';
import { hidingValues, openDatabase } from '../../src/store/database.ts';
import { DatabaseTooNew, migrate } from '../../src/store/migrate.ts';
import { ALL_PARTS } from '../../src/store/parts.ts';
import { openStore } from '../../src/store/store.ts';
import { cacheIncident, hours, minutes, NOON, request, SESSION } from '../support/builders.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
const SHIPPED = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql')).length;

let folder: string;
let db: BetterSqlite3.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  db = new BetterSqlite3(':memory:');
  return () => {
    db.close();
    rmSync(folder, { recursive: true });
  };
});

const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
const version = () => db.pragma('user_version', { simple: true });
const tables = () => db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();

/** A database as it was before a migration. */
function databaseBefore(migration: string, path: string): BetterSqlite3.Database {
  for (const file of readdirSync(MIGRATIONS).filter((name) => name < migration))
    cpSync(join(MIGRATIONS, file), join(folder, file));
  const old = new BetterSqlite3(path);
  migrate(old, folder);
  return old;
}

describe('migrations', () => {
  test('are applied in order, each once', () => {
    write('0002_more.sql', 'INSERT INTO things VALUES (2);');
    write('0001_things.sql', 'CREATE TABLE things (n INTEGER) STRICT; INSERT INTO things VALUES (1);');
    migrate(db, folder);
    migrate(db, folder);
    expect(version()).toBe(2);
    expect(db.prepare('SELECT n FROM things').pluck().all()).toEqual([1, 2]);
  });

  test('that came with a newer program follow on an old database', () => {
    write('0001_things.sql', 'CREATE TABLE things (n INTEGER) STRICT;');
    migrate(db, folder);
    write('0002_more.sql', 'CREATE TABLE more (n INTEGER) STRICT;');
    migrate(db, folder);
    expect(tables()).toEqual(['more', 'things']);
  });

  test('are the numbered SQL files of the folder and nothing else', () => {
    write('0001_things.sql', 'CREATE TABLE things (n INTEGER) STRICT;');
    write('0002_more.sql.bak', 'CREATE TABLE backup (n INTEGER) STRICT;');
    write('notes.md', 'CREATE TABLE notes (n INTEGER) STRICT;');
    migrate(db, folder);
    expect(tables()).toEqual(['things']);
  });

  test('that break half-way leave nothing of themselves, and all that came before', () => {
    write('0001_things.sql', 'CREATE TABLE things (n INTEGER) STRICT;');
    write('0002_broken.sql', 'CREATE TABLE half (n INTEGER) STRICT; INSERT INTO nowhere VALUES (1);');
    expect(() => migrate(db, folder)).toThrow(/nowhere/);
    expect(version()).toBe(1);
    expect(tables()).toEqual(['things']);
    write('0002_broken.sql', 'CREATE TABLE half (n INTEGER) STRICT;');
    migrate(db, folder);
    expect(tables()).toEqual(['half', 'things']);
  });

  test('refuse a database that a newer program wrote, and say what to do', () => {
    write('0001_things.sql', 'CREATE TABLE things (n INTEGER) STRICT;');
    db.pragma('user_version = 2');
    expect(() => migrate(db, folder)).toThrow(DatabaseTooNew);
    expect(() => migrate(db, folder)).toThrow(/schema 2, this program knows 1: start the newer program/);
    expect(tables()).toEqual([]);
  });

  test('that ship bring an empty database up to date', () => {
    migrate(db);
    expect(version()).toBe(SHIPPED);
    cpSync(MIGRATIONS, folder, { recursive: true });
    migrate(db, folder);
    expect(version()).toBe(SHIPPED);
  });

  test('that ship keep what a database of the first version holds, and add up its past', () => {
    const path = join(folder, 'first.db');
    const old = databaseBefore('0002', path);
    old.exec(`
      INSERT INTO developers (id, email, created_at)
      VALUES (1, 'ann@example.com', 0);

      INSERT INTO requests (
        developer_id, session, origin, model, prompt_id, request_id, started_at, ended_at, received_at,
        input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens, cost_micros
      )
      VALUES
        (1, 's', 'main', 'm', 'p', 'r1', 3600000, 3600001, 3600001, 1, 2, 30, 4, 500),
        (1, 's', 'main', 'm', 'p', 'r2', 3600002, 3600003, 3600003, 1, 2, 30, 4, NULL),
        (1, 's', 'main', 'm', NULL, 'r3', 7200000, 7200001, 7200001, 1, 2, 30, 4, 70);

      INSERT INTO incidents (
        id, developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, evidence
      )
      VALUES (7, 1, 'lock_out', 'a', 'info', 5, 6, 0, '{}');

      INSERT INTO notices (incident_id, audience, form, reason, severity, state, decided_at, due_at)
      VALUES (7, 'developer', 'message', 'opened', 'info', 'waiting', 5, 5);
    `);
    old.close();
    const store = openStore(path, NOON);
    const ann = developerId(1);
    expect(store.incidents.openOf(ann)).toMatchObject([{ id: 7, incident: { kind: 'lock_out', partOf: undefined } }]);
    expect(store.notices.due(NOON)).toMatchObject([{ subject: { of: 'incident', incident: 7 } }]);
    store.close();
    const migrated = openDatabase(path);
    expect(migrated.pragma('foreign_key_check')).toEqual([]);
    const rows = (table: string) => migrated.prepare(`SELECT * FROM ${table}`).all();
    expect(rows('usage_hours')).toMatchObject([
      { hour_at: 3_600_000, requests: 2, cache_read_tokens: 60, cost_micros: 500, unpriced_requests: 1 },
      { hour_at: 7_200_000, requests: 1, cache_read_tokens: 30, cost_micros: 70, unpriced_requests: 0 },
    ]);
    expect(rows('prompts')).toMatchObject([
      { prompt_id: 'p', started_at: 3_600_000, ended_at: 3_600_003, requests: 2, cost_micros: 500 },
    ]);
    migrated.close();
  });
});

test('what was settled for larger parts of all developers is settled for the smaller ones in them', () => {
  const path = join(folder, 'larger.db');
  const old = databaseBefore('0007', path);
  old.exec('UPDATE settled_up_to SET journal_id = 4 WHERE part = 5');
  old.close();
  const migrated = openDatabase(path);
  const settledUpTo = migrated.prepare<[], [number, number]>('SELECT part, journal_id FROM settled_up_to').raw().all();
  migrated.close();
  expect(settledUpTo).toEqual(ALL_PARTS.map((part) => [part, part % 32 === 5 ? 4 : 0]));
});

describe('requests of before they were kept in few bytes', () => {
  const UUID = '0b3f6a52-7c1d-4e8f-9a0b-5d2c8e7f1a34';
  const IDS = [
    { requestId: 'req_1', clientRequestId: UUID },
    { requestId: UUID.toUpperCase() },
    { requestId: UUID.replaceAll('-', '') },
    { requestId: `${UUID.slice(0, 8)}${UUID.slice(9)}-` },
    { clientRequestId: 'req_1' },
  ];
  const TOLD = [
    ...IDS.map((ids, n) => request({ ...ids, outputTokens: n })),
    request({ sequence: 4, origin: 'agent', agent: 'a1', querySource: 'agent:custom', promptId: 'p1' }),
    request({ startedAt: minutes(-1), endedAt: minutes(1), toldAt: hours(1), clientVersion: '2.1.330', costMicros: 7 }),
  ];

  test('come back as they were, and are known when they are sent again', () => {
    const path = join(folder, 'old.db');
    const old = databaseBefore('0004', path);
    old.exec("INSERT INTO developers (id, email, created_at) VALUES (1, 'ann@example.com', 0)");
    const insert = old.prepare(`
      INSERT INTO requests (
        developer_id, session, origin, agent, query_source, model, client_version, prompt_id, request_id,
        client_request_id, sequence, started_at, ended_at, told_at, received_at, input_tokens, output_tokens,
        cache_read_tokens, cache_creation_tokens, cost_micros
      )
      VALUES (
        1, @session, @origin, @agent, @querySource, @model, @clientVersion, @promptId, @requestId, @clientRequestId,
        @sequence, @startedAt, @endedAt, @toldAt, @endedAt + 20, @inputTokens, @outputTokens, @cacheReadTokens,
        @cacheCreationTokens, @costMicros
      )
    `);
    for (const one of TOLD) insert.run({ ...NOTHING_TOLD, ...one });
    old.close();
    const store = openStore(path, NOON);
    const ann = developerId(1);
    const back = TOLD.map((one) => ({
      request: { ...one, requestId: undefined, clientRequestId: undefined },
      receivedAt: plus(one.endedAt, 20),
    }));
    expect(store.requests.ofSession(ann, SESSION, NOON)).toEqual(back);
    expect(TOLD.map((one) => store.requests.keep(ann, one, NOON))).toEqual(TOLD.map(() => 'duplicate'));
    expect(store.requests.keep(ann, request({ clientRequestId: UUID, outputTokens: 9 }), NOON)).toBe('conflict');
    expect(store.requests.usage(ann, NOON, hours(1))).toMatchObject({ requests: TOLD.length, costMicros: 7 });
    store.close();
  });
});

/** Of what a request need not tell. */
const NOTHING_TOLD = {
  agent: null,
  querySource: null,
  clientVersion: null,
  promptId: null,
  requestId: null,
  clientRequestId: null,
  sequence: null,
  toldAt: null,
  costMicros: null,
};

describe('the database', () => {
  test.each([
    ['of a condition', 'WHERE b = @b AND c>=@c OR d IS @d', 'WHERE b = +@b AND c>=+@c OR d IS +@d'],
    ['of a limit', 'SELECT 1 FROM a LIMIT ?', 'LIMIT +?'],
    ['of a row but not of a list', 'INSERT INTO a VALUES (@b, ?)', 'VALUES (@b, ?)'],
  ])('hides from the planner the values %s', (_, sql, hidden) => {
    expect(hidingValues(sql)).toContain(hidden);
  });

  test('hides them of every statement, and finds the same', () => {
    const opened = openDatabase(':memory:');
    const statement = opened.prepare(
      'SELECT value FROM json_each(@list) WHERE value = @one ORDER BY value LIMIT @limit',
    );
    expect(statement.source).toContain('+@one');
    expect(statement.pluck().all({ list: '["1", 1, null]', one: '1', limit: 5 })).toEqual(['1']);
    opened.close();
  });

  const path = () => join(folder, 'data/deep/quota-watch.db');

  test('is created with its folder, and syncs what it acknowledges', () => {
    const opened = openDatabase(path());
    expect(opened.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(opened.pragma('synchronous', { simple: true })).toBe(2);
    expect(opened.pragma('foreign_keys', { simple: true })).toBe(1);
    opened.close();
  });

  test('keeps what was committed, and when it was installed, across restarts', () => {
    const first = openStore(path(), NOON);
    first.developers.forEmail('ann@example.com', { now: NOON });
    first.close();
    const second = openStore(path(), hours(9));
    expect(second.installedAt()).toBe(NOON);
    expect(second.developers.all()).toHaveLength(1);
    second.close();
  });

  test('keeps all of a piece of work or nothing', () => {
    const store = openStore(':memory:', NOON);
    const work = () =>
      store.transaction(() => {
        store.developers.forEmail('ann@example.com', { now: NOON });
        throw new Error('disk full');
      });
    expect(work).toThrow('disk full');
    expect(store.developers.all()).toEqual([]);
    store.close();
  });

  test('forgets what stores held back for work that failed, and writes it with work that succeeds', () => {
    const store = openStore(':memory:', NOON);
    const ann = store.developers.forEmail('ann@example.com', { now: NOON });
    const see = (session: string) => {
      store.sessions.see(ann, { session: sessionId(session), at: NOON, clientVersion: '2.1.330' });
      store.reports.hear(ann, 'telemetry', NOON);
    };
    const failing = () =>
      store.transaction(() => {
        see('lost');
        store.incidents.add(cacheIncident({ developer: ann }));
        throw new Error('disk full');
      });
    expect(failing).toThrow('disk full');
    expect(store.sessions.clientVersion(ann, sessionId('lost'))).toBeUndefined();
    expect(store.reports.feeds(ann).size).toBe(0);
    expect(store.incidents.open()).toEqual([]);
    store.transaction(() => see('kept'));
    store.sessions.forget();
    expect(store.sessions.clientVersion(ann, sessionId('kept'))).toBe('2.1.330');
    expect(store.reports.feeds(ann).get('telemetry')).toBe(NOON);
    store.close();
  });

  test('undoes a piece of work inside another by itself', () => {
    const store = openStore(':memory:', NOON);
    const ann = store.developers.forEmail('ann@example.com', { now: NOON });
    store.transaction(() => {
      store.incidents.add(cacheIncident({ developer: ann, subject: 'kept' }));
      const inner = () =>
        store.transaction(() => {
          store.incidents.add(cacheIncident({ developer: ann, subject: 'undone' }));
          throw new Error('no');
        });
      expect(inner).toThrow('no');
      expect(store.together(() => store.incidents.openOf(ann))).toHaveLength(1);
    });
    expect(store.incidents.openOf(ann)).toMatchObject([{ incident: { subject: 'kept' } }]);
    expect(store.together(() => store.incidents.open())).toHaveLength(1);
    store.close();
  });

  test('says whether it can be read', () => {
    const store = openStore(':memory:', NOON);
    expect(() => store.ping()).not.toThrow();
    store.close();
    expect(() => store.ping()).toThrow();
  });
});
