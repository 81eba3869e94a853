import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createHealthStore } from '../../src/store/health-store.ts';
import { createNoticeStore } from '../../src/store/notice-store.ts';
import { minutes, NOON } from '../support/builders.ts';

let folder: string;
let db: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  db = openDatabase(join(folder, 'quota-watch.db'));
  db.prepare('INSERT INTO installation (id, installed_at) VALUES (1, 5)').run();
});

afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

test('a fresh database has nothing waiting, some size, and room', () => {
  const levels = createHealthStore(db).levels(NOON);
  expect(levels).toMatchObject({ undetectedSessions: 0, dueNotices: 0, oldestDueAt: undefined, openIncidents: 0 });
  expect(levels.databaseBytes).toBeGreaterThan(0);
  expect(levels.logBytes).toBeGreaterThan(0);
  expect(levels.freeBytes).toBeGreaterThan(0);
});

test('notices count from when they are due, also those that are just being sent', () => {
  const notices = createNoticeStore(db);
  const { levels } = createHealthStore(db);
  const add = (sample: string, dueAt: number) =>
    notices.add({
      subject: { of: 'sample', sample },
      audience: 'channel',
      form: 'message',
      reason: 'opened',
      severity: 'info',
      decidedAt: NOON,
      dueAt: minutes(dueAt),
    });
  add('1', 3);
  add('2', 5);
  expect(levels(NOON)).toMatchObject({ dueNotices: 0, oldestDueAt: undefined });
  expect(levels(minutes(4))).toMatchObject({ dueNotices: 1, oldestDueAt: minutes(3) });
  const [first] = notices.due(minutes(9));
  if (!first) throw new Error('nothing is due');
  notices.claim(first.id);
  expect(levels(minutes(9))).toMatchObject({ dueNotices: 2, oldestDueAt: minutes(3) });
  notices.skipped(first.id, minutes(9), 'over');
  expect(levels(minutes(9))).toMatchObject({ dueNotices: 1, oldestDueAt: minutes(5) });
});

test('trying to write puts a page into the log, and leaves everything as it was', () => {
  const health = createHealthStore(db);
  db.pragma('wal_checkpoint(TRUNCATE)');
  expect(health.levels(NOON).logBytes).toBe(0);
  db.transaction(health.tryWriting)();
  expect(health.levels(NOON).logBytes).toBeGreaterThan(4096);
  expect(db.prepare('SELECT installed_at FROM installation').pluck().get()).toBe(5);
});

test('trying to write fails where nothing can be written', () => {
  db.close();
  db = openDatabase(join(folder, 'quota-watch.db'));
  const health = createHealthStore(db);
  db.pragma('query_only = ON');
  expect(() => db.transaction(health.tryWriting)()).toThrow(expect.objectContaining({ code: 'SQLITE_READONLY' }));
});

test('a database in memory has no log and no disk', () => {
  const memory = openDatabase(':memory:');
  expect(createHealthStore(memory).levels(NOON)).toMatchObject({ logBytes: 0, freeBytes: undefined });
  expect(createHealthStore(memory).newestIncident()).toBe(0);
  memory.close();
});
