import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricItems } from '../../../src/collector/otlp/metric-items.ts';
import { capturedBodies, METRIC_FILES } from '../captured.ts';

const AT = Date.parse('2026-11-23T07:28:38.597Z');

function metricsBody(point: object, name = 'claude_code.session.count') {
  const attributes = [{ key: 'service.version', value: { stringValue: '2.1.330' } }];
  const metrics = [{ name, sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] } }];
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] };
}

function point(startType: string | undefined, changes: object = {}) {
  const start = startType === undefined ? [] : [{ key: 'start_type', value: { stringValue: startType } }];
  return {
    attributes: [{ key: 'session.id', value: { stringValue: 's1' } }, ...start],
    startTimeUnixNano: '1795418918597000000',
    timeUnixNano: '1795418919092000000',
    asDouble: 1,
    ...changes,
  };
}

const factsOf = (body: unknown) => metricItems(body).items.map(({ fact }) => fact);

describe('a session count tells how the process began', () => {
  test.each(['fresh', 'agents_view', undefined])('%s is a start', (startType) => {
    expect(factsOf(metricsBody(point(startType)))).toEqual([
      { is: 'start', start: { session: 's1', at: AT, startType } },
    ]);
  });

  test.each(['resume', 'continue'])('%s is a start and a resume', (startType) => {
    expect(factsOf(metricsBody(point(startType)))).toEqual([
      { is: 'start', start: { session: 's1', at: AT, startType } },
      { is: 'marker', marker: { session: 's1', at: AT, kind: 'resume' } },
    ]);
  });
});

test('the count may be an integer, as a number or a string', () => {
  for (const asInt of [1, '1'])
    expect(factsOf(metricsBody(point('fresh', { asDouble: undefined, asInt })))).toHaveLength(1);
});

test('the time of the point stands in for its start', () => {
  const [fact] = factsOf(metricsBody(point('fresh', { startTimeUnixNano: '0' })));
  expect(fact).toMatchObject({ start: { at: Date.parse('2026-11-23T07:28:39.092Z') } });
});

describe('points that tell no start are left out', () => {
  test.each([
    ['nothing started', point('fresh', { asDouble: 0 }), 'unneeded'],
    ['the count is no number', point('fresh', { asDouble: 'NaN' }), 'unneeded'],
    ['the count is an object', point('fresh', { asDouble: { toString: false } }), 'unneeded'],
    ['the session is not told', point('fresh', { attributes: [] }), 'unneeded'],
    ['there is no time', point('fresh', { startTimeUnixNano: 'soon', timeUnixNano: undefined }), 'malformed'],
    [
      'the session is no text',
      point('fresh', { attributes: [{ key: 'session.id', value: { stringValue: 'a\u0000' } }] }),
      'malformed',
    ],
  ])('%s', (_case, dataPoint, reason) => {
    expect(metricItems(metricsBody(dataPoint))).toMatchObject({ items: [], left: { [reason]: 1 } });
  });

  test('another metric', () => {
    const body = metricsBody(point('resume'), 'claude_code.token.usage');
    expect(metricItems(body)).toMatchObject({ items: [], left: { unneeded: 1, malformed: 0 } });
  });
});

test('no value makes the reader throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => void metricItems(metricsBody({ ...point('fresh'), asDouble: value }))),
  );
  fc.assert(
    fc.property(
      fc.jsonValue(),
      (sum) =>
        void metricItems({
          resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'claude_code.session.count', sum }] }] }],
        }),
    ),
  );
});

describe('captured bodies of real clients', () => {
  test.each(METRIC_FILES)('%s holds nothing malformed', (file) => {
    for (const body of capturedBodies(file)) expect(metricItems(body).left.malformed).toBe(0);
  });

  test('a resumed session tells a fresh start, a resumed one and the resume', () => {
    const told = capturedBodies('resume-reprocess/metrics.json').flatMap(factsOf);
    expect(told.map((fact) => (fact.is === 'start' ? fact.start.startType : fact.is))).toEqual([
      'fresh',
      'resume',
      'marker',
    ]);
  });

  test('a client of March 2026 does not say how it started', () => {
    const told = capturedBodies('cache-invalidation.client-2.1.89/metrics.json').flatMap(factsOf);
    expect(told).toMatchObject([{ is: 'start', start: { startType: undefined } }]);
  });
});
