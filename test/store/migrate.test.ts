import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { DatabaseTooNew, migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/store.ts';
import { hours, NOON } from '../support/builders.ts';

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
});

describe('the database', () => {
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

  test('says whether it can be read', () => {
    const store = openStore(':memory:', NOON);
    expect(() => store.ping()).not.toThrow();
    store.close();
    expect(() => store.ping()).toThrow();
  });
});
