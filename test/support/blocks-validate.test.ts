import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, test } from 'vitest';
import { no, slackWebApi } from '../slack/slack-web-api.ts';
import { longestOfEachMake, slackOpinion } from './slack-opinion.ts';
import { invalidMessage, invalidReasons, invalidView } from './valid-slack.ts';

const divider = { type: 'divider' } as const;
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;

describe('the opinion of Slack', () => {
  test('is asked for without the text, which is no block', async () => {
    const { client, calls } = slackWebApi(() => ({}));
    expect(await slackOpinion(client, { message: { blocks: [divider] } })).toEqual([]);
    expect(calls).toEqual([{ method: 'blocks.validate', args: { message: '{"blocks":[{"type":"divider"}]}' } }]);
  });

  test('is told with the place of each fault', async () => {
    const errors = [{ pointer: '/blocks/0/text', code: 'failed_constraint', message: 'must be shorter' }];
    const { client } = slackWebApi(() => ({ ...no('invalid_blocks'), errors }));
    expect(await slackOpinion(client, { message: { blocks: [section('x')] } })).toEqual([
      'invalid_blocks',
      '/blocks/0/text: must be shorter',
    ]);
  });

  test('is not made up when Slack is away', async () => {
    const { client } = slackWebApi(() => new Response('', { status: 503 }));
    await expect(slackOpinion(client, { message: { blocks: [divider] } })).rejects.toThrow('503');
  });

  test('is asked once for each make, of the longest', () => {
    const lines = [[divider], [section('short')], [section('longer')], [section('long')]].map((blocks) =>
      JSON.stringify({ message: { blocks } }),
    );
    expect(longestOfEachMake(lines)).toEqual([
      { message: { blocks: [divider] } },
      { message: { blocks: [section('longer')] } },
    ]);
  });
});

describe('what tests show', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quota-watch-kept-'));
  const file = join(folder, 'kept.jsonl');
  const before = process.env.SLACK_BLOCKS_KEPT_IN;

  afterEach(() => {
    if (before === undefined) delete process.env.SLACK_BLOCKS_KEPT_IN;
    else process.env.SLACK_BLOCKS_KEPT_IN = before;
    rmSync(folder, { recursive: true });
  });

  test('is kept when the environment names a file, but for what is refused already', () => {
    process.env.SLACK_BLOCKS_KEPT_IN = file;
    const view = { type: 'home', blocks: [divider] };
    invalidMessage({ text: 'x', blocks: [divider] });
    invalidMessage({ text: 'no blocks, nothing to ask' });
    invalidMessage({ text: 'x', blocks: [{ type: 'nonsense' }] });
    invalidView(view);
    invalidReasons('chat.postMessage', { channel: 'C1', text: 'x', blocks: JSON.stringify([section('y')]) });
    invalidReasons('views.publish', { user_id: 'U1', view: JSON.stringify(view) });

    expect(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([{ message: { blocks: [divider] } }, { view }, { message: { blocks: [section('y')] } }, { view }]);
  });
});

/**
 * `SLACK_BLOCKS_VALIDATE=1 npx vitest run --project unit test/support/blocks-validate.test.ts`, where there is internet:
 * runs the tests of what Slack shows, and lets Slack judge what they made. No token is needed.
 */
if (process.env.SLACK_BLOCKS_VALIDATE === '1') {
  const MINUTES = 60_000;

  test('Slack takes every message and view that the tests of views make', { timeout: 20 * MINUTES }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quota-watch-kept-'));
    const file = join(folder, 'kept.jsonl');
    await runTests(['test/slack'], { ...process.env, SLACK_BLOCKS_VALIDATE: '', SLACK_BLOCKS_KEPT_IN: file });
    const shown = longestOfEachMake(readFileSync(file, 'utf8').trim().split('\n'));
    rmSync(folder, { recursive: true });
    const client = new WebClient(undefined, { timeout: 10_000, retryConfig: { retries: 3, minTimeout: 500 } });

    const refused: object[] = [];
    for (const one of shown) {
      const reasons = await slackOpinion(client, one);
      if (reasons.length > 0) refused.push({ reasons, ...one });
    }

    expect(shown.length).toBeGreaterThan(20);
    expect(refused).toEqual([]);
  });
}

/** Whether they pass is told by their own run. */
function runTests(paths: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--no-coverage', '--project', 'unit', ...paths];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, maxBuffer: Number.POSITIVE_INFINITY }, () => resolve());
  });
}
