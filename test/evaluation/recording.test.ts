import { expect, test } from 'vitest';
import { asWebhook } from '../../src/evaluation/arrivals.ts';
import { readRecording } from '../../src/evaluation/recording.ts';

const event = {
  t: 12.5,
  agent: null,
  model: 'claude-opus-5-5',
  ver: '2.1.330',
  input: 4,
  output: 9,
  cache_read: 14_000,
  cache_creation: 600,
  c5m: 0,
  c1h: 600,
};
const line = (part: object) => ({ session: 's1', start_utc: '2026-11-23T08:00', events: [], markers: [], ...part });
const bodies = (part: object) => [...asWebhook(readRecording(line(part)))].map(({ body }) => body);

test('a request becomes what the webhook takes, at its own time', () => {
  const { startedAt, requests } = readRecording(line({ events: [event, { ...event, t: 20, agent: 'a1' }] }));
  expect(new Date(startedAt).toISOString()).toBe('2026-11-23T08:00:00.000Z');
  expect(requests).toEqual([
    {
      session: 's1',
      at: startedAt + 12_500,
      requestId: 's1:000000',
      promptId: 's1:p1',
      model: 'claude-opus-5-5',
      clientVersion: '2.1.330',
      inputTokens: 4,
      outputTokens: 9,
      cacheReadTokens: 14_000,
      cacheCreationTokens: 600,
      cacheCreation5mTokens: 0,
      cacheCreation1hTokens: 600,
    },
    expect.objectContaining({ at: startedAt + 20_000, requestId: 's1:000001', agent: 'a1' }),
  ]);
});

test.each([
  ['2026-11-23T08:00', '2026-11-23T08:00:00.000Z'],
  ['2026-11-23T08:00:30Z', '2026-11-23T08:00:30.000Z'],
  ['2026-11-23T08:00:00+02:00', '2026-11-23T06:00:00.000Z'],
])('a start at %s is %s', (start_utc, iso) => {
  expect(new Date(readRecording(line({ start_utc })).startedAt).toISOString()).toBe(iso);
});

test.each([
  ['start:resume', 'resume'],
  ['start:startup', 'resume'],
  ['start:compact', 'compaction'],
  ['system:compact_boundary', 'compaction'],
  ['system:microcompact_boundary', 'compaction'],
  ['compact_summary', 'compaction'],
  ['start:clear', 'clear'],
  ['cmd:/clear', 'clear'],
])('the marker %s is a %s', (word, kind) => {
  expect(bodies({ markers: [{ t: 1, kind: word }] })).toMatchObject([{ markers: [{ session: 's1', kind }] }]);
});

test.each(['user', 'interrupt', 'synthetic_error', 'cmd:/model'])('the marker %s tells nothing', (word) => {
  expect(bodies({ markers: [{ t: 1, kind: word }] })).toEqual([]);
});

test('a marker comes before the request of the same moment', () => {
  const order = bodies({ events: [{ ...event, t: 5 }], markers: [{ t: 5, kind: 'start:resume' }] });
  expect(order.map((body) => Object.keys(body as object)[0])).toEqual(['markers', 'requests']);
});

test('requests share a prompt until the next one is typed, and what ran before the first belongs to it', () => {
  const events = [1, 5, 6, 20, 21].map((t) => ({ ...event, t }));
  const markers = [
    { t: 20, kind: 'user' },
    { t: 4, kind: 'user' },
    { t: 20.5, kind: 'interrupt' },
  ];
  expect(readRecording(line({ events, markers })).requests.map(({ promptId }) => promptId)).toEqual([
    's1:p1',
    's1:p1',
    's1:p1',
    's1:p2',
    's1:p2',
  ]);
});

test('requests are put in the order of time', () => {
  const events = [20, 5, 12].map((t) => ({ ...event, t }));
  const { requests, startedAt } = readRecording(line({ events }));
  expect(requests.map(({ at }) => (at - startedAt) / 1000)).toEqual([5, 12, 20]);
});

test('what the client wrote itself is no usage', () => {
  expect(bodies({ events: [{ ...event, model: '<synthetic>' }] })).toEqual([]);
});

test('writes that only the split tells are counted', () => {
  const { requests } = readRecording(line({ events: [{ ...event, cache_creation: 0, c5m: 200, c1h: 600 }] }));
  expect(requests[0]?.cacheCreationTokens).toBe(800);
});

test.each([
  ['another shape', { session: 1 }],
  ['no session', line({ session: '' })],
  ['a negative count', line({ events: [{ ...event, input: -1 }] })],
  ['no time', line({ start_utc: 'yesterday' })],
])('%s is refused', (_, value) => {
  expect(() => readRecording(value)).toThrow();
});
