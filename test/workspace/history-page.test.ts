import { expect, test } from 'vitest';
import { historyPage, withTrueEdit } from '../../src/workspace/history-page.ts';

const NEWEST_FIRST = ['40.0', '30.0', '20.0', '10.0'].map((ts) => ({ ts, text: ts, metadata: { event_type: 'x' } }));
const tsOf = (args: Record<string, unknown>) => historyPage(NEWEST_FIRST, args).messages.map(({ ts }) => ts);

test.for([
  { args: {}, expected: ['40.0', '30.0', '20.0', '10.0'] },
  { args: { oldest: '20.0' }, expected: ['40.0', '30.0'] },
  { args: { oldest: '20.0', inclusive: 'true' }, expected: ['40.0', '30.0', '20.0'] },
  { args: { latest: '30.0' }, expected: ['20.0', '10.0'] },
  { args: { latest: '30.0', oldest: '20.0' }, expected: [] },
  { args: { latest: '30.0', oldest: '20.0', inclusive: true }, expected: ['30.0', '20.0'] },
  { args: { limit: '2' }, expected: ['40.0', '30.0'] },
  { args: { limit: 2, cursor: '20.0' }, expected: ['20.0', '10.0'] },
  { args: { limit: 0 }, expected: ['40.0', '30.0', '20.0', '10.0'] },
])('a history with $args lists $expected', ({ args, expected }) => {
  expect(tsOf(args)).toEqual(expected);
});

test('a page that is not the last one names the next', () => {
  expect(historyPage(NEWEST_FIRST, { limit: 3 })).toMatchObject({
    has_more: true,
    response_metadata: { next_cursor: '10.0' },
  });
  expect(historyPage(NEWEST_FIRST, { limit: 4 })).toMatchObject({
    has_more: false,
    response_metadata: { next_cursor: '' },
  });
});

test('metadata is listed only when asked for', () => {
  expect(historyPage(NEWEST_FIRST, {}).messages[0]).toEqual({ ts: '40.0', text: '40.0' });
  expect(historyPage(NEWEST_FIRST, { include_all_metadata: 'true' }).messages[0]).toHaveProperty('metadata');
});

test('an edit is shown with the time that the ledger knows', () => {
  const listed = { ts: '1.0', text: 'x', edited: { user: 'B', ts: '9.0' } };
  const remembered = { channel: 'C', ts: '1.0', text: 'x' };

  expect(withTrueEdit(listed, remembered)).toEqual({ ts: '1.0', text: 'x' });
  expect(withTrueEdit(listed, { ...remembered, edited: { user: 'B', ts: '2.0' } })).toMatchObject({
    edited: { ts: '2.0' },
  });
  expect(withTrueEdit(listed, undefined)).toBe(listed);
});
