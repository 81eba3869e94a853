import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CLIENT = join(import.meta.dirname, '../../../src/client/main.ts');

let folder: string;
const server = createServer((request, response) => {
  const isAsked = request.method === 'GET';
  request
    .resume()
    .once('end', () => response.end(isAsked ? '{"of":"developer","sessions":[]}' : '{"accepted":1,"duplicates":0}'));
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-backfill-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  mkdirSync(join(folder, 'quota-watch'));
  writeFileSync(
    join(folder, 'quota-watch/connection.json'),
    JSON.stringify({ url: `http://127.0.0.1:${port}`, token: 'qw_x' }),
  );
  const message = { id: 'm', model: 'claude-opus-5-5', usage: { input_tokens: 1, output_tokens: 2 } };
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  mkdirSync(join(folder, 'projects/-home'), { recursive: true });
  const line = JSON.stringify({ type: 'assistant', requestId: 'r', timestamp: yesterday, message });
  writeFileSync(join(folder, 'projects/-home/s.jsonl'), `${line}\n`);
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function backfill(...args: readonly string[]) {
  const child = spawn(process.execPath, [CLIENT, 'backfill', ...args], {
    env: { ...process.env, CLAUDE_CONFIG_DIR: folder },
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, stdout, stderr };
}

test('what would be sent is printed, then it is sent, and then there is nothing new', async () => {
  const dry = await backfill('--dry-run');
  expect(JSON.parse(dry.stdout)).toMatchObject({ requests: [{ session: 's', requestId: 'r', outputTokens: 2 }] });
  expect(dry).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Would send 1 request. Nothing was sent.'),
  });
  const sent = await backfill('--since', '7d');
  expect(sent).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('Sent 1 request of 1 transcript: 1 new.'),
  });
  expect(await backfill()).toMatchObject({ code: 0, stderr: expect.stringContaining('Sent 0 requests') });
  expect(await backfill()).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing is new since the last time.\n' });
});

test.each(['0d', '91d', '30', 'a month'])('“--since %s” is refused in a sentence', async (since) => {
  expect(await backfill('--since', since)).toMatchObject({
    code: 1,
    stderr: `“--since ${since}” is no number of days from 1d to 90d.\n`,
  });
});
