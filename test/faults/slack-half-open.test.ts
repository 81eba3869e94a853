import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedBodies } from '../collector/captured.ts';
import { type AppUnderTest, clockFrom, eventually, runApp, tokenOfStranger } from '../support/running-app.ts';
import { tell } from './how-long.ts';
import { openSlowLine, type SlowLine } from './slow-line.ts';

/** Just after the bodies were captured, so that they arrive fresh. */
const CAPTURED_AT = '2026-11-23T07:29:00Z';
/** A dead socket is noticed by its missing pongs, and a dead call by its timeout. */
const NOTICED_WITHIN_MS = 45_000;

let folder: string;
let line: SlowLine;
let app: AppUnderTest | undefined;

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

test('while Slack takes every connection and never answers, usage is taken, and each message comes once when it does again', {
  timeout: 120_000,
}, async () => {
  const token = tokenOfStranger(folder);
  const env = { SLACK_API_URL: `http://127.0.0.1:${line.port}/api/` };
  const running = await runApp({ clock: clockFrom(CAPTURED_AT), folder, env });
  app = running;
  line.leadTo(Number(new URL(running.slack.slackApiUrl).port));
  await eventually(async () => expect((await ready(running)).status).toBe(200), 20_000);

  line.freeze();
  const frozenAt = performance.now();
  for (const body of capturedBodies('cache-invalidation/logs.json')) {
    expect((await running.send(token, '/v1/logs', body)).status).toBe(200);
  }
  await eventually(async () => {
    const answer = await ready(running);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('the Slack socket is not connected');
  }, NOTICED_WITHIN_MS);
  tell(`a dead Slack socket was noticed after ${((performance.now() - frozenAt) / 1000).toFixed(1)} s`);
  expect(await running.messages('#claude-quota')).toEqual([]);

  line.thaw();
  await eventually(async () => expect((await ready(running)).status).toBe(200), NOTICED_WITHIN_MS);
  await eventually(async () => expect(await running.messages('#claude-quota')).toHaveLength(1), NOTICED_WITHIN_MS);
  expect(JSON.stringify(await running.command('ada', '/quota'))).toContain('blocks');
  tell(`all was well again after ${((performance.now() - frozenAt) / 1000).toFixed(1)} s`);
  expect(await running.messages('#claude-quota')).toHaveLength(1);
});

const ready = ({ url }: AppUnderTest) => fetch(`${url}/readyz`);
