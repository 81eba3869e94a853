import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatabaseUnusable } from '../../src/store/database.ts';
import { openStore } from '../../src/store/store.ts';
import { NOON } from '../support/builders.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a database is created with the folders that lead to it, and found again', () => {
  const path = join(folder, 'deep', 'er', 'quota-watch.db');
  const store = openStore(path, NOON);
  const developer = store.developers.forEmail('dev@example.com', { now: NOON });
  store.close();
  const again = openStore(path, NOON);
  expect(again.developers.find(developer)?.email).toBe('dev@example.com');
  again.close();
});

test.each([
  ['a folder', (path: string) => mkdirSync(path)],
  [
    'a file that is no database',
    (path: string) => writeFileSync(path, 'this is a letter to grandmother, long enough to have a header'),
  ],
])('%s in its place is refused in a sentence that names the setting', (_, make) => {
  const path = join(folder, 'quota-watch.db');
  make(path);
  expect(() => openStore(path, NOON)).toThrow(DatabaseUnusable);
  expect(() => openStore(path, NOON)).toThrow(`DATABASE_PATH=${path} cannot be used`);
});
