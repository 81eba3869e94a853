import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hookItems } from '../../src/collector/hook-items.ts';
import { NOW } from './a-collector.ts';
import { capturedBodies, HOOK_FILES } from './captured.ts';

const FAILURE = {
  session_id: 's1',
  hook_event_name: 'StopFailure',
  error: 'rate_limit',
  last_assistant_message: "You've hit your weekly Opus limit · resets Nov 26, 1pm (UTC)",
};

const itemsOf = (body: unknown) => hookItems(body, NOW, 'UTC').items;

test('a reached limit is a reading of 100 %', () => {
  const resetsAt = Date.parse('2026-11-26T13:00:00Z');
  const window = { kind: 'seven_day', scope: 'opus', usedPercent: 100, resetsAt };
  expect(itemsOf(FAILURE)).toEqual([
    { fact: { is: 'reading', reading: { session: 's1', ...window, at: NOW, source: 'stop_failure' } } },
  ]);
});

test('a limit that our own client could not tell at once is read as of then', () => {
  const text = "You've hit your session limit · resets 9am (UTC)";
  // It is 8:30 now: as of then it was the 9 o'clock before.
  const [item] = itemsOf({ ...FAILURE, last_assistant_message: text, seconds_ago: 4 * 3600 + 1800 });
  const at = Date.parse('2026-11-23T04:00:00Z');
  expect(item?.fact).toMatchObject({ reading: { at, resetsAt: Date.parse('2026-11-23T09:00:00Z') } });
});

describe('anything else tells nothing', () => {
  test.each([
    ['another event', { hook_event_name: 'Stop' }],
    ['another error', { error: 'server_error' }],
    ['throttling', { last_assistant_message: 'API Error: Request rejected (429) · slow down' }],
    ['no text', { last_assistant_message: undefined }],
    ['no session', { session_id: undefined }],
    ['a session that is no text', { session_id: 'a\u0000' }],
  ])('%s', (_case, changes) => {
    expect(itemsOf({ ...FAILURE, ...changes })).toEqual([]);
  });
});

test('no JSON makes the parser throw', () => {
  fc.assert(fc.property(fc.jsonValue(), (body) => void itemsOf(body)));
  fc.assert(fc.property(fc.jsonValue(), (text) => void itemsOf({ ...FAILURE, last_assistant_message: text })));
});

test('throttling of an API key, as captured, tells nothing', () => {
  const hooks = capturedBodies('oauth/http-hooks.json').map((hook) => (hook as { body: { error?: string } }).body);
  expect(hooks.map(({ error }) => error)).toContain('rate_limit');
  expect(hooks.flatMap(itemsOf)).toEqual([]);
});

test('of all captured hooks only the lock-out tells something', () => {
  const told = HOOK_FILES.flatMap((file) => capturedBodies(file).flatMap(itemsOf));
  expect(told).toMatchObject([
    { fact: { reading: { kind: 'five_hour', resetsAt: Date.parse('2026-11-23T08:58:00Z') } } },
  ]);
});
