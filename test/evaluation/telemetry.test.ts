import { describe, expect, test } from 'vitest';
import { logItems } from '../../src/collector/otlp/log-items.ts';
import { metricItems } from '../../src/collector/otlp/metric-items.ts';
import type { Arrival } from '../../src/evaluation/arrivals.ts';
import type { Recorded } from '../../src/evaluation/recording.ts';
import { asOldTelemetry, asTelemetry, asToldBy } from '../../src/evaluation/telemetry.ts';
import type { Fact } from '../../src/model/usage-item.ts';
import { seconds } from '../support/builders.ts';
import { mark, recorded, told } from './recorded.ts';

/** What the collector's own parser makes of the bodies. */
function facts(arrivals: readonly Arrival[]): readonly Fact[] {
  return arrivals.flatMap(({ format, body }) =>
    (format === 'metrics' ? metricItems(body) : logItems(body)).items.map(({ fact }) => fact),
  );
}

const requests = (session: Recorded, send = asTelemetry) =>
  facts(send(session)).flatMap((fact) => (fact.is === 'request' ? [fact.request] : []));

const NEW = '2.1.330';
const split = { cacheCreation5mTokens: 0, cacheCreation1hTokens: 900 };

describe('a request as telemetry', () => {
  test('keeps its numbers, its time and its prompt, and loses its agent', () => {
    const session = recorded([told(10, 74_000, 900, { agent: 'a1', clientVersion: NEW, promptId: 'p1', ...split })]);
    expect(requests(session)).toMatchObject([
      {
        session: 's1',
        endedAt: seconds(10),
        model: 'claude-opus-5-5',
        clientVersion: NEW,
        promptId: 'p1',
        requestId: 's1:10:74000',
        inputTokens: 4,
        outputTokens: 300,
        cacheReadTokens: 74_000,
        cacheCreationTokens: 900,
        cacheCreation1hTokens: 900,
        origin: 'background',
        querySource: 'agent:custom',
      },
    ]);
    expect(requests(session)[0]?.agent).toBeUndefined();
  });

  test.each([
    [NEW, 'main', 900],
    ['2.1.217', 'main', undefined],
    ['2.1.116', 'main', undefined],
    ['2.1.114', 'unknown', undefined],
    ['2.0.76', 'unknown', undefined],
    [undefined, 'main', 900],
  ])('of client %s is of origin %s and wrote %j to the 1-hour cache', (version, origin, written1h) => {
    const part = version === undefined ? split : { ...split, clientVersion: version };
    expect(requests(recorded([told(0, 0, 900, part)]))).toMatchObject([{ origin, cacheCreation1hTokens: written1h }]);
  });

  test('is of nobody knows whom where the recording mixes agents, and in all telemetry of old', () => {
    const session = recorded([told(0, 0, 900, { clientVersion: NEW })]);
    expect(requests({ ...session, isMixed: true })).toMatchObject([{ origin: 'unknown' }]);
    expect(requests(session, asOldTelemetry)).toMatchObject([{ origin: 'unknown', cacheCreationTokens: 900 }]);
  });
});

describe('a marker as telemetry', () => {
  const around = (marker: ReturnType<typeof mark>, clientVersion = NEW) =>
    recorded([told(0, 0, 900, { clientVersion }), told(9, 900, 100, { clientVersion })], { markers: [marker] });

  test('a compaction is an event', () => {
    const markers = facts(asTelemetry(around(mark(5, 'compaction', 'system:compact_boundary')))).filter(isMarker);
    expect(markers).toMatchObject([{ marker: { session: 's1', kind: 'compaction', at: seconds(5) } }]);
  });

  test.each([
    ['clear', 'cmd:/clear'],
    ['compaction', 'system:microcompact_boundary'],
  ] as const)('nothing tells a %s by %s', (kind, word) => {
    expect(facts(asTelemetry(around(mark(5, kind, word)))).filter(isMarker)).toEqual([]);
  });

  test('a resume lets the sequence begin again, and the metric tells it with the next export', () => {
    const arrivals = asTelemetry(around(mark(5, 'resume', 'start:resume')));
    expect(facts(arrivals).flatMap((fact) => (fact.is === 'request' ? [fact.request.sequence] : []))).toEqual([1, 1]);
    expect(facts(arrivals).filter(isMarker)).toMatchObject([{ marker: { kind: 'resume', at: seconds(5) } }]);
    expect(arrivals.map(({ at, format }) => [at, format])).toEqual([
      [seconds(0), 'logs'],
      [seconds(9), 'logs'],
      [seconds(65), 'metrics'],
    ]);
  });

  test.each([
    ['of an old client', mark(5, 'resume', 'start:resume'), '2.1.89'],
    ['that is a fresh start', mark(5, 'resume', 'start:startup'), NEW],
  ])('only the sequence tells a resume %s', (_, marker, clientVersion) => {
    const told = facts(asTelemetry(around(marker, clientVersion)));
    expect(told.map((fact) => (fact.is === 'request' ? fact.request.sequence : fact.is))).toEqual([1, 1]);
  });

  test('without one the sequence goes on', () => {
    const sequences = requests(recorded([told(0, 0, 900), told(9, 900, 100), told(12, 1000, 10)]));
    expect(sequences.map(({ sequence }) => sequence)).toEqual([1, 3, 5]);
  });
});

describe('what telemetry leaves of a session', () => {
  const main = (version: string) => told(0, 0, 900, { clientVersion: version, ...split });
  const agent = told(5, 0, 500, { clientVersion: NEW, agent: 'a1' });

  test('is the main conversation where the client says what that is', () => {
    const left = asToldBy('telemetry', recorded([main(NEW), agent]));
    expect(left).toMatchObject({ isMixed: false, requests: [{ cacheCreation1hTokens: 900 }] });
    expect(left.requests).toHaveLength(1);
  });

  test('is a mixture without the split where any client does not', () => {
    const left = asToldBy('telemetry', recorded([main('2.1.89'), agent]));
    expect(left.isMixed).toBe(true);
    expect(left.requests.map(({ cacheCreation1hTokens }) => cacheCreation1hTokens)).toEqual([undefined, undefined]);
  });

  test('is a mixture in all telemetry of old', () => {
    expect(asToldBy('old_telemetry', recorded([main(NEW), agent]))).toMatchObject({ isMixed: true });
  });
});

function isMarker(fact: Fact): boolean {
  return fact.is === 'marker';
}
