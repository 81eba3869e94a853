import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, freePort, type SeenMessage, tokenOfStranger } from '../support/running-app.ts';

const ROUNDS = 4;
const MAIN = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
let url: string;
let env: NodeJS.ProcessEnv;
let server: ChildProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  env = { ...process.env, PORT: String(port), DATABASE_PATH: join(folder, 'quota-watch.db'), LOG_LEVEL: 'warn' };
});

afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
  rmSync(folder, { recursive: true });
});

/** A busy machine starts a server slowly; how long is no matter of correctness. */
const PATIENCE_MS = 20_000;

test('killed at any moment, the server loses no acknowledged request and repeats no message', async () => {
  const acknowledged: string[] = [];
  const token = tokenOfStranger(folder);
  for (let round = 0; round < ROUNDS; round++) {
    await startServer();
    const sending = sendBrokenSession(token, `round-${round}`, acknowledged);
    // Each round dies at another stage: while sending, detecting, posting, editing.
    await new Promise((resolve) => setTimeout(resolve, 150 + round * 220));
    server.kill('SIGKILL');
    await once(server, 'exit');
    await sending;
  }
  await startServer();

  const db = new BetterSqlite3(join(folder, 'quota-watch.db'), { readonly: true });
  const kept = db.prepare<[], string>('SELECT name FROM request_names').pluck();
  // The threads with the turns follow their messages a minute later.
  const unsaid = db
    .prepare(
      "SELECT count(*) FROM notices WHERE state IN ('waiting', 'sending') AND (form, reason) <> ('reply', 'opened') AND subject <> 'first_data'",
    )
    .pluck();
  const incidents = db
    .prepare<[], string>("SELECT CAST(id AS TEXT) FROM incidents WHERE severity <> 'recorded'")
    .pluck();
  await eventually(() => expect(unsaid.get()).toBe(0), PATIENCE_MS);

  expect(acknowledged.length).toBeGreaterThan(0);
  expect(kept.all()).toEqual(expect.arrayContaining(acknowledged));
  expect(new Set(kept.all()).size).toBe(kept.all().length);
  // Each stands in one message: one of its own, or from the fourth on the digest.
  const told = (await messages()).flatMap(({ blocks }) => [...JSON.stringify(blocks).matchAll(/"details:(\d+)"/g)]);
  expect(told.map(([, incident]) => incident).toSorted()).toEqual(incidents.all().toSorted());
  db.close();
}, 120_000);

/** Sends broken turns one by one until the server is gone; notes which were acknowledged. */
async function sendBrokenSession(token: string, session: string, acknowledged: string[]): Promise<void> {
  for (let turn = 0; turn < 400; turn++) {
    const requestId = `${session}-${turn}`;
    const written = turn === 0 ? 60_000 : 60_000 + turn * 2500;
    const request = {
      session,
      requestId,
      at: Date.now(),
      model: 'claude-opus-5-5',
      inputTokens: 4,
      outputTokens: 9,
      cacheReadTokens: 14_000,
      cacheCreationTokens: written,
    };
    try {
      const answer = await fetch(`${url}/v1/usage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ requests: [request] }),
      });
      if (answer.ok) acknowledged.push(requestId);
    } catch {
      return;
    }
  }
}

async function startServer(): Promise<void> {
  server = spawn(process.execPath, [MAIN], { env, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), PATIENCE_MS);
}

async function messages(): Promise<readonly SeenMessage[]> {
  const answer = await fetch(`${url}/workspace/messages`);
  const { messages: all }: { messages: SeenMessage[] } = await answer.json();
  return all;
}
