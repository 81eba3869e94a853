import { fdatasync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogSync } from '../../src/store/log-sync.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  path = join(folder, 'db-wal');
  writeFileSync(path, 'frames');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A log whose disk answers when it is told to. */
function aLog() {
  const asked: { file: number; done: (error: Error | null) => void }[] = [];
  const log = createLogSync({ path, sync: (file, done) => asked.push({ file, done }) });
  return {
    ...log,
    asked,
    answer: (nth: number, error: Error | null = null) => asked[nth]?.done(error),
  };
}

/** What became of a promise by now. */
async function stateOf(promise: Promise<void>): Promise<string> {
  const settled = promise.then(
    () => 'synced',
    (error: Error) => error.message,
  );
  return await Promise.race([settled, new Promise<string>((resolve) => setImmediate(() => resolve('waits')))]);
}

test('it is synced when the disk says so, and not before', async () => {
  const log = aLog();
  const one = log.synced();
  expect(await stateOf(one)).toBe('waits');
  log.answer(0);
  expect(await stateOf(one)).toBe('synced');
  log.close();
});

test('who comes while one runs waits for the next, which serves them all', async () => {
  const log = aLog();
  const first = log.synced();
  const others = [log.synced(), log.synced()];
  expect(log.asked).toHaveLength(1);
  log.answer(0);
  expect(await Promise.all([first, ...others].map(stateOf))).toEqual(['synced', 'waits', 'waits']);
  expect(log.asked).toHaveLength(2);
  log.answer(1);
  expect(await Promise.all(others.map(stateOf))).toEqual(['synced', 'synced']);
  expect(new Set(log.asked.map(({ file }) => file)).size).toBe(1);
  log.close();
});

describe('a disk that fails', () => {
  test('fails those who waited for it, and not those who ask the next time', async () => {
    const log = aLog();
    const [one, other] = [log.synced(), log.synced()];
    log.answer(0, new Error('EIO'));
    expect(await stateOf(one)).toBe('EIO');
    log.answer(1);
    expect(await stateOf(other)).toBe('synced');
    log.close();
  });

  test('or that has no such file fails them too', async () => {
    rmSync(path);
    await expect(aLog().synced()).rejects.toThrow('ENOENT');
  });
});

describe('closing', () => {
  const isOpen = (file: number | undefined) =>
    new Promise<boolean>((resolve) => fdatasync(file ?? -1, (error) => resolve(!error)));

  test('lets go of the file at once where nobody waits', async () => {
    const log = aLog();
    void log.synced();
    log.answer(0);
    log.close();
    expect(await isOpen(log.asked[0]?.file)).toBe(false);
  });

  test('waits for the disk where somebody does', async () => {
    const log = aLog();
    const last = log.synced();
    log.close();
    expect(await isOpen(log.asked[0]?.file)).toBe(true);
    log.answer(0);
    expect(await stateOf(last)).toBe('synced');
    expect(await isOpen(log.asked[0]?.file)).toBe(false);
  });

  test('what was never asked for was never opened', () => {
    rmSync(path);
    expect(() => aLog().close()).not.toThrow();
  });
});

test('by default it is the file system that syncs', async () => {
  const log = createLogSync({ path });
  await expect(log.synced()).resolves.toBeUndefined();
  log.close();
});
