import { describe, expect, test } from 'vitest';
import { createMessenger } from '../../src/slack/messenger.ts';
import { section } from '../../src/slack/views/blocks.ts';
import { NOON } from '../support/builders.ts';
import { invalidReasons } from '../support/valid-slack.ts';
import { type Call, no, slackWebApi } from './slack-web-api.ts';

const MESSAGE = { text: 'Hello', blocks: [section('*Hello*')] };
const marked = (notice: string, ts: string) => ({
  ts,
  metadata: { event_type: 'quota_watch_notice', event_payload: { notice } },
});

function start(answers: (call: Call) => object | Response) {
  const { client, calls } = slackWebApi(answers);
  return { ...createMessenger(client), calls };
}

describe('posting', () => {
  test('sends the message with its mark, in words that Slack takes, and answers where it stands', async () => {
    const { post, calls } = start(() => ({ channel: 'D1', ts: '1.5' }));
    expect(await post({ channel: 'U1' }, MESSAGE, '7')).toEqual({ is: 'sent', at: { channel: 'D1', ts: '1.5' } });
    const [{ method, args } = { method: '', args: {} }] = calls;
    expect(method).toBe('chat.postMessage');
    expect(invalidReasons(method, args)).toEqual([]);
    expect(args).toMatchObject({ channel: 'U1', text: 'Hello', unfurl_links: 'false', unfurl_media: 'false' });
    expect(JSON.parse(args.metadata ?? '')).toEqual({
      event_type: 'quota_watch_notice',
      event_payload: { notice: '7' },
    });
    expect(args).not.toHaveProperty('thread_ts');
  });

  test('answers into a thread, and never to the whole channel', async () => {
    const { post, calls } = start(() => ({ channel: 'C1', ts: '2.5' }));
    await post({ channel: 'C1', threadTs: '1.5' }, MESSAGE, '7');
    expect(calls[0]?.args).toMatchObject({ thread_ts: '1.5' });
    expect(calls[0]?.args).not.toHaveProperty('reply_broadcast');
  });

  test.each<[string, () => object | Response, object]>([
    ['refusal', () => no('not_in_channel'), { is: 'refused', problem: 'not_in_channel', isMendable: true }],
    [
      'request to wait',
      () => new Response('', { status: 429, headers: { 'retry-after': '12' } }),
      { is: 'rate_limited', retryAfterMs: 12_000 },
    ],
    ['failing gateway', () => new Response('', { status: 503 }), { is: 'unknown', problem: 'HTTP 503' }],
  ])("tells Slack's %s", async (_, answer, told) => {
    expect(await start(answer).post({ channel: 'C1' }, MESSAGE, '7')).toEqual(told);
  });
});

describe('blocks that Slack does not take', () => {
  const text = { text: 'In words', blocks: [section('In words')] };
  const table = { text: 'As a table', blocks: [section('Table')], plainer: text };
  const chart = { text: 'As a chart', blocks: [section('Chart')], plainer: table };
  /** A workspace that knows neither charts nor tables. */
  const knowsText = ({ args }: Call) =>
    args.text === 'In words' ? { channel: 'C1', ts: '1.5' } : no('invalid_blocks');

  test('are said again in plainer ones, until Slack takes them', async () => {
    const { post, update, calls } = start(knowsText);
    expect(await post({ channel: 'C1' }, chart, '7')).toEqual({ is: 'sent', at: { channel: 'C1', ts: '1.5' } });
    expect(await update({ channel: 'C1', ts: '1.5' }, table, '7')).toMatchObject({ is: 'sent' });
    const said = calls.map(({ args }) => args.text);
    expect(said).toEqual(['As a chart', 'As a table', 'In words', 'As a table', 'In words']);
  });

  test('are given up where there are no plainer ones, and after any other refusal', async () => {
    const refusesAll = start(() => no('invalid_blocks'));
    expect(await refusesAll.post({ channel: 'C1' }, chart, '7')).toMatchObject({ problem: 'invalid_blocks' });
    const archived = start(() => no('is_archived'));
    await archived.post({ channel: 'C1' }, chart, '7');
    expect(archived.calls).toHaveLength(1);
  });
});

describe('editing', () => {
  test('sends the message anew to where it stands, with the mark of its last notice', async () => {
    const { update, calls } = start(() => ({}));
    expect(await update({ channel: 'C1', ts: '1.5' }, MESSAGE, '8')).toEqual({
      is: 'sent',
      at: { channel: 'C1', ts: '1.5' },
    });
    const [{ method, args } = { method: '', args: {} }] = calls;
    expect(method).toBe('chat.update');
    expect(invalidReasons(method, args)).toEqual([]);
    expect(args.metadata).toContain('"notice":"8"');
  });

  test.each(['message_not_found', 'edit_window_closed', 'cant_update_message'])(
    'tells a message that cannot be edited any more: %s',
    async (problem) => {
      const { update } = start(() => no(problem));
      expect(await update({ channel: 'C1', ts: '1.5' }, MESSAGE, '8')).toEqual({ is: 'gone' });
    },
  );
});

describe('finding a message by its mark', () => {
  test('reads the channel page by page, from five minutes before it was decided', async () => {
    const pages: Record<string, object> = {
      '': { messages: [marked('6', '1.1'), { ts: '1.2' }], response_metadata: { next_cursor: 'more' } },
      more: {
        messages: [
          { ts: '1.3', metadata: { event_type: 'other', event_payload: { notice: '7' } } },
          marked('7', '1.4'),
        ],
      },
    };
    const { find, calls } = start(({ args }) => pages[args.cursor ?? ''] ?? {});
    expect(await find({ channel: 'C1', since: NOON }, '7')).toEqual({ is: 'found', at: { channel: 'C1', ts: '1.4' } });
    expect(calls.map(({ method }) => method)).toEqual(['conversations.history', 'conversations.history']);
    expect(calls[0]?.args).toMatchObject({ oldest: String(NOON / 1000 - 300), include_all_metadata: 'true' });
  });

  test('reads a thread where it was said in one', async () => {
    const { find, calls } = start(() => ({ messages: [marked('7', '1.6')] }));
    expect(await find({ channel: 'C1', threadTs: '1.5', since: NOON }, '7')).toEqual({
      is: 'found',
      at: { channel: 'C1', ts: '1.6' },
    });
    expect(calls[0]).toMatchObject({ method: 'conversations.replies', args: { ts: '1.5' } });
  });

  test.each(['U000000ADA', 'W000000ADA'])('opens the direct message of %s, which its history needs', async (user) => {
    const { find, calls } = start(({ method }) =>
      method === 'conversations.open' ? { channel: { id: 'D1' } } : { messages: [marked('7', '1.4')] },
    );
    expect(await find({ channel: user, since: NOON }, '7')).toEqual({ is: 'found', at: { channel: 'D1', ts: '1.4' } });
    expect(calls.map(({ args }) => args.channel ?? args.users)).toEqual([user, 'D1']);
  });

  test('answers nothing where Slack has none', async () => {
    expect(await start(() => ({ messages: [marked('6', '1.1')] })).find({ channel: 'C1', since: NOON }, '7')).toEqual({
      is: 'missing',
    });
    expect(await start(() => ({})).find({ channel: 'C1', since: NOON }, '7')).toEqual({ is: 'missing' });
  });

  test.each<[string, () => object | Response, object]>([
    ['refusal', () => no('not_in_channel'), { is: 'refused', problem: 'not_in_channel', isMendable: true }],
    ['failing gateway', () => new Response('', { status: 503 }), { is: 'unknown', problem: 'HTTP 503' }],
  ])("tells Slack's %s: that is no answer", async (_, answer, told) => {
    expect(await start(answer).find({ channel: 'C1', since: NOON }, '7')).toEqual(told);
  });

  test('finds nothing in a thread that was deleted', async () => {
    const { find } = start(() => no('thread_not_found'));
    expect(await find({ channel: 'C1', threadTs: '1.5', since: NOON }, '7')).toEqual({ is: 'missing' });
  });
});

describe('a person whom the bot cannot write to', () => {
  test.each(['channel_not_found', 'user_not_found', 'cannot_dm_bot', 'user_disabled'])(
    'does not appear by waiting: %s',
    async (problem) => {
      const { post, update, find } = start(() => no(problem));
      const refused = { is: 'refused', problem, isMendable: false };
      expect(await post({ channel: 'U000000ADA' }, MESSAGE, '7')).toEqual(refused);
      expect(await update({ channel: 'D000000ADA', ts: '1.5' }, MESSAGE, '7')).toEqual(refused);
      expect(await find({ channel: 'U000000ADA', since: NOON }, '7')).toEqual(refused);
    },
  );

  test('is no channel to which somebody may invite it', async () => {
    const { post } = start(() => no('channel_not_found'));
    expect(await post({ channel: 'C1' }, MESSAGE, '7')).toMatchObject({ isMendable: true });
  });
});
