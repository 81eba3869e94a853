import { describe, expect, test } from 'vitest';
import { hookItems } from '../../src/collector/hook-items.ts';
import { logItems } from '../../src/collector/otlp/log-items.ts';
import { statusLineItems } from '../../src/collector/status-line-items.ts';
import { usageItems } from '../../src/collector/usage-items.ts';
import { epochMs } from '../../src/model/time.ts';
import type { Fact } from '../../src/model/usage-item.ts';
import { type CollectorCall, collectorCalls, type Feed, startOf } from '../../src/simulation/collector-calls.ts';
import { limitText } from '../../src/simulation/limit-text.ts';
import type { SessionLine } from '../../src/simulation/session-line.ts';
import { isShape, SHAPES, simulate } from '../../src/simulation/shapes.ts';
import { at } from '../support/builders.ts';

const event = {
  agent: null,
  model: 'claude-opus-5-5',
  ver: '2.1.330',
  input: 2,
  output: 300,
  cache_read: 14_000,
  cache_creation: 600,
  c5m: 0,
  c1h: 600,
} as const;

/** An agent's request between two prompts of the conversation, which is resumed before its last request. */
const LINE: SessionLine = {
  session: 's1',
  developer: 'ada',
  start_utc: '2026-11-23T08:00:00.000',
  events: [
    { ...event, t: 10, took: 4 },
    { ...event, t: 15, agent: 'a1', source: 'agent:custom' },
    { ...event, t: 60, c5m: null, c1h: null },
  ],
  markers: [
    { t: 0, kind: 'user' },
    { t: 50, kind: 'start:resume' },
    { t: 50, kind: 'user' },
    { t: 70, kind: 'system:compact_boundary' },
    { t: 80, kind: 'start:clear' },
  ],
  status_lines: [{ t: 11, rate_limits: { five_hour: { used_percentage: 12, resets_at: 1_795_435_200 } } }],
  refusals: [{ t: 90, window: 'five_hour', resets_at: 1_795_435_200 }],
  errors: [{ t: 90, model: 'claude-opus-5-5', status: 429 }],
};

function parsed({ path, body, at: receivedAt }: CollectorCall) {
  const wire = JSON.parse(JSON.stringify(body));
  switch (path) {
    case '/v1/usage':
      return usageItems(wire);
    case '/v1/logs':
      return logItems(wire);
    case '/v1/status-line':
      return statusLineItems(wire, receivedAt);
    case '/v1/hooks':
      return hookItems(wire, receivedAt, 'UTC');
  }
}

const factsOf = (feed: Feed, line = LINE): readonly Fact[] =>
  collectorCalls([line], feed).flatMap((call) => parsed(call).items.map(({ fact }) => fact));
const requestsOf = (feed: Feed) => factsOf(feed).flatMap((fact) => (fact.is === 'request' ? [fact.request] : []));
const markersOf = (feed: Feed) => factsOf(feed).flatMap((fact) => (fact.is === 'marker' ? [fact.marker.kind] : []));

describe('calls to the collector', () => {
  test.each(['webhook', 'telemetry', 'old_telemetry'] as const)(
    'by %s come in the order of time, each at its own',
    (feed) => {
      const times = collectorCalls([LINE], feed).map((call) => call.at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times[0]).toBe(at('2026-11-23T08:00:10Z'));
      expect(requestsOf(feed).map(({ endedAt }) => endedAt)).toEqual(
        [10, 15, 60].map((s) => at('2026-11-23T08:00:00Z') + s * 1000),
      );
      expect(requestsOf(feed)[0]?.startedAt).toBe(at('2026-11-23T08:00:06Z'));
    },
  );

  test.each(['webhook', 'telemetry', 'old_telemetry'] as const)('by %s name the prompt that was at work', (feed) => {
    expect(requestsOf(feed).map(({ promptId }) => promptId)).toEqual(['s1-p1', 's1-p1', 's1-p2']);
  });

  test('by the webhook name sub-agents and markers', () => {
    expect(requestsOf('webhook').map(({ origin, agent }) => [origin, agent])).toEqual([
      ['main', undefined],
      ['agent', 'a1'],
      ['main', undefined],
    ]);
    expect(markersOf('webhook')).toEqual(['resume', 'compaction', 'clear']);
  });

  test('by telemetry name the kind of sender, and tell a resume by the sequence alone', () => {
    expect(requestsOf('telemetry').map(({ origin, querySource }) => [origin, querySource])).toEqual([
      ['main', 'repl_main_thread'],
      ['background', 'agent:custom'],
      ['main', 'repl_main_thread'],
    ]);
    const [first, , resumed] = requestsOf('telemetry').map(({ sequence }) => sequence ?? Number.NaN);
    expect(resumed).toBeLessThanOrEqual(first ?? Number.NaN);
    expect(markersOf('telemetry')).toEqual(['compaction']);
    expect(factsOf('telemetry').filter(({ is }) => is === 'error')).toHaveLength(1);
  });

  test('by old telemetry name no sender and no split', () => {
    expect(requestsOf('old_telemetry')).toMatchObject([
      { origin: 'unknown', cacheReadTokens: 14_000, cacheCreation1hTokens: undefined, requestId: undefined },
      { origin: 'unknown' },
      { origin: 'unknown' },
    ]);
  });

  test('tell windows and refusals whatever the feed', () => {
    const readings = factsOf('telemetry').flatMap((fact) => (fact.is === 'reading' ? [fact.reading] : []));
    expect(readings).toMatchObject([
      { kind: 'five_hour', usedPercent: 12, source: 'status_line', resetsAt: at('2026-11-23T12:00:00Z') },
      { kind: 'five_hour', usedPercent: 100, source: 'stop_failure', resetsAt: at('2026-11-23T12:00:00Z') },
    ]);
  });

  test('are for the developer of the session, or for one of its own', () => {
    const { developer: _, ...alone } = LINE;
    expect(new Set(collectorCalls([LINE], 'webhook').map(({ developer }) => developer))).toEqual(new Set(['ada']));
    expect(new Set(collectorCalls([alone], 'webhook').map(({ developer }) => developer))).toEqual(new Set(['s1']));
  });

  test('cannot be made of a session that began at no time', () => {
    expect(() => startOf({ session: 's1', start_utc: 'yesterday' })).toThrow(
      'The start of session s1 is no time: yesterday',
    );
  });
});

test.each(['webhook', 'telemetry', 'old_telemetry'] as const)(
  'the collector takes all of every shape by %s',
  (feed) => {
    for (const name of Object.keys(SHAPES).filter(isShape)) {
      for (const call of collectorCalls(simulate(name, 1).sessions, feed)) {
        const { items, left } = parsed(call);
        expect({ name, items: items.length > 0, left }).toEqual({
          name,
          items: true,
          left: { unneeded: 0, synthetic: 0, malformed: 0 },
        });
      }
    }
  },
);

describe('the text of a limit', () => {
  const RESETS = [
    at('2026-11-23T12:00:00Z'),
    at('2026-11-23T12:10:00Z'),
    at('2026-11-24T00:30:00Z'),
    at('2026-11-24T00:00:00Z'),
  ];

  test.each(RESETS)('is read back by the collector: five hours until %i', (resetsAt) => {
    expect(resetIn(limitText('five_hour', resetsAt), epochMs(resetsAt - 3_600_000))).toEqual(['five_hour', resetsAt]);
  });

  test.each(RESETS)('is read back by the collector: a week until %i', (resetsAt) => {
    expect(resetIn(limitText('seven_day', resetsAt), epochMs(resetsAt - 4 * 86_400_000))).toEqual([
      'seven_day',
      resetsAt,
    ]);
  });

  function resetIn(text: string, now: ReturnType<typeof epochMs>) {
    const body = { hook_event_name: 'StopFailure', error: 'rate_limit', session_id: 's', last_assistant_message: text };
    const [fact] = hookItems(body, now, 'Europe/Berlin').items.map((item) => item.fact);
    return fact?.is === 'reading' ? [fact.reading.kind, fact.reading.resetsAt] : [];
  }
});
