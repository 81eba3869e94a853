import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { epochMs } from '../../src/model/time.ts';
import { openStore } from '../../src/store/store.ts';
import { type AppUnderTest, clockFrom, eventually, runApp } from '../support/running-app.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const CHANNEL = '#claude-quota';
const DIRECT = ['D000000ADA', 'D0000GRACE', 'D00000ALAN'];

let folder: string;
let app: AppUnderTest;
const clock = clockFrom('2026-11-23T12:00:00Z');

beforeEach(async () => {
  clock.jumpTo('2026-11-23T12:00:00Z');
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  app = await runApp({ clock, folder, env: { CHANNEL_NAMES: 'always' } });
});

afterEach(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

/** The team's own roll-out: one token, and the payload says whose it is. */
function teamToken(): string {
  const store = openStore(join(folder, 'quota-watch.db'), epochMs(NOON));
  const token = store.tokens.create({ of: 'team' }, epochMs(NOON));
  store.close();
  return token;
}

interface Turn {
  readonly minute: number;
  readonly read: number;
  readonly written: number;
}

function requests(who: string, clientVersion: string, turns: readonly Turn[]) {
  return turns.map(({ minute, read, written }, n) => ({
    session: `${who}-${clientVersion}`,
    requestId: `${who}-${clientVersion}-${n}`,
    at: NOON + minute * 60_000,
    email: `${who}@example.com`,
    model: 'claude-opus-5-5',
    clientVersion,
    inputTokens: 4,
    outputTokens: 300,
    cacheReadTokens: read,
    cacheCreationTokens: written,
  }));
}

const started = (minute: number) => ({ minute, read: 14_000, written: 86_000 });
const rewrote = (minute: number) => ({ minute, read: 14_000, written: 87_000 });

const send = async (token: string, body: object) => expect((await app.send(token, '/v1/usage', body)).status).toBe(200);

/** What stands in the channel and in direct messages by itself, not in a thread. */
async function messages() {
  const found = await Promise.all([CHANNEL, ...DIRECT].map((place) => app.messages(place)));
  return found.flat().filter(({ thread_ts, ts }) => thread_ts === undefined || thread_ts === ts);
}

test('somebody’s runaway, a resume and a regression of three in one hour are three messages', async () => {
  const token = teamToken();
  for (const who of ['bea', 'cid', 'dan']) {
    await send(token, { requests: requests(who, '2.1.252', [started(-6), rewrote(-5), rewrote(-4), rewrote(-3)]) });
  }
  const session = 'alan-2.1.330';
  await send(token, { requests: requests('alan', '2.1.330', [{ minute: -4, read: 14_000, written: 186_000 }]) });
  await send(token, { markers: [{ session, at: NOON - 3 * 60_000, kind: 'resume', email: 'alan@example.com' }] });
  const resumed = {
    ...requests('alan', '2.1.330', [{ minute: -2, read: 14_000, written: 187_000 }])[0],
    requestId: 'r',
  };
  await send(token, { requests: [resumed] });
  const swarm = Array.from({ length: 100 }, (_, n) => ({
    ...requests('grace', '2.1.330', [{ minute: -1, read: 9_000, written: 100 }])[0],
    session: `swarm-${n}`,
    requestId: `swarm-${n}`,
    agent: `agent-${n}`,
  }));
  await send(token, { requests: swarm });

  await eventually(async () => expect((await messages()).length).toBeGreaterThanOrEqual(3));
  clock.jumpTo('2026-11-23T12:02:00Z');
  await app.restartApp();
  await eventually(async () => {
    const replies = (await app.messages(CHANNEL)).filter(
      ({ thread_ts, ts }) => thread_ts !== undefined && thread_ts !== ts,
    );
    expect(replies.map(({ text }) => text).toSorted()).toEqual([
      'Part of it: 3 incidents',
      'Turn by turn: 1 turn rewrote 186k tokens',
    ]);
  });
  expect((await messages()).map(({ text }) => text).toSorted()).toEqual([
    '100 background sessions started in an hour',
    'Client 2.1.252 breaks the prompt cache · dan, bea and cid',
    'Resume rewrote 186k tokens · <@U00000ALAN>',
  ]);
});
