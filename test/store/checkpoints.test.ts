import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOON } from '../support/builders.ts';

let path: string;
let store: Store;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  path = join(folder, 'quota-watch.db');
  store = openStore(path, NOON);
  return () => rmSync(folder, { recursive: true });
});

/** Fewer pages than those at which SQLite would write them into the database by itself. */
function writeLittle() {
  store.transaction(() => {
    for (let n = 0; n < 500; n++) store.developers.forEmail(`${'developer'.repeat(9)}${n}@example.com`, { now: NOON });
  });
}

test('what is in the log comes into the database while nobody else commits', async () => {
  const before = statSync(path).size;
  store.checkpoints.start(fail);
  writeLittle();
  await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(before), { timeout: 30_000 });
  await store.checkpoints.stop();
  store.close();
}, 60_000);

test('once it was stopped, closing the database leaves no log behind', async () => {
  store.checkpoints.start(fail);
  writeLittle();
  await store.checkpoints.stop();
  store.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
  store = openStore(path, NOON);
  expect(store.developers.count()).toBe(500);
  store.close();
}, 60_000);

test('a database in memory has no log, and is stopped all the same', async () => {
  store.close();
  const inMemory = openStore(':memory:', NOON);
  inMemory.checkpoints.start(fail);
  await inMemory.checkpoints.stop();
  inMemory.close();
});

function fail(error: unknown) {
  throw error;
}
