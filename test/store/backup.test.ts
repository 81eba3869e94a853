import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backUp } from '../../src/store/backup.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOON } from '../support/builders.ts';

let folder: string;
let database: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  database = join(folder, 'quota-watch.db');
  store = openStore(database, NOON);
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const file = () => join(folder, 'backup.db');
const backUpNow = (overwrite = false) => backUp({ database, file: file(), overwrite });
/** A row of a few kilobytes, numbered. */
const write = (nr: number) =>
  store.audit.add({ at: NOON, by: `U${nr}`, action: 'quota_seen', detail: 'x'.repeat(3000) });

/** The users of the audit rows in a backup, opened as the program would. */
function writtenIn(path: string): readonly string[] {
  const copy = openStore(path, NOON);
  const rows = copy.audit.recent(1_000_000);
  copy.close();
  return rows.map(({ by }) => by).toReversed();
}

test('a backup holds everything, and is one file that only its owner can read', async () => {
  write(0);
  expect(await backUpNow()).toMatchObject({ bytes: statSync(file()).size, tables: expect.any(Number) });
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual(['backup.db']);
  expect(writtenIn(file())).toEqual(['U0']);
});

test('what is only in the log by now is in the backup', async () => {
  write(0);
  expect(statSync(`${database}-wal`).size).toBeGreaterThan(0);
  await backUpNow();
  expect(writtenIn(file())).toEqual(['U0']);
});

test('it counts rows, whatever tables there are', async () => {
  const before = await backUpNow();
  for (let nr = 0; nr < 7; nr++) write(nr);
  const after = await backUpNow(true);
  expect(after.rows - before.rows).toBe(7);
  expect(after.tables).toBe(before.tables);
});

test('while somebody writes between any two of its steps it ends all the same, with what was there when it began', async () => {
  // Several steps of a thousand pages.
  store.transaction(() => {
    for (let nr = 0; nr < 5000; nr++) write(nr);
  });
  let written = 5000;
  let isDone = false;
  const backup = backUpNow().finally(() => {
    isDone = true;
  });
  const atStart = written;
  while (!isDone) {
    write(written++);
    await turn();
  }
  const { bytes } = await backup;
  expect(bytes).toBeGreaterThan(4 * 1000 * 4096);
  expect(written - atStart).toBeGreaterThan(4);
  const kept = writtenIn(file());
  expect(kept.length).toBeGreaterThanOrEqual(atStart);
  expect(kept.length).toBeLessThan(written);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, nr) => `U${nr}`));
});

describe('nothing is written, and the sentence says why,', () => {
  test.each<[what: string, make: () => Promise<unknown>, sentence: string]>([
    ['when the file exists', () => backUpTo(write1('there.db')), '--force'],
    ['when it is a folder', () => backUpTo(folder), 'is a folder'],
    ['when its folder is missing', () => backUpTo(join(folder, 'usb', 'b.db')), 'does not exist'],
    [
      'when there is no database',
      () => backUp({ database: `${database}.x`, file: file(), overwrite: false }),
      'DATABASE_PATH',
    ],
    ['when the file is the database', () => backUpTo(database, true), 'the database itself'],
    ['when the file leads to the database', () => backUpTo(linkToDatabase(), true), 'the database itself'],
    ['when the folder cannot be written', () => backUpTo(`${write1('a-file')}/b.db`), 'cannot be written'],
  ])('%s', async (_, make, sentence) => {
    await expect(make()).rejects.toThrow(sentence);
    await expect(make()).rejects.toMatchObject({ name: 'CopyRefused' });
    expect(existsSync(file())).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  const backUpTo = (path: string, overwrite = false) => backUp({ database, file: path, overwrite });
  function write1(name: string): string {
    writeFileSync(join(folder, name), 'x');
    return join(folder, name);
  }
  function linkToDatabase(): string {
    rmSync(join(folder, 'link.db'), { force: true });
    symlinkSync(database, join(folder, 'link.db'));
    return join(folder, 'link.db');
  }
});

test('a file that is replaced leaves no log behind that SQLite would read into the new one', async () => {
  const old = openStore(file(), NOON);
  old.audit.add({ at: NOON, by: 'UOLD', action: 'quota_seen' });
  write(0);
  await backUpNow(true);
  expect(existsSync(`${file()}-wal`)).toBe(false);
  expect(writtenIn(file())).toEqual(['U0']);
  old.close();
});

test('a damaged database is no backup: the one that was there stays', async () => {
  store.transaction(() => {
    for (let nr = 0; nr < 500; nr++) write(nr);
  });
  store.close();
  await backUpNow();
  damage(database);
  await expect(backUpNow(true)).rejects.toThrow(/damaged|cannot be read/);
  expect(writtenIn(file())).toHaveLength(500);
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  store = openStore(':memory:', NOON);
});

test('when it is stopped, nothing is left of it', async () => {
  store.transaction(() => {
    for (let nr = 0; nr < 3000; nr++) write(nr);
  });
  const controller = new AbortController();
  const backup = backUp({ database, file: file(), overwrite: false, signal: controller.signal });
  controller.abort();
  await expect(backup).rejects.toThrow('nothing was written');
  expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual([]);
});

/** Overwrites pages in the middle, as a failing disk would. */
function damage(path: string) {
  const db = new BetterSqlite3(path);
  const pages = Number(db.pragma('page_count', { simple: true }));
  const size = Number(db.pragma('page_size', { simple: true }));
  db.close();
  const handle = openSync(path, 'r+');
  writeSync(handle, Buffer.alloc(size * 3, 0x41), 0, size * 3, Math.floor(pages / 2) * size);
  closeSync(handle);
}
