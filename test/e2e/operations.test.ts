import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedBodies } from '../collector/captured.ts';
import { type AppUnderTest, clockFrom, eventually, runApp } from '../support/running-app.ts';

const ADA = { name: 'ada', directMessages: 'D000000ADA' };
/** Just after the bodies were captured, so that they arrive fresh. */
const CAPTURED_AT = '2026-11-23T07:29:00Z';

let folder: string;
let app: AppUnderTest;
let clock: ReturnType<typeof clockFrom>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  clock = clockFrom(CAPTURED_AT);
  app = await runApp({ clock, folder });
});

afterEach(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

const usage = (requestId: string) => ({
  requests: [
    {
      session: 's1',
      requestId,
      at: clock.now(),
      model: 'claude-opus-5-5',
      inputTokens: 4,
      outputTokens: 9,
      cacheReadTokens: 14_000,
      cacheCreationTokens: 900,
    },
  ],
});

async function readiness(): Promise<readonly [status: number, reasons: string]> {
  const answer = await fetch(`${app.url}/readyz`);
  const { reasons = [] }: { reasons?: readonly string[] } = await answer.json();
  return [answer.status, reasons.join('; ')];
}

/** Samples of our own metrics, by name with labels. */
async function figures(): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('quota_watch_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(12, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

test('what happened is counted from the body to the message, and nobody is named', async () => {
  const token = await app.connect(ADA.name);
  for (const body of capturedBodies('cache-invalidation/logs.json')) await app.send(token, '/v1/logs', body);
  await app.messages('#claude-quota', 1);
  await app.send('qw_wrong', '/v1/usage', {});
  await eventually(async () =>
    expect(await figures()).toMatchObject({
      'http_request_seconds_count{route="/v1/logs",status="200"}': expect.any(Number),
      'refusals_total{reason="unauthorized"}': 1,
      'items_total{feed="telemetry",outcome="accepted"}': expect.any(Number),
      'incidents_total{kind="cache_invalidation",severity="warning"}': 1,
      'notices_total{fate="sent"}': expect.any(Number),
      slack_connected: 1,
      ready: 1,
      undetected_sessions: 0,
      open_incidents: 1,
      waiting_bodies: 0,
    }),
  );
  const { commit_seconds_count: commits = 0, detection_lag_seconds_count: judged = 0, ...rest } = await figures();
  expect(commits).toBeGreaterThan(0);
  expect(judged).toBeGreaterThan(0);
  expect(rest.database_bytes).toBeGreaterThan(100_000);
  expect(rest.disk_free_bytes).toBeGreaterThan(0);
  const text = (await (await fetch(`${app.url}/metrics`)).text()).toLowerCase();
  for (const secret of ['ada', 'example.com', token.toLowerCase(), 'qw_', 'c0claude'])
    expect(text).not.toContain(secret);
});

describe('while another program keeps the database locked', () => {
  let other: BetterSqlite3.Database;

  beforeEach(() => {
    other = new BetterSqlite3(join(folder, 'quota-watch.db'));
  });

  afterEach(() => other.close());

  test('senders are asked to come back, /readyz says why, and a commit makes it ready again', async () => {
    const token = await app.connect(ADA.name);
    await eventually(async () => expect(await readiness()).toEqual([200, '']));
    other.exec('BEGIN IMMEDIATE');
    const answer = await app.send(token, '/v1/usage', usage('r1'));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    const [status, reasons] = await readiness();
    expect([status, reasons]).toEqual([
      503,
      expect.stringMatching(
        /^the database could not be written for \d+ s: another program keeps it locked \(SQLITE_BUSY/,
      ),
    ]);
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
    other.exec('COMMIT');
    expect((await app.send(token, '/v1/usage', usage('r1'))).status).toBe(200);
    expect((await readiness())[0]).toBe(200);
    expect(await figures()).toMatchObject({ 'refusals_total{reason="overloaded"}': 1 });
  });

  test('admins are told directly after some minutes, once, although nothing can be written down', async () => {
    const token = await app.connect(ADA.name);
    other.exec('BEGIN IMMEDIATE');
    expect((await app.send(token, '/v1/usage', usage('r1'))).status).toBe(503);
    clock.jumpTo(new Date(clock.now() + 4 * 60_000).toISOString());
    const alarms = async () =>
      (await app.messages(ADA.directMessages)).filter(({ text }) => text.includes('cannot store what comes in'));
    await eventually(async () => expect(await alarms()).toHaveLength(1), 25_000);
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    expect(await alarms()).toHaveLength(1);
    other.exec('COMMIT');
    await eventually(async () => expect(await readiness()).toEqual([200, '']), 15_000);
  });
});
