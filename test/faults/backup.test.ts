import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COUNT_OF_JOURNALLED, NAMED_REQUESTS } from '../support/kept-requests.ts';
import { eventually, freePort, tokenOfStranger } from '../support/running-app.ts';

const SRC = join(import.meta.dirname, '../../src');

let folder: string;
let env: NodeJS.ProcessEnv;
let url: string;
let server: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  env = { ...process.env, PORT: String(port), DATABASE_PATH: join(folder, 'quota-watch.db'), LOG_LEVEL: 'warn' };
});

afterEach(async () => {
  await stopServer('SIGTERM');
  rmSync(folder, { recursive: true });
});

async function startServer(): Promise<void> {
  server = spawn(process.execPath, [join(SRC, 'main.ts')], {
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));
}

async function stopServer(signal: NodeJS.Signals): Promise<void> {
  if (!server || server.exitCode !== null) return;
  server.kill(signal);
  await once(server, 'exit');
  server = undefined;
}

async function run(command: 'backup' | 'restore', ...args: readonly string[]) {
  const child = spawn(process.execPath, [join(SRC, `commands/${command}.ts`), ...args], { cwd: folder, env });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, errors, code: child.exitCode };
}

/** Sends requests one after the other until told to stop; notes which were acknowledged. */
function keepSending(token: string) {
  const acknowledged: string[] = [];
  let isOver = false;
  const done = (async () => {
    for (let nr = 0; !isOver; nr++) {
      const requests = Array.from({ length: 20 }, (_, index) => ({
        session: `s${index % 4}`,
        requestId: `r${nr}-${index}`,
        at: Date.now(),
        model: 'claude-opus-5-5',
        inputTokens: 4,
        outputTokens: 9,
        cacheReadTokens: 60_000,
        cacheCreationTokens: 500,
      }));
      const answer = await fetch(`${url}/v1/usage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ requests }),
      });
      if (answer.ok) acknowledged.push(...requests.map(({ requestId }) => requestId));
    }
  })();
  return {
    acknowledged,
    async stop() {
      isOver = true;
      await done;
    },
  };
}

/** The ids of the kept requests, and how many the hours count or are to count: the same number, unless something was torn. */
function keptIn(path: string) {
  const db = new BetterSqlite3(path, { readonly: true });
  const ids = db.prepare<[], string>(`SELECT request_id FROM ${NAMED_REQUESTS}`).pluck().all();
  const counted = db
    .prepare<[], number>(`
      SELECT (SELECT coalesce(sum(requests), 0) FROM usage_hours) + (${COUNT_OF_JOURNALLED})
    `)
    .pluck()
    .get();
  db.close();
  return { ids: new Set(ids), counted };
}

test('a backup under load holds all that was acknowledged before it, whole; restored, the program goes on from there', async () => {
  const token = tokenOfStranger(folder);
  const file = join(folder, 'backup.db');
  await startServer();
  const sending = keepSending(token);
  await eventually(() => expect(sending.acknowledged.length).toBeGreaterThan(200));
  const before = [...sending.acknowledged];

  const backup = await run('backup', file);
  expect(backup).toMatchObject({ code: 0, errors: '' });
  expect(backup.out).toMatch(/is backed up to .*backup\.db: [\d.]+ MB, [\d,]+ rows in \d+ tables, checked\.\n$/);
  await sending.stop();
  const { ids, counted } = keptIn(file);
  expect([...ids]).toEqual(expect.arrayContaining(before));
  expect(ids.size).toBeLessThan(sending.acknowledged.length);
  expect(counted).toBe(ids.size);

  const early = await run('restore', file);
  expect(early).toMatchObject({ code: 1, out: '' });
  expect(early.errors).toContain('stop it first');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);

  await stopServer('SIGKILL');
  const restored = await run('restore', file);
  expect(restored).toMatchObject({ code: 0, errors: '' });
  const aside = /The database that was there is now (?<path>.*)\.\n/.exec(restored.out)?.groups?.path ?? '';
  expect([...keptIn(aside).ids]).toEqual(expect.arrayContaining(sending.acknowledged));
  expect(keptIn(join(folder, 'quota-watch.db')).ids).toEqual(ids);

  await startServer();
  const again = keepSending(token);
  await eventually(() => expect(again.acknowledged.length).toBeGreaterThan(100));
  await again.stop();
  await stopServer('SIGTERM');
  const { ids: all, counted: allCounted } = keptIn(join(folder, 'quota-watch.db'));
  expect(all).toEqual(new Set([...ids, ...again.acknowledged]));
  expect(allCounted).toBe(all.size);
});

describe('what cannot be done is said in a sentence, with exit code 1,', () => {
  test.each<[args: Parameters<typeof run>, sentence: string]>([
    [['backup'], 'npm run --silent backup -- FILE'],
    [['backup', 'a.db', 'b.db'], 'npm run --silent backup -- FILE'],
    [['backup', '--nonsense', 'a.db'], "Unknown option '--nonsense'"],
    [['backup', 'there.txt'], '--force'],
    [['restore'], 'npm run --silent restore -- FILE'],
    [['restore', 'nothing.db'], 'no backup at nothing.db'],
    [['restore', '--force', 'there.txt'], "Unknown option '--force'"],
    [['restore', 'there.txt'], 'there.txt cannot be'],
  ])('%j', async (args, sentence) => {
    tokenOfStranger(folder);
    writeFileSync(
      join(folder, 'there.txt'),
      'a letter to grandmother, longer than the header of a database is, '.repeat(9),
    );
    const { out, errors, code } = await run(...args);
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(errors).toContain(sentence);
    expect(errors).not.toContain('    at ');
  });

  test('where there is no database yet, and none is made', async () => {
    const { errors, code } = await run('backup', 'a.db');
    expect(code).toBe(1);
    expect(errors).toContain('DATABASE_PATH');
    expect(existsSync(join(folder, 'quota-watch.db'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('--force replaces a backup', async () => {
  tokenOfStranger(folder);
  expect((await run('backup', 'a.db')).code).toBe(0);
  expect((await run('backup', 'a.db')).code).toBe(1);
  expect((await run('backup', 'a.db', '--force')).code).toBe(0);
});
