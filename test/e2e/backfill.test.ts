import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runBackfill } from '../../src/client/backfill/run-backfill.ts';
import { sendNews } from '../../src/client/backfill/send-news.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import { openStore } from '../../src/store/store.ts';
import { capturedBodies } from '../collector/captured.ts';
import { ALL_REQUESTS } from '../support/kept-requests.ts';
import { type AppUnderTest, clockFrom, eventually, runApp } from '../support/running-app.ts';

const CHANNEL = '#claude-quota';
const ADA = { name: 'ada', id: 'U000000ADA', directMessages: 'D000000ADA' };
/** A Thursday. */
const NOW = epochMs(Date.parse('2026-11-26T12:00:00Z'));
const DAYS = 20;
const HEALTHY = { read: 90_000, written: 600 };
const BROKEN = { read: 15_000, written: 160_000 };

let folder: string;
let app: AppUnderTest;
let token: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  app = await runApp({ clock: clockFrom('2026-11-26T12:00:00Z'), folder });
  token = await app.connect(ADA.name);
});

afterEach(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

test('after a backfill the summary and the baselines know last month, and nobody was alerted', async () => {
  for (let day = 1; day <= DAYS; day++) writeDay(day, day === 2 ? BROKEN : HEALTHY);
  const result = await backfill();
  expect(result).toMatchObject({ requests: DAYS * 24, accepted: DAYS * 24, duplicates: 0 });
  await judged();

  // Monday to Wednesday: 3 days of 24 requests, one of them broken.
  const summary = JSON.stringify(await app.command(ADA.name, '/quota summary'));
  expect(summary).toContain('72 requests');
  const store = openStore(join(folder, 'quota-watch.db'), NOW);
  const developer = store.developers.findBySlackUser(ADA.id)?.id;
  if (developer === undefined) throw new Error('Ada is unknown');
  const span = { from: plus(NOW, -28 * DAY_MS), before: NOW };
  expect(store.usage.readsOfActiveHours(developer, span)).toHaveLength(DAYS * 6);
  expect([...store.usage.dailyCostPerPrompt(developer, span)].map(([model, days]) => [model, days.length])).toEqual([
    ['claude-opus-5-5', DAYS],
  ]);
  store.close();

  expect(count('incidents')).toBeGreaterThan(0);
  expect(count("notices WHERE subject = 'incident'")).toBe(0);
  expect(await app.messages(CHANNEL)).toEqual([]);
});

test('sent again, where nobody knows any more what was sent, everything counts once', async () => {
  writeDay(1, HEALTHY);
  await backfill();
  rmSync(join(folder, '.claude/quota-watch'), { recursive: true });
  expect(await backfill()).toMatchObject({ requests: 24, accepted: 0, duplicates: 24 });
  expect(count(ALL_REQUESTS)).toBe(24);
});

test('what the real client told by telemetry counts once beside what it wrote down, and what telemetry lost is added', async () => {
  const session = '1634cfc0-2111-483f-9ac6-b2c07a8855ca';
  const [logs] = capturedBodies('oauth/otlp-logs.json');
  await app.send(token, '/v1/logs', logs);
  const path = join(folder, `.claude/projects/-home-dev-project/${session}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(new URL('../fixtures/captured/oauth/transcript.jsonl', import.meta.url), path);
  expect(count(ALL_REQUESTS)).toBe(1);
  expect(await backfill()).toMatchObject({ requests: 2, accepted: 1, duplicates: 1, leftOut: 0 });
  expect(count(ALL_REQUESTS)).toBe(2);
  rmSync(join(folder, '.claude/quota-watch'), { recursive: true });
  appendFileSync(
    path,
    readFileSync(path, 'utf8')
      .replaceAll(/"requestId":"\w+",/g, '')
      .replaceAll('msg_01', 'msg_02'),
  );
  expect(await backfill()).toMatchObject({ accepted: 0, leftOut: 2 });
  expect(count(ALL_REQUESTS)).toBe(2);
});

test('a batch that mixes the past with the present alerts of neither, while only the past is broken', async () => {
  const at = (minutesAgo: number) => Date.now() + (NOW - Date.now()) - minutesAgo * MINUTE_MS;
  const common = { session: 's', model: 'claude-opus-5-5', inputTokens: 1, outputTokens: 50, agent: undefined };
  const past = [120, 118, 116, 114].map((ago, nth) => ({
    ...common,
    at: at(ago),
    requestId: `r${nth}`,
    cacheReadTokens: nth === 0 ? 150_000 : 15_000,
    cacheCreationTokens: nth === 0 ? 600 : 160_000,
  }));
  const present = { ...common, at: at(0), requestId: 'now', cacheReadTokens: 175_000, cacheCreationTokens: 600 };
  expect((await app.send(token, '/v1/usage', { requests: [...past, present] })).status).toBe(200);
  await judged();
  expect(count('incidents')).toBeGreaterThan(0);
  expect(count("notices WHERE subject = 'incident'")).toBe(0);
});

/** Six hours with a prompt each, of four requests each. */
function writeDay(daysAgo: number, last: { read: number; written: number }) {
  const session = `session-${daysAgo}`;
  const lines: string[] = [];
  for (let hour = 0; hour < 6; hour++) {
    const asked = plus(NOW, -daysAgo * DAY_MS - 3 * HOUR_MS + hour * HOUR_MS);
    const promptId = `prompt-${daysAgo}-${hour}`;
    lines.push(
      JSON.stringify({ promptId, type: 'user', message: { role: 'user', content: 'hush' }, timestamp: iso(asked) }),
    );
    for (let nth = 0; nth < 4; nth++) {
      const { read, written } = nth === 0 ? HEALTHY : last;
      const id = `${daysAgo}-${hour}-${nth}`;
      const usage = {
        input_tokens: 3,
        output_tokens: 200,
        cache_read_input_tokens: read,
        cache_creation_input_tokens: written,
      };
      const message = { id: `msg_${id}`, model: 'claude-opus-5-5', content: [], usage };
      const line = { type: 'assistant', sessionId: session, requestId: `req_${id}`, version: '2.1.330' };
      lines.push(JSON.stringify({ ...line, message, timestamp: iso(plus(asked, (nth + 1) * MINUTE_MS)) }));
    }
  }
  const path = join(folder, `.claude/projects/-home/${session}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}

function backfill() {
  const told = {
    connection: { url: app.url, token },
    claudeFolder: join(folder, '.claude'),
    ownFolder: join(folder, '.claude/quota-watch'),
    now: NOW,
    sinceMs: 30 * DAY_MS,
    screen: { write: () => {} },
  };
  return runBackfill(told, sendNews);
}

async function judged(): Promise<void> {
  await eventually(() => expect(count('undetected')).toBe(0), 20_000);
}

function count(of: string): number {
  const db = new BetterSqlite3(join(folder, 'quota-watch.db'), { readonly: true });
  const rows = db.prepare<[], number>(`SELECT count(*) FROM ${of}`).pluck().get() ?? 0;
  db.close();
  return rows;
}
