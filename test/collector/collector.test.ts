import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { Overloaded } from '../../src/collector/delivery.ts';
import { DAY_MS, plus } from '../../src/model/time.ts';
import { aCollector, asJson, asProtobuf, bearer, NOW, PERSONAL, TEAM } from './a-collector.ts';
import { capturedBodies, capturedProtobuf, inflated } from './captured.ts';

const MIB = 1024 * 1024;
const ROUTES = ['/v1/usage', '/v1/logs', '/v1/metrics', '/v1/traces', '/v1/status-line', '/v1/hooks'];

const REQUEST = {
  session: 's1',
  at: '2026-11-23T08:00:00Z',
  model: 'claude-opus-5-5',
  inputTokens: 3,
  outputTokens: 42,
  cacheReadTokens: 15273,
  cacheCreationTokens: 8271,
};
const [LOGS] = capturedBodies('oauth/otlp-logs.json');
const LIMIT = {
  session_id: 's1',
  hook_event_name: 'StopFailure',
  error: 'rate_limit',
  last_assistant_message: "You've hit your 5-hour limit · resets 9:32am",
};

describe('a request without a known token is refused before its body is read', () => {
  test.each(ROUTES)('%s', async (url) => {
    const { app, deliveries } = aCollector();
    for (const headers of [
      {},
      bearer('qw_wrong'),
      { authorization: 'Bearer' },
      { authorization: `Basic ${PERSONAL}` },
    ]) {
      const payload = Buffer.alloc(5 * MIB);
      const response = await app.inject({
        method: 'POST',
        url,
        headers: { ...headers, 'content-type': 'text/x' },
        payload,
      });
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Bearer');
      expect(response.body).toContain('/quota connect');
      expect(response.headers['content-type']).toMatch(
        url === '/v1/status-line' ? /^text\/plain/ : /^application\/json/,
      );
    }
    expect(deliveries).toEqual([]);
  });

  test('with words for each of the three causes', async () => {
    const { post } = aCollector();
    const told = async (authorization: string) => (await post('/v1/hooks', {}, { authorization })).json().message;
    expect(await told('Basic x')).toContain('Authorization: Bearer qw_');
    expect(await told('Bearer ')).toContain('allowedEnvVars');
    expect(await told('Bearer qw_old')).toContain('unknown or was revoked');
  });

  test('and a guesser is told to wait, while known tokens from his address pass', async () => {
    const { post } = aCollector();
    for (let index = 0; index < 20; index += 1) await post('/v1/usage', {}, bearer(`qw_${index}`));
    expect((await post('/v1/usage', { requests: [REQUEST] })).statusCode).toBe(200);
    const response = await post('/v1/usage', { requests: [REQUEST] }, bearer('qw_20'));
    expect(response.statusCode).toBe(429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(response.json().error).toBe('too_many_attempts');
  });
});

describe('what is delivered', () => {
  test('names its owner, its feed and its arrival', async () => {
    const { post, deliveries } = aCollector();
    await post('/v1/usage', { requests: [REQUEST] });
    await post('/v1/logs', LOGS, bearer(TEAM));
    await post('/v1/status-line', { session_id: 's1', rate_limits: { a: { used_percentage: 1, resets_at: NOW } } });
    await post('/v1/hooks', LIMIT);
    expect(deliveries.map(({ owner, feed, receivedAt, items }) => [owner, feed, receivedAt, items.length])).toEqual([
      [{ of: 'developer', developer: 7 }, 'webhook', NOW, 1],
      [{ of: 'team' }, 'telemetry', NOW, 2],
      [{ of: 'developer', developer: 7 }, 'status_line', NOW, 1],
      [{ of: 'developer', developer: 7 }, 'hook', NOW, 1],
    ]);
  });

  test('does not lie in the future', async () => {
    const { post, facts, logged } = aCollector();
    await post('/v1/usage', { requests: [{ ...REQUEST, at: NOW + 600_000, durationMs: 50 }] });
    expect(facts()).toMatchObject([{ request: { startedAt: NOW - 50, endedAt: NOW } }]);
    expect(logged()).toContain('"clamped":1');
  });

  test('is nothing where a body has nothing to keep', async () => {
    const { post, deliveries } = aCollector();
    expect((await post('/v1/logs', {})).body).toBe('{}');
    expect((await post('/v1/metrics', {})).body).toBe('{}');
    expect((await post('/v1/hooks', {})).statusCode).toBe(200);
    expect((await post('/v1/status-line', { session_id: 's1' })).body).toBe('line of s1');
    expect(deliveries).toEqual([]);
  });
});

describe('the webhook', () => {
  test('answers what became of its items', async () => {
    const receipt = { accepted: 1, duplicates: 2, conflicts: 3, unattributed: 4 };
    const { post } = aCollector({ accept: async () => receipt });
    const response = await post('/v1/usage', { requests: [REQUEST] });
    expect([response.statusCode, response.json()]).toEqual([200, { ...receipt, outdated: 0 }]);
  });

  test('refuses a body with a fault as a whole', async () => {
    const { post, deliveries } = aCollector();
    const response = await post('/v1/usage', { requests: [REQUEST, { ...REQUEST, inputTokens: -1 }] });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: 'malformed',
      message: 'The body does not fit; /openapi.json describes it.',
      problems: [expect.stringContaining('requests[1].inputTokens')],
    });
    expect(deliveries).toEqual([]);
  });

  test('refuses 5,001 requests', async () => {
    const { post } = aCollector();
    const response = await post('/v1/usage', { requests: Array(5001).fill(REQUEST) });
    expect([response.statusCode, response.json().message]).toEqual([400, 'Send at most 5000 entries at once.']);
  });

  test('refuses keys that JavaScript reads otherwise', async () => {
    const { post } = aCollector();
    const request = JSON.stringify(REQUEST).replace('{', '{"__proto__":{"inputTokens":9},');
    const response = await post('/v1/usage', `{"requests":[${request}]}`);
    expect([response.statusCode, response.json().problems]).toEqual([
      400,
      ['requests[0]: Unrecognized key: "__proto__"'],
    ]);
  });
});

describe('the status line', () => {
  test('is answered as plain text, after the commit', async () => {
    const order: string[] = [];
    const { post } = aCollector({
      async accept() {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('accepted');
        return { accepted: 1, duplicates: 0, conflicts: 0, unattributed: 0 };
      },
      statusLine(owner, session) {
        order.push('asked');
        return `${owner.of} ${session} ≈ 40 %`;
      },
    });
    const window = { used_percentage: 1, resets_at: NOW };
    const response = await post('/v1/status-line', { session_id: 's1', rate_limits: { five_hour: window } });
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(response.body).toBe('developer s1 ≈ 40 %');
    expect(order).toEqual(['accepted', 'asked']);
  });

  test('needs a session', async () => {
    const { post } = aCollector();
    expect((await post('/v1/status-line', {})).statusCode).toBe(400);
  });
});

describe('a hook is answered with an empty 200', () => {
  test.each([
    ['a limit', LIMIT],
    ['a text that nobody understands', { ...LIMIT, last_assistant_message: 'Wait a little' }],
    ['another event', { session_id: 's1', hook_event_name: 'UserPromptSubmit', prompt: 'secret' }],
    ['an array', []],
  ])('%s', async (_case, body) => {
    const { post } = aCollector();
    const response = await post('/v1/hooks', body);
    expect([response.statusCode, response.body, response.headers['content-length']]).toEqual([200, '', '0']);
  });

  test('a reset without a zone is in the zone of the server', async () => {
    const { post, facts } = aCollector({ timeZone: 'Atlantic/Azores' });
    await post('/v1/hooks', LIMIT);
    expect(facts()).toMatchObject([{ reading: { resetsAt: Date.parse('2026-11-23T10:32:00Z') } }]);
  });
});

describe('OTLP is answered in the encoding of the request', () => {
  const accepting = (unattributed: number) => ({
    accept: async () => ({ accepted: 0, duplicates: 0, conflicts: 0, unattributed }),
  });
  const [binary = Buffer.alloc(0)] = inflated(capturedProtobuf('logs'));

  test.each(['/v1/logs', '/v1/metrics', '/v1/traces'])('%s fully accepted', async (url) => {
    const { app, post } = aCollector();
    const text = await post(url, '{}', { 'content-type': 'application/json; charset=utf-8' });
    expect([text.statusCode, text.headers['content-type'], text.body]).toEqual([200, 'application/json', '{}']);
    for (const payload of ['', binary]) {
      const bytes = await app.inject({ method: 'POST', url, headers: asProtobuf, payload });
      expect([bytes.statusCode, bytes.headers['content-type']]).toEqual([200, 'application/x-protobuf']);
      expect(bytes.rawPayload).toHaveLength(0);
    }
  });

  test('records older than 90 days are told as rejected', async () => {
    const { post } = aCollector({}, plus(NOW, 91 * DAY_MS));
    const answer = (await post('/v1/logs', LOGS)).json();
    expect(answer.partialSuccess.errorMessage).toMatch(/^Not kept: \d+ happened more than 90 days ago\.$/);
  });

  test('records that name nobody are told as rejected, in JSON', async () => {
    const { post } = aCollector(accepting(2));
    const logs = await post('/v1/logs', LOGS, bearer(TEAM));
    const errorMessage = 'Not kept: 2 named no user.email, which a team token needs.';
    expect(logs.json()).toEqual({ partialSuccess: { rejectedLogRecords: '2', errorMessage } });
    const [metrics] = capturedBodies('healthy/metrics.json');
    const points = await post('/v1/metrics', metrics, bearer(TEAM));
    expect(points.json()).toEqual({ partialSuccess: { rejectedDataPoints: '2', errorMessage } });
  });

  test('and in protobuf', async () => {
    const { app } = aCollector(accepting(300));
    const response = await app.inject({ method: 'POST', url: '/v1/logs', headers: asProtobuf, payload: binary });
    const message = 'Not kept: 300 named no user.email, which a team token needs.';
    expect(response.rawPayload).toEqual(
      Buffer.concat([
        Buffer.from([0x0a, message.length + 5, 0x08, 0xac, 0x02, 0x12, message.length]),
        Buffer.from(message),
      ]),
    );
  });

  test('malformed records are told as rejected, the others are kept', async () => {
    const { post, facts } = aCollector();
    const bad = { attributes: [{ key: 'event.name', value: { stringValue: 'api_request' } }] };
    const good = LOGS as { resourceLogs: object[] };
    const response = await post('/v1/logs', {
      resourceLogs: [...good.resourceLogs, { scopeLogs: [{ logRecords: [bad] }] }],
    });
    expect(response.json().partialSuccess.rejectedLogRecords).toBe('1');
    expect(facts()).toHaveLength(2);
  });

  test('traces are not even decoded', async () => {
    const { app, post, deliveries } = aCollector();
    expect((await post('/v1/traces', 'no JSON at all')).body).toBe('{}');
    const headers = { ...asProtobuf, 'content-encoding': 'gzip' };
    expect((await app.inject({ method: 'POST', url: '/v1/traces', headers, payload: 'no gzip' })).statusCode).toBe(200);
    expect(deliveries).toEqual([]);
  });
});

describe('a body that cannot be read is a clear 4xx', () => {
  const bomb = () => gzipSync(Buffer.alloc(40 * MIB, ' '));
  test.each([
    ['no JSON', 400, 'The body is not JSON', '{"requests":[}', {}],
    ['nothing', 400, 'The body is not JSON', '', {}],
    ['no UTF-8', 400, 'The body is not JSON', Buffer.from([0x22, 0xff, 0x22]), {}],
    ['no gzip', 400, 'not gzip', '{}', { 'content-encoding': 'gzip' }],
    ['half a gzip', 400, 'not gzip', gzipSync('{"requests":[]}').subarray(0, 20), { 'content-encoding': 'gzip' }],
    ['too many bytes', 413, 'too large', Buffer.alloc(4 * MIB + 1, ' '), {}],
    ['a bomb', 413, `at most ${32 * MIB} bytes`, bomb(), { 'content-encoding': 'gzip' }],
    ['a crowd of objects', 413, 'objects and arrays', gzipSync('{}'.repeat(2_000_001)), { 'content-encoding': 'gzip' }],
    ['another compression', 415, 'gzip', '{}', { 'content-encoding': 'br' }],
    ['two compressions', 415, 'gzip', '{}', { 'content-encoding': 'gzip, gzip' }],
    ['another type', 415, 'application/json', '{}', { 'content-type': 'text/plain' }],
    ['no type', 415, 'application/json', '{}', { 'content-type': '' }],
    ['a type that is none', 415, 'application/json', '{}', { 'content-type': ';;' }],
  ] as const)('%s', async (...[, status, message, body, headers]) => {
    const { post, deliveries } = aCollector();
    for (const url of ['/v1/usage', '/v1/logs', '/v1/hooks']) {
      const response = await post(url, body, headers);
      expect([response.statusCode, response.json().message]).toEqual([status, expect.stringContaining(message)]);
    }
    expect(deliveries).toEqual([]);
  });

  test('protobuf that is none', async () => {
    const { app } = aCollector();
    const payload = Buffer.from([0x0a, 0x7f, 0x01]);
    const response = await app.inject({ method: 'POST', url: '/v1/logs', headers: asProtobuf, payload });
    expect([response.statusCode, response.json().message]).toEqual([
      400,
      expect.stringContaining('not an OTLP message'),
    ]);
  });

  test('gRPC is named as what is not offered', async () => {
    const { post } = aCollector();
    const response = await post('/v1/logs', '', { 'content-type': 'application/grpc' });
    expect([response.statusCode, response.json().message]).toEqual([
      415,
      expect.stringContaining('gRPC is not offered'),
    ]);
  });

  test('protobuf is for OTLP alone', async () => {
    const { post } = aCollector();
    expect((await post('/v1/usage', '', { 'content-type': 'application/x-protobuf' })).statusCode).toBe(415);
  });

  test('JSON that nests without end is only unneeded', async () => {
    const { post } = aCollector();
    const depth = 900_000;
    const nested = `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect((await post('/v1/logs', nested)).statusCode).toBe(200);
    expect((await post('/v1/hooks', nested)).statusCode).toBe(200);
    expect((await post('/v1/usage', nested)).statusCode).toBe(400);
    expect((await post('/v1/status-line', `{"session_id":"s","rate_limits":${nested}}`)).statusCode).toBe(200);
  });
});

describe('gzip', () => {
  test.each(['gzip', 'x-gzip', 'GZIP'])('%s is inflated', async (encoding) => {
    const { post, facts } = aCollector();
    const response = await post('/v1/logs', gzipSync(JSON.stringify(LOGS)), { 'content-encoding': encoding });
    expect(response.statusCode).toBe(200);
    expect(facts()).toHaveLength(2);
  });

  test('many bombs at once leave room for an honest body', async () => {
    const { post } = aCollector();
    const bomb = gzipSync(Buffer.alloc(40 * MIB, '['));
    const bombs = Array.from({ length: 30 }, () => post('/v1/logs', bomb, { 'content-encoding': 'gzip' }));
    const honest = post('/v1/logs', gzipSync(JSON.stringify(LOGS)), { 'content-encoding': 'gzip' });
    expect((await honest).statusCode).toBe(200);
    for (const response of await Promise.all(bombs)) expect(response.statusCode).toBe(413);
  });
});

describe('what cannot be taken', () => {
  test.each([
    ['/v1/usage', { requests: [REQUEST] }],
    ['/v1/logs', LOGS],
    ['/v1/hooks', LIMIT],
    ['/v1/status-line', { session_id: 's1', rate_limits: { a: { used_percentage: 1, resets_at: NOW } } }],
  ])('is sent away from %s with a time to come back', async (url, body) => {
    const { post } = aCollector({ accept: () => Promise.reject(new Overloaded(7)) });
    const response = await post(url, body);
    expect([response.statusCode, response.headers['retry-after'], response.json().error]).toEqual([
      503,
      '7',
      'overloaded',
    ]);
  });

  test('a failure of ours is a 500 without details, and is logged', async () => {
    const { post, logged } = aCollector({ accept: () => Promise.reject(new Error('the disk melted')) });
    const response = await post('/v1/usage', { requests: [REQUEST] });
    expect([response.statusCode, response.json()]).toEqual([
      500,
      { error: 'internal', message: 'The collector failed; its log says why.' },
    ]);
    expect(logged()).toContain('the disk melted');
  });
});

describe('open routes', () => {
  test('/healthz says that the process lives', async () => {
    const response = await aCollector().app.inject('/healthz');
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('/readyz says what is not ready', async () => {
    expect((await aCollector().app.inject('/readyz')).json()).toEqual({ status: 'ready' });
    const response = await aCollector({ notReady: () => ['the database is not open'] }).app.inject('/readyz');
    expect([response.statusCode, response.json().reasons]).toEqual([503, ['the database is not open']]);
  });

  test('/client hands out the program for developers’ machines, whatever it was called before', async () => {
    const client = Buffer.from('a tarball');
    const response = await aCollector({ client }).app.inject('/client/0123456789ab.tgz');
    expect(response).toMatchObject({ statusCode: 200, body: 'a tarball' });
    expect(response.headers['content-type']).toBe('application/gzip');
    expect((await aCollector().app.inject('/client/0123456789ab.tgz')).statusCode).toBe(404);
  });

  test('/openapi.json describes every route, and the webhook in full', async () => {
    const description = (await aCollector().app.inject('/openapi.json')).json();
    expect(description).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
    const open = ['/v1/coverage', '/healthz', '/readyz', '/metrics', '/client/{name}', '/openapi.json'];
    expect(Object.keys(description.paths)).toEqual([...ROUTES, ...open]);
    const { schema } = description.paths['/v1/usage'].post.requestBody.content['application/json'];
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.requests.items.required).toEqual(Object.keys(REQUEST));
    expect(schema.properties.markers.items.properties.kind.enum).toEqual(['resume', 'compaction', 'clear']);
  });

  test.each(['GET', 'POST'] as const)('%s of an unknown route is a 404 whatever it carries', async (method) => {
    const { app } = aCollector();
    const headers = { 'content-type': 'application/grpc', 'content-encoding': 'br' };
    const response = await app.inject({ method, url: '/v2/logs', headers, payload: Buffer.alloc(5 * MIB) });
    expect([response.statusCode, response.json().error]).toEqual([404, 'not_found']);
  });

  test('routes that are added later need no token', async () => {
    const { app } = aCollector();
    app.post('/later', (request) => ({ got: request.body }));
    const response = await app.inject({ method: 'POST', url: '/later', payload: { a: 1 } });
    expect(response.json()).toEqual({ got: { a: 1 } });
  });
});

describe('over a real connection', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(async () => close?.());

  async function listening() {
    const collector = aCollector();
    close = () => collector.app.close();
    const url = new URL(await collector.app.listen({ host: '127.0.0.1', port: 0 }));
    return { ...collector, url };
  }

  /** The status of a request whose body comes in chunks; undefined: the connection was closed. */
  async function statusOfChunked(url: URL, chunks: Iterable<Buffer>): Promise<number | undefined> {
    const sent = request(new URL('/v1/logs', url), { method: 'POST', headers: asJson });
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    sent.on('response', (response) => resolve(response.resume().statusCode));
    sent.on('error', () => resolve(undefined));
    Readable.from(chunks).pipe(sent);
    return promise;
  }

  test('a chunked body is read like one of known length', async () => {
    const { url, facts } = await listening();
    const text = Buffer.from(JSON.stringify(LOGS));
    expect(await statusOfChunked(url, [text.subarray(0, 1000), text.subarray(1000)])).toBe(200);
    expect(facts()).toHaveLength(2);
  });

  test('a chunked body without end is cut at the limit', async () => {
    const { url } = await listening();
    const endless = Iterator.from({ next: () => ({ done: false, value: Buffer.alloc(MIB, ' ') }) });
    expect([413, undefined]).toContain(await statusOfChunked(url, endless));
  });

  test('headers and bodies have their time, and no longer', async () => {
    const { app } = await listening();
    const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = app.server;
    expect([headersTimeout, requestTimeout, timeout, keepAliveTimeout]).toEqual([10_000, 30_000, 60_000, 75_000]);
  });

  test('what is not HTTP/1.1 is refused', async () => {
    const { url } = await listening();
    const socket = connect(Number(url.port), url.hostname);
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 (400|505)/);
    socket.destroy();
  });
});
