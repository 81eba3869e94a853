import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isForPeople } from '../../src/serve.ts';
import { capturedBodies } from '../collector/captured.ts';
import { type AppUnderTest, clockFrom, eventually, runApp, tokenOfStranger } from '../support/running-app.ts';
import { lookInto } from './recount.ts';
import { openSlowLine, type SlowLine } from './slow-line.ts';

/** Just after the bodies were captured, so that they arrive fresh. */
const CAPTURED_AT = '2026-11-23T07:29:00Z';

let folder: string;
let app: AppUnderTest | undefined;
let line: SlowLine;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  line = await openSlowLine();
  app = undefined;
});

afterEach(async () => {
  await app?.stop();
  await line.close();
  rmSync(folder, { recursive: true });
});

const clock = () => clockFrom(CAPTURED_AT);

async function start(env: Record<string, string>, now = clock()): Promise<AppUnderTest> {
  app = await runApp({ clock: now, folder, env });
  return app;
}

/** In a zone where it is no time for the summary of the week. */
const startWithoutSlack = (now = clock()) =>
  start({ SLACK_API_URL: `http://127.0.0.1:${line.port}/api/`, TEAM_TIME_ZONE: 'America/Los_Angeles' }, now);

const slackPort = ({ slack }: AppUnderTest) => Number(new URL(slack.slackApiUrl).port);

test('started while Slack is down, it takes usage, and says once what happened when Slack is back after hours', async () => {
  const token = tokenOfStranger(folder);
  const now = clock();
  const running = await startWithoutSlack(now);
  for (const body of capturedBodies('cache-invalidation/logs.json')) {
    expect((await running.send(token, '/v1/logs', body)).status).toBe(200);
  }
  const ready = await fetch(`${running.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('the Slack socket is not connected');
  now.jumpTo('2026-11-23T10:29:00Z');

  line.leadTo(slackPort(running));

  await eventually(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200), 60_000);
  await eventually(async () => expect(await told(running)).toHaveLength(1), 60_000);
  await eventually(() => expect(unsaid()).toEqual([]), 60_000);
  expect(await told(running)).toHaveLength(1);
  expect(JSON.stringify(await running.command('ada', '/quota'))).toContain('blocks');
});

test('it can be stopped while Slack is down', async () => {
  const running = await startWithoutSlack();
  app = undefined;
  await running.stop();
  await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
});

test('after an outage while it runs the socket opens again', async () => {
  const running = await start({});
  running.slack.faults.next('apps.connections.open', { kind: 'http_error', status: 503 }, 2);
  running.slack.faults.cutSockets();
  await eventually(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(503));
  await eventually(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200), 20_000);
  expect(running.slack.faults.calls('apps.connections.open')).toBe(4);
});

test('where Slack asks to reconnect, as it does every few hours, the socket opens again at once', async () => {
  const running = await start({});
  running.slack.faults.disconnect();
  await eventually(() => expect(running.slack.faults.calls('apps.connections.open')).toBe(2));
  await eventually(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200));
  expect(JSON.stringify(await running.command('ada', '/quota'))).toContain('blocks');
});

test('a message that Slack refuses for the moment, fails at, and answers to nobody, comes once', async () => {
  const token = tokenOfStranger(folder);
  const running = await start({});
  running.slack.faults.next('chat.postMessage', { kind: 'rate_limited', retryAfterSeconds: 1 });
  running.slack.faults.next('chat.postMessage', { kind: 'http_error', status: 503 });
  running.slack.faults.next('chat.postMessage', { kind: 'answer_lost' });
  for (const body of capturedBodies('cache-invalidation/logs.json')) await running.send(token, '/v1/logs', body);
  await eventually(() => expect(unsaid()).toEqual([]), 60_000);
  expect(await told(running)).toHaveLength(1);
  expect(running.slack.faults.calls('chat.postMessage')).toBe(3);
});

/** What the channel was told, without threads. */
async function told({ messages }: AppUnderTest) {
  return (await messages('#claude-quota')).filter(({ thread_ts }) => thread_ts === undefined);
}

/** What is to be said by now; threads follow their messages a minute later. */
function unsaid(): readonly unknown[] {
  return lookInto(join(folder, 'quota-watch.db'), (db) =>
    db
      .prepare(`
        SELECT subject, form, reason FROM notices
        WHERE state IN ('waiting', 'sending') AND NOT (form = 'reply' AND reason = 'opened')
      `)
      .all(),
  );
}

test.each([
  ['SLACK_BOT_TOKEN', 'xoxb-wrong'],
  ['SLACK_APP_TOKEN', 'xapp-wrong'],
])('a wrong %s ends it with a sentence about that setting', async (setting, token) => {
  const error = await start({ [setting]: token }).catch((reason: unknown) => reason);
  expect(isForPeople(error)).toBe(true);
  expect(String(error)).toContain(`Slack refuses ${setting} (invalid_auth)`);
});
