import { describe, expect, test } from 'vitest';
import { createRemover } from '../../src/slack/remover.ts';
import { no, slackWebApi } from './slack-web-api.ts';

const MESSAGE = { channel: 'C0ALERTS', ts: '1.1' };

describe('deleting a message in Slack', () => {
  test('names the message and is done', async () => {
    const { client, calls } = slackWebApi(() => ({}));
    expect(await createRemover(client)(MESSAGE)).toEqual({ is: 'removed' });
    expect(calls).toMatchObject([{ method: 'chat.delete', args: MESSAGE }]);
  });

  test('that is gone already is done', async () => {
    const { client } = slackWebApi(() => no('message_not_found'));
    expect(await createRemover(client)(MESSAGE)).toEqual({ is: 'removed' });
  });

  test.each([
    ['is_archived', { is: 'refused', problem: 'is_archived', isMendable: true }],
    ['cant_delete_message', { is: 'refused', problem: 'cant_delete_message', isMendable: false }],
    ['internal_error', { is: 'unreachable', problem: 'internal_error' }],
  ])('tells the caller what %s means', async (code, answer) => {
    const { client } = slackWebApi(() => no(code));
    expect(await createRemover(client)(MESSAGE)).toEqual(answer);
  });

  test('tells the caller that Slack did not answer', async () => {
    const { client } = slackWebApi(() => new Response('', { status: 503 }));
    expect(await createRemover(client)(MESSAGE)).toEqual({ is: 'unknown', problem: 'HTTP 503' });
  });
});
