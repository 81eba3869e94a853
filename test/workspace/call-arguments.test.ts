import { expect, test } from 'vitest';
import { callArguments } from '../../src/workspace/call-arguments.ts';

const FORM = 'application/x-www-form-urlencoded';
const none = new URLSearchParams();

test('a form carries its blocks and metadata as JSON text', () => {
  const body = new URLSearchParams({ channel: 'C', text: '[1]', blocks: '[{"type":"divider"}]', metadata: '{"a":1}' });

  expect(callArguments(FORM, String(body), none)).toEqual({
    channel: 'C',
    text: '[1]',
    blocks: [{ type: 'divider' }],
    metadata: { a: 1 },
  });
});

test('a JSON body and the query are one set of arguments', () => {
  const query = new URLSearchParams('channel=C');

  expect(callArguments('application/json; charset=utf-8', '{"limit":3}', query)).toEqual({ channel: 'C', limit: 3 });
});

test('what cannot be parsed is left for the method to refuse', () => {
  expect(callArguments(FORM, 'blocks=[oops', none)).toEqual({ blocks: '[oops' });
  expect(callArguments('application/json', 'oops', none)).toEqual({});
  expect(callArguments('application/json', '[1]', none)).toEqual({});
});
