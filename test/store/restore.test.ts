import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backUp } from '../../src/store/backup.ts';
import { restore } from '../../src/store/restore.ts';
import { openStore } from '../../src/store/store.ts';
import { NOON } from '../support/builders.ts';

let folder: string;
let database: string;
let file: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  database = join(folder, 'quota-watch.db');
  file = join(folder, 'backup.db');
  add(database, 'UBEFORE');
  await backUp({ database, file, overwrite: false });
  add(database, 'UAFTER');
});

afterEach(() => rmSync(folder, { recursive: true }));

const SUFFIX = '.before-restore';
const restoreNow = () => restore({ file, database, suffix: SUFFIX });
const aside = () => `${database}${SUFFIX}`;

function add(path: string, by: string) {
  const store = openStore(path, NOON);
  store.audit.add({ at: NOON, by, action: 'quota_seen' });
  store.close();
}

function usersIn(path: string): readonly string[] {
  const store = openStore(path, NOON);
  const users = store.audit.recent(10).map(({ by }) => by);
  store.close();
  return users.toReversed();
}

/** Changes the backup behind its own back. */
function change(sql: string) {
  const db = new BetterSqlite3(file);
  db.exec(sql);
  db.close();
}

function overwrite(path: string, from: number) {
  const handle = openSync(path, 'r+');
  writeSync(handle, Buffer.alloc(3000, 0x41), 0, 3000, from);
  closeSync(handle);
}

describe('a restored database', () => {
  test('is the backup, and the one before is kept aside, whole', async () => {
    const { aside: kept, schema, rows } = await restoreNow();
    expect(kept).toBe(aside());
    expect(schema).toBeGreaterThan(0);
    expect(rows).toBeGreaterThan(0);
    expect(usersIn(database)).toEqual(['UBEFORE']);
    expect(usersIn(aside())).toEqual(['UBEFORE', 'UAFTER']);
  });

  test('can be restored again and again, from the same file', async () => {
    const before = statSync(file);
    await restoreNow();
    rmSync(aside());
    await restoreNow();
    expect(usersIn(database)).toEqual(['UBEFORE']);
    expect(statSync(file)).toMatchObject({ size: before.size, mtimeMs: before.mtimeMs });
  });

  test('takes over what a killed program left in its log', async () => {
    const killed = new BetterSqlite3(database);
    killed.pragma('journal_mode = WAL');
    killed.exec("INSERT INTO audit (at, by_user, action) VALUES (1, 'ULOG', 'quota_seen')");
    // A copy of both files is what is left after kill -9.
    const left = join(folder, 'left.db');
    for (const end of ['', '-wal']) writeFileSync(`${left}${end}`, readFileSync(`${database}${end}`));
    killed.close();
    await restore({ file, database: left, suffix: SUFFIX });
    expect(usersIn(left)).toEqual(['UBEFORE']);
    expect(usersIn(`${left}${SUFFIX}`)).toEqual(['UBEFORE', 'UAFTER', 'ULOG']);
  });

  test('may come where none was, in a folder that is made', async () => {
    const elsewhere = join(folder, 'new', 'quota-watch.db');
    expect((await restore({ file, database: elsewhere, suffix: SUFFIX })).aside).toBeUndefined();
    expect(usersIn(elsewhere)).toEqual(['UBEFORE']);
  });

  test('keeps the permissions of the one before', async () => {
    chmodSync(database, 0o640);
    await restoreNow();
    expect(statSync(database).mode & 0o777).toBe(0o640);
  });

  test('may be a copy that somebody made otherwise, with a log', async () => {
    const store = openStore(file, NOON);
    store.audit.add({ at: NOON, by: 'ULOG', action: 'quota_seen' });
    await restoreNow();
    store.close();
    expect(usersIn(database)).toEqual(['UBEFORE', 'ULOG']);
  });

  test('asks Slack first whether what waited then was said since', async () => {
    const of = {
      subject: { of: 'sample', sample: '1' },
      audience: 'channel',
      form: 'message',
      reason: 'opened',
    } as const;
    const store = openStore(file, NOON);
    store.notices.add({ ...of, severity: 'info', decidedAt: NOON, dueAt: NOON });
    store.close();
    await restoreNow();
    const restored = openStore(database, NOON);
    expect(restored.notices.due(NOON)).toEqual([]);
    expect(restored.notices.unsettled(NOON)).toMatchObject([{ subject: of.subject }]);
    restored.close();
  });
});

describe('nothing is changed', () => {
  test.each<[what: string, make: () => void, sentence: RegExp]>([
    ['when there is no such backup', () => rmSync(file), /There is no backup/],
    [
      'when it is no database',
      () => writeFileSync(file, 'a letter to grandmother'.repeat(99)),
      /cannot be (opened|read)/,
    ],
    ['when it is another program’s database', () => change('PRAGMA user_version = 0'), /no backup of Quota Watch/],
    ['when it is empty', () => writeFileSync(file, ''), /no backup of Quota Watch/],
    ['when a newer program wrote it', () => change('PRAGMA user_version = 9999'), /newer Quota Watch \(schema 9999/],
    ['when it is damaged', () => overwrite(file, statSync(file).size / 2), /damaged|cannot be (made|read)/],
  ])('%s', async (_, make, sentence) => {
    make();
    await expect(restoreNow()).rejects.toThrow(sentence);
    await expect(restoreNow()).rejects.toMatchObject({ name: 'CopyRefused' });
    expect(usersIn(database)).toEqual(['UBEFORE', 'UAFTER']);
    expect(readdirSync(folder).filter((name) => name.includes('restor'))).toEqual([]);
  });

  test('while a program has the database open, however idle it is', async () => {
    const running = openStore(database, NOON);
    await expect(restoreNow()).rejects.toThrow('stop it first');
    running.audit.add({ at: NOON, by: 'ULATER', action: 'quota_seen' });
    running.close();
    expect(usersIn(database)).toEqual(['UBEFORE', 'UAFTER', 'ULATER']);
    expect(existsSync(aside())).toBe(false);
  });

  test('when a program starts while the backup is copied', async () => {
    const restoring = restoreNow();
    const running = openStore(database, NOON);
    await expect(restoring).rejects.toThrow('stop it first');
    running.close();
    expect(usersIn(database)).toEqual(['UBEFORE', 'UAFTER']);
  });

  test('when the backup is the database itself', async () => {
    await expect(restore({ file: database, database, suffix: SUFFIX })).rejects.toThrow('the database itself');
  });
});

describe('a damaged database', () => {
  test.each([
    ['in its first page', 0],
    ['behind its header', 100],
  ])('%s makes way, and is kept', async (_, from) => {
    overwrite(database, from);
    const { aside: kept } = await restoreNow();
    expect(kept).toBe(aside());
    expect(usersIn(database)).toEqual(['UBEFORE']);
    expect(existsSync(aside())).toBe(true);
  });

  test('that a program still has open does not', async () => {
    const running = openStore(database, NOON);
    overwrite(database, 0);
    await expect(restoreNow()).rejects.toThrow(/stop it first|too damaged to tell/);
    running.close();
    expect(existsSync(aside())).toBe(false);
  });
});
