import { expect, test } from 'vitest';
import { usageItems } from '../../src/collector/usage-items.ts';
import { readRecording } from '../../src/commands/recording.ts';

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
const line = (part: object) =>
  JSON.stringify({ session: 's1', start_utc: '2026-11-23T08:00', events: [], markers: [], ...part });
const bodies = (part: object) => readRecording(line(part)).arrivals.map(({ body }) => body);

test('a request becomes what the webhook takes, at its own time', () => {
  const { startedAt, arrivals } = readRecording(line({ events: [event, { ...event, t: 20, agent: 'a1' }] }));
  expect(new Date(startedAt).toISOString()).toBe('2026-11-23T08:00:00.000Z');
  expect(arrivals.map(({ at }) => at - startedAt)).toEqual([12_500, 20_000]);
  const items = arrivals.flatMap(({ body }) => usageItems(JSON.parse(JSON.stringify(body))).items);
  expect(items.map(({ fact }) => fact)).toMatchObject([
    {
      is: 'request',
      request: {
        origin: 'main',
        requestId: 's1:0',
        cacheReadTokens: 14_000,
        cacheCreation1hTokens: 600,
        clientVersion: '2.1.330',
      },
    },
    { is: 'request', request: { origin: 'agent', agent: 'a1', requestId: 's1:1' } },
  ]);
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
  expect(order.map((body) => Object.keys(body)[0])).toEqual(['markers', 'requests']);
});

test('what the client wrote itself is no usage', () => {
  expect(bodies({ events: [{ ...event, model: '<synthetic>' }] })).toEqual([]);
});

test.each([
  ['no JSON', '{'],
  ['another shape', '{"session":1}'],
  ['a negative count', line({ events: [{ ...event, input: -1 }] })],
])('%s is refused', (_, text) => {
  expect(() => readRecording(text)).toThrow();
});
