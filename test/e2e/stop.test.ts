import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, freePort, tokenOfStranger } from '../support/running-app.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
let url: URL;
let token: string;
let server: ChildProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  token = tokenOfStranger(folder);
  const port = await freePort();
  url = new URL(`http://127.0.0.1:${port}`);
  const env = {
    ...process.env,
    PORT: String(port),
    DATABASE_PATH: join(folder, 'quota-watch.db'),
    LOG_LEVEL: 'warn',
  };
  server = spawn(process.execPath, [MAIN], { env, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  await eventually(async () => expect((await fetch(new URL('/readyz', url))).status).toBe(200), 15_000);
});

afterEach(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** How long it took until the process was gone. */
async function stopped(): Promise<number> {
  const startedAt = performance.now();
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
  return performance.now() - startedAt;
}

function bodyOf(requestId: string): string {
  const tokens = { inputTokens: 4, outputTokens: 9, cacheReadTokens: 60_000, cacheCreationTokens: 500 };
  return JSON.stringify({
    requests: [{ session: 's1', requestId, at: Date.now(), model: 'claude-opus-5-5', ...tokens }],
  });
}

test('SIGTERM under load: each answer that was given holds, and the process ends well', async () => {
  const acknowledged: string[] = [];
  const statuses = new Set<number>();
  const senders = Array.from({ length: 16 }, async (_, sender) => {
    for (let nr = 0; ; nr++) {
      const requestId = `${sender}-${nr}`;
      const answer = await fetch(new URL('/v1/usage', url), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: bodyOf(requestId),
      }).catch(() => undefined);
      if (!answer) return;
      statuses.add(answer.status);
      if (answer.ok) acknowledged.push(requestId);
    }
  });
  await eventually(() => expect(acknowledged.length).toBeGreaterThan(100));
  // Less than the five seconds that slow senders get: these are not slow, and keep their connections.
  expect(await stopped()).toBeLessThan(4000);
  await Promise.all(senders);
  expect(server.exitCode).toBe(0);
  // 503: come back later.
  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  const db = new BetterSqlite3(join(folder, 'quota-watch.db'), { readonly: true });
  expect(db.prepare<[], string>('SELECT name FROM request_names WHERE is_client = 0').pluck().all()).toEqual(
    expect.arrayContaining(acknowledged),
  );
  db.close();
});

test('one who sends half a body and then nothing does not keep it from ending well', async () => {
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => {});
  const headers = [`authorization: Bearer ${token}`, 'content-type: application/json', 'content-length: 100'];
  socket.write(`POST /v1/usage HTTP/1.1\r\nhost: x\r\n${headers.join('\r\n')}\r\n\r\n{"requests`);
  await once(socket, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await stopped()).toBeLessThan(12_000);
  expect(server.exitCode).toBe(0);
  socket.destroy();
});
