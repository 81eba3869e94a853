import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logItems } from '../../../src/collector/otlp/log-items.ts';
import type { ApiRequest } from '../../../src/model/api-request.ts';
import { capturedBodies, LOG_FILES } from '../captured.ts';

type Value = string | number | boolean;

const API_REQUEST = {
  'session.id': 's1',
  'event.name': 'api_request',
  'event.timestamp': '2026-11-23T07:30:54.049Z',
  'event.sequence': 6,
  'prompt.id': 'p1',
  model: 'claude-opus-5-5',
  input_tokens: 3,
  output_tokens: 42,
  cache_read_tokens: 15273,
  cache_creation_tokens: 8271,
  cache_creation_5m_tokens: 0,
  cache_creation_1h_tokens: 8271,
  cost_usd: 0.0700746,
  cost_usd_micros: 70075,
  duration_ms: 48,
  request_id: 'req_1',
  query_source: 'repl_main_thread',
} satisfies Record<string, Value>;

/** An OTLP value of the type that its JavaScript value suggests. */
function anyValue(value: Value) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}

function attributeList(values: Readonly<Record<string, Value | undefined>>) {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

function logsBody(record: object, resource: Record<string, Value> = { 'service.version': '2.1.330' }) {
  const scopeLogs = [{ scope: { name: 'com.anthropic.claude_code.events' }, logRecords: [record] }];
  return { resourceLogs: [{ resource: { attributes: attributeList(resource) }, scopeLogs }] };
}

const event = (changes: Record<string, Value | undefined> = {}) =>
  logsBody({ timeUnixNano: '1795419054049000000', attributes: attributeList({ ...API_REQUEST, ...changes }) });

function onlyRequest(body: unknown): ApiRequest {
  const [item] = logItems(body).items;
  if (item?.fact.is !== 'request') throw new Error('expected one request');
  return item.fact.request;
}

test('an api_request becomes a request with times, tokens, cost and origin', () => {
  expect(logItems(event({ 'user.email': 'Dev@Example.com', 'user.account_uuid': 'a' }))).toEqual({
    left: { unneeded: 0, synthetic: 0, malformed: 0 },
    items: [
      {
        email: 'dev@example.com',
        // The first half of the SHA-256 of "a".
        account: 'ca978112ca1bbdcafac231b39a23dc4d',
        clientVersion: '2.1.330',
        fact: {
          is: 'request',
          request: {
            session: 's1',
            origin: 'main',
            querySource: 'repl_main_thread',
            model: 'claude-opus-5-5',
            clientVersion: '2.1.330',
            promptId: 'p1',
            requestId: 'req_1',
            clientRequestId: undefined,
            sequence: 6,
            startedAt: Date.parse('2026-11-23T07:30:54.001Z'),
            endedAt: Date.parse('2026-11-23T07:30:54.049Z'),
            inputTokens: 3,
            outputTokens: 42,
            cacheReadTokens: 15273,
            cacheCreationTokens: 8271,
            cacheCreation5mTokens: 0,
            cacheCreation1hTokens: 8271,
            costMicros: 70075,
          },
        },
      },
    ],
  });
});

describe('the origin comes from the query source and the agent id', () => {
  test.each([
    [{ query_source: 'repl_main_thread' }, 'main', undefined],
    [{ query_source: 'repl_main_thread:outputStyle:custom' }, 'main', undefined],
    [{ query_source: 'sdk' }, 'main', undefined],
    [{ query_source: undefined }, 'unknown', undefined],
    [{ query_source: undefined, 'agent.id': 'a1' }, 'agent', 'a1'],
    [{ query_source: 'agent:custom', agent_id: 'a2' }, 'agent', 'a2'],
    [{ query_source: 'agent:builtin' }, 'background', undefined],
    [{ query_source: 'compact' }, 'background', undefined],
    [{ query_source: 'generate_session_title' }, 'background', undefined],
  ])('%o is %s', (changes, origin, agent) => {
    const request = onlyRequest(event(changes));
    expect([request.origin, request.agent]).toEqual([origin, agent]);
  });
});

describe('the cost is what the client says, else list prices, else unknown', () => {
  test.each([
    [{ cost_usd_micros: 12 }, 12],
    [{ cost_usd_micros: undefined, cost_usd: 0.23429699999999998 }, 234297],
    [{ cost_usd_micros: undefined, cost_usd: '0.23429699999999998' }, 234297],
    [{ cost_usd_micros: undefined, cost_usd: undefined }, 70075],
    [{ cost_usd_micros: -1, cost_usd: undefined }, 70075],
    [{ cost_usd_micros: undefined, cost_usd: undefined, model: 'claude-next-1' }, undefined],
  ])('%o', (changes, costMicros) => {
    expect(onlyRequest(event(changes)).costMicros).toBe(costMicros);
  });
});

describe('a record without what a request is told by is counted as malformed', () => {
  test.each([
    { 'session.id': undefined },
    { 'session.id': '' },
    { 'session.id': 's\u0000' },
    { 'session.id': '\uD800' },
    { 'session.id': 's'.repeat(201) },
    { model: undefined },
    { model: 7 },
    { 'prompt.id': 'p\u0000' },
    { request_id: '\uDC00' },
    { input_tokens: undefined },
    { output_tokens: -1 },
    { output_tokens: 'many' },
    { cache_read_tokens: 'NaN' },
    { cache_read_tokens: '' },
    { cache_creation_tokens: '1e999' },
    { cache_creation_tokens: 1e15 },
    { input_tokens: true },
  ])('%o', (changes) => {
    expect(logItems(event(changes))).toEqual({ items: [], left: { unneeded: 0, synthetic: 0, malformed: 1 } });
  });

  test('no time at all', () => {
    const record = { attributes: attributeList({ ...API_REQUEST, 'event.timestamp': undefined }) };
    expect(logItems(logsBody(record)).left.malformed).toBe(1);
    expect(logItems(logsBody({ ...record, timeUnixNano: '0' })).left.malformed).toBe(1);
    expect(logItems(logsBody({ ...record, timeUnixNano: {} })).left.malformed).toBe(1);
    expect(logItems(logsBody({ ...record, timeUnixNano: '1e300' })).left.malformed).toBe(1);
    expect(logItems(logsBody({ ...record, timeUnixNano: 18446744073709551615n.toString() })).left.malformed).toBe(0);
  });

  test('64 bits that JavaScript cannot count to', () => {
    const attributes = attributeList({ ...API_REQUEST, input_tokens: undefined });
    const huge = { key: 'input_tokens', value: { intValue: '9223372036854775807' } };
    expect(logItems(logsBody({ attributes: [...attributes, huge] })).left.malformed).toBe(1);
  });
});

test('the record time stands in for a missing or odd event time', () => {
  const expected = Date.parse('2026-11-23T07:30:54.049Z');
  for (const time of [undefined, 'yesterday', '2026-02-30T00:00:00Z', '1970-01-01T00:00:00Z'])
    expect(onlyRequest(event({ 'event.timestamp': time })).endedAt).toBe(expected);
});

test('an odd duration counts as none', () => {
  for (const duration_ms of ['soon', -5, 1e12]) {
    const { startedAt, endedAt } = onlyRequest(event({ duration_ms }));
    expect(startedAt).toBe(endedAt);
  }
});

test('texts that the client wrote itself are not usage', () => {
  expect(logItems(event({ model: '<synthetic>' })).left).toEqual({ unneeded: 0, synthetic: 1, malformed: 0 });
});

describe('the event name may be short or long, an attribute, a field or the body', () => {
  const { 'event.name': _, ...unnamed } = API_REQUEST;
  const attributes = attributeList(unnamed);
  const named = (name: string) => attributeList({ ...unnamed, 'event.name': name });
  test.each([
    ['short attribute', { attributes: named('api_request') }],
    ['long attribute', { attributes: named('claude_code.api_request') }],
    ['body', { attributes, body: { stringValue: 'claude_code.api_request' } }],
    ['field', { attributes, eventName: 'claude_code.api_request' }],
    ['empty field and body', { attributes, eventName: '', body: { stringValue: 'claude_code.api_request' } }],
  ])('%s', (_case, record) => {
    expect(logItems(logsBody(record)).items).toHaveLength(1);
  });

  test('none', () => {
    expect(logItems(logsBody({ attributes })).left.unneeded).toBe(1);
    expect(logItems(logsBody({ attributes, eventName: 'toString' })).left.unneeded).toBe(1);
  });
});

describe('errors keep their session, time, model and status', () => {
  const error = { 'session.id': 's1', 'event.timestamp': '2026-11-23T07:28:43.394Z', model: 'claude-opus-5-5' };
  const at = Date.parse('2026-11-23T07:28:43.394Z');
  test.each([
    [
      { 'event.name': 'api_error', status_code: 429, error: 'too much' },
      { model: 'claude-opus-5-5', statusCode: 429 },
    ],
    [
      { 'event.name': 'api_error', status_code: '529' },
      { model: 'claude-opus-5-5', statusCode: 529 },
    ],
    [{ 'event.name': 'api_error' }, { model: 'claude-opus-5-5', statusCode: undefined }],
    [
      { 'event.name': 'api_retries_exhausted', status_code: 500 },
      { model: 'claude-opus-5-5', statusCode: 500 },
    ],
    [
      { 'event.name': 'api_error', model: '<synthetic>' },
      { model: undefined, statusCode: undefined },
    ],
  ])('%o', (changes, expected) => {
    const { items } = logItems(logsBody({ attributes: attributeList({ ...error, ...changes }) }));
    expect(items.map(({ fact }) => fact)).toEqual([{ is: 'error', error: { session: 's1', at, ...expected } }]);
  });
});

describe('a compaction is a marker unless it failed', () => {
  test.each([
    [true, 1],
    ['true', 1],
    [undefined, 1],
    [false, 0],
    ['false', 0],
  ])('success %o', (success, expected) => {
    const values = {
      'session.id': 's1',
      'event.timestamp': '2026-11-23T07:28:43Z',
      'event.name': 'compaction',
      success,
    };
    const facts = logItems(logsBody({ attributes: attributeList(values) })).items.map(({ fact }) => fact);
    const marker = { session: 's1', at: Date.parse('2026-11-23T07:28:43Z'), kind: 'compaction' };
    expect(facts).toEqual(Array.from({ length: expected }, () => ({ is: 'marker', marker })));
  });
});

test('what a record does not say of its sender, the resource may', () => {
  const record = { attributes: attributeList(API_REQUEST) };
  const [item] = logItems(logsBody(record, { 'service.version': '2.1.300', 'user.email': 'team@example.com' })).items;
  expect(item).toMatchObject({ email: 'team@example.com', clientVersion: '2.1.300' });
});

test('an email that is none names nobody', () => {
  for (const email of ['me', '<!channel>@x', 'a@b\u0000.de'])
    expect(logItems(event({ 'user.email': email })).items.map((item) => item.email)).toEqual([undefined]);
});

test('keys that JavaScript reads otherwise do no harm', () => {
  const attributes = [
    { key: '__proto__', value: { stringValue: 'x' } },
    { key: 'constructor', value: { stringValue: 'x' } },
    ...attributeList(API_REQUEST),
  ];
  expect(logItems(logsBody({ attributes })).items).toHaveLength(1);
  expect(Object.prototype).not.toHaveProperty('x');
});

describe('a body that is no OTLP is refused with the place', () => {
  test.each([
    [null, 'The body must be a JSON object.'],
    [[], 'The body must be a JSON object.'],
    [{ resourceLogs: {} }, 'resourceLogs must be an array.'],
    [{ resourceLogs: [1] }, 'resourceLogs[0] must be an object.'],
    [{ resourceLogs: [{ scopeLogs: 'x' }] }, 'resourceLogs[0].scopeLogs must be an array.'],
    [
      { resourceLogs: [{ scopeLogs: [{ logRecords: [{}, null] }] }] },
      'resourceLogs[0].scopeLogs[0].logRecords[1] must be an object.',
    ],
  ])('%o', (body, message) => {
    expect(() => logItems(body)).toThrow(message);
  });
});

test('a body of more than ten thousand malformed records is refused', () => {
  const malformed = { attributes: attributeList({ 'event.name': 'api_request' }) };
  const body = (count: number) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: Array(count).fill(malformed) }] }] });
  expect(logItems(body(10_000)).left.malformed).toBe(10_000);
  expect(() => logItems(body(10_001))).toThrow('More than 10000 records are malformed.');
});

test('lists that are missing or null are empty', () => {
  for (const body of [{}, { resourceLogs: null }, { resourceLogs: [{}] }, { resourceLogs: [{ scopeLogs: [{}] }] }])
    expect(logItems(body).items).toEqual([]);
});

test('numbers as strings tell the same as numbers', () => {
  const tokens = fc.nat({ max: 1_000_000_000 });
  const numbers = fc.record({
    input_tokens: tokens,
    output_tokens: tokens,
    cache_read_tokens: tokens,
    cache_creation_tokens: tokens,
    cost_usd: fc.double({ min: 0, max: 1000, noNaN: true }),
    duration_ms: fc.nat({ max: 600_000 }),
    'event.sequence': fc.nat(),
  });
  fc.assert(
    fc.property(numbers, (values) => {
      const texts = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
      const without = { cost_usd_micros: undefined };
      expect(logItems(event({ ...texts, ...without }))).toEqual(logItems(event({ ...values, ...without })));
    }),
  );
});

test('no attribute value makes the reader throw, or tell a number that is none', () => {
  const keys = fc.constantFrom(...Object.keys(API_REQUEST), 'user.email', 'user.account_uuid', 'agent.id', '__proto__');
  const values = fc.oneof(
    fc.record({ stringValue: fc.string({ unit: 'binary' }) }),
    fc.record({ intValue: fc.jsonValue() }),
    fc.jsonValue(),
  );
  const extra = fc.array(fc.record({ key: keys, value: values }));
  fc.assert(
    fc.property(extra, (pairs) => {
      for (const { fact } of logItems(logsBody({ attributes: [...attributeList(API_REQUEST), ...pairs] })).items) {
        if (fact.is !== 'request') continue;
        const { inputTokens, cacheReadTokens, startedAt, endedAt } = fact.request;
        expect([inputTokens, cacheReadTokens, startedAt, endedAt].every((number) => Number.isSafeInteger(number))).toBe(
          true,
        );
      }
    }),
  );
});

describe('captured bodies of real clients', () => {
  test.each(LOG_FILES)('%s holds nothing malformed', (file) => {
    for (const body of capturedBodies(file)) expect(logItems(body).left.malformed).toBe(0);
  });

  const requests = (file: string) =>
    capturedBodies(file).flatMap((body) =>
      logItems(body).items.flatMap(({ fact }) => (fact.is === 'request' ? [fact.request] : [])),
    );

  test('a client of March 2026 sends strings, no request id, no query source and no split of writes', () => {
    const [first] = requests('cache-invalidation.client-2.1.89/logs.json');
    expect(first).toMatchObject({
      origin: 'unknown',
      clientVersion: '2.1.89',
      model: 'claude-sonnet-4-6',
      inputTokens: 4,
      outputTokens: 310,
      cacheReadTokens: 14200,
      cacheCreationTokens: 60100,
      costMicros: 234297,
      sequence: 1,
    });
    expect(first).toMatchObject({ requestId: undefined, cacheCreation5mTokens: undefined, querySource: undefined });
  });

  test('a client of November 2026 splits its writes', () => {
    const all = requests('cache-invalidation/logs.json');
    expect(all).toHaveLength(6);
    expect(all[0]).toMatchObject({ origin: 'main', cacheCreation5mTokens: 60100, cacheCreation1hTokens: 0 });
  });

  test('a lock-out shows as an error with its status', () => {
    const facts = capturedBodies('lockout/logs.json').flatMap((body) => logItems(body).items.map(({ fact }) => fact));
    expect(facts.map(({ is }) => is)).toEqual(['request', 'error']);
    expect(facts[1]).toMatchObject({ error: { statusCode: 429, model: 'claude-sonnet-5-5' } });
  });
});
