import { expect, test } from 'vitest';
import { createRefusals } from '../../src/workspace/refusals.ts';

const refusing = (refused: readonly string[] = [], archived: readonly string[] = []) =>
  createRefusals({
    ledger: { refusedBlocks: () => refused, isArchived: (channel) => archived.includes(channel) },
    validate: (_method, args) => (args.text === 'bad' ? ['text is bad'] : []),
  });
const chart = { type: 'data_visualization' };
const blocks = [{ type: 'section' }, chart];

test('blocks of a refused type are pointed at, in messages and in views', () => {
  const refuse = refusing(['data_visualization']);
  const complaint = '[ERROR] unsupported type: data_visualization [json-pointer:/blocks/1/type]';
  const refused = { ok: false, error: 'invalid_blocks', response_metadata: { messages: [complaint] } };

  expect(refuse('chat.postMessage', { blocks })).toEqual(refused);
  expect(refuse('views.open', { view: { blocks } })).toEqual(refused);
  expect(refuse('chat.postMessage', { blocks: [{ type: 'table' }] })).toBeUndefined();
  expect(refusing()('chat.postMessage', { blocks })).toBeUndefined();
});

test('what the validation says is told as Slack tells it', () => {
  expect(refusing()('chat.postMessage', { text: 'bad' })).toMatchObject({
    error: 'invalid_blocks',
    response_metadata: { messages: ['text is bad'] },
  });
});

test('nothing is edited in an archived channel', () => {
  const refuse = refusing([], ['C1']);

  expect(refuse('chat.update', { channel: 'C1' })).toMatchObject({ ok: false, error: 'is_inactive' });
  expect(refuse('chat.update', { channel: 'C2' })).toBeUndefined();
  expect(refuse('conversations.info', { channel: 'C1' })).toBeUndefined();
});

test.for([
  ['users.lookupByEmail', { email: 'joan@example.com' }, 'users_not_found'],
  ['conversations.open', { users: 'U000000ADA,U00000JOAN' }, 'user_disabled'],
  ['conversations.open', { users: ['U00000JOAN'] }, 'user_disabled'],
] as const)('%s of somebody who left answers %j with %s', ([method, args, error]) => {
  expect(refusing()(method, args)).toMatchObject({ ok: false, error });
});

test('somebody who left is still described, and nobody else is refused', () => {
  expect(refusing()('users.info', { user: 'U00000JOAN' })).toBeUndefined();
  expect(refusing()('conversations.open', { users: 'U000000ADA' })).toBeUndefined();
  expect(refusing()('users.lookupByEmail', { email: 'ada@example.com' })).toBeUndefined();
});
