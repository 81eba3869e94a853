import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createTellAdmins } from '../../src/slack/tell-admins.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fine } from './seen.ts';
import { no, slackWebApi } from './slack-web-api.ts';

const FULL = { is: 'ingest_failing', code: 'SQLITE_FULL' } as const;

/** Tells two admins, of whom Slack refuses some, or cannot be asked at all. */
function telling(refused: readonly string[], admins = async (): Promise<readonly string[]> => ['U1', 'U2']) {
  const { client, calls } = slackWebApi(({ args }) =>
    refused.includes(args.channel ?? '') ? no('cannot_dm_bot') : {},
  );
  const tell = createTellAdmins({
    client,
    admins,
    zone: 'UTC',
    clock: fakeClock('2026-11-23T12:00:00Z'),
    log: pino({ level: 'silent' }),
  });
  return { calls, tell: () => tell(FULL) };
}

test('every admin is told what it is, and since when', async () => {
  const { calls, tell } = telling([]);
  expect(await tell()).toBe(true);
  expect(calls.map(({ method, args }) => [method, args.channel])).toEqual([
    ['chat.postMessage', 'U1'],
    ['chat.postMessage', 'U2'],
  ]);
  for (const { args } of calls) {
    const { text } = fine({ text: args.text ?? '', blocks: JSON.parse(args.blocks ?? '[]') });
    expect(text).toBe('Quota Watch cannot store what comes in: the disk is full');
    expect(args.blocks).toContain('12:00');
  }
});

test('one who was reached is enough, none is not', async () => {
  expect(await telling(['U1']).tell()).toBe(true);
  expect(await telling(['U1', 'U2']).tell()).toBe(false);
});

test('while Slack cannot say who they are, nobody is reached', async () => {
  const { tell, calls } = telling([], () => Promise.reject(new Error('Slack is away')));
  expect(await tell()).toBe(false);
  expect(calls).toEqual([]);
});
