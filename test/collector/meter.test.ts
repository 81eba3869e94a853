import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Overloaded } from '../../src/collector/delivery.ts';
import type { Answered } from '../../src/collector/meter.ts';
import { DAY_MS } from '../../src/model/time.ts';
import { aCollector, asJson, bearer, NOW, PERSONAL, TEAM } from './a-collector.ts';
import { capturedBodies } from './captured.ts';

const REQUEST = {
  session: 's1',
  at: '2026-11-23T08:00:00Z',
  model: 'claude-opus-5-5',
  inputTokens: 3,
  outputTokens: 42,
  cacheReadTokens: 15273,
  cacheCreationTokens: 8271,
};
const WINDOW = { session_id: 's1', rate_limits: { a: { used_percentage: 1, resets_at: NOW } } };

type Overrides = Parameters<typeof aCollector>[0];

/** A collector, and what it told whoever counts. */
function counted(overrides: Overrides = {}) {
  const answered: Answered[] = [];
  const refused: string[] = [];
  const told: Record<string, number> = {};
  const meter = {
    answered: (one: Answered) => void answered.push(one),
    refused: (code: string) => void refused.push(code),
    told(feed: string, outcome: string, count: number) {
      if (count > 0) told[`${feed} ${outcome}`] = (told[`${feed} ${outcome}`] ?? 0) + count;
    },
  };
  return { ...aCollector({ meter, ...overrides }), answered, refused, told };
}

describe('what senders told is counted by feed and outcome', () => {
  test('as the receipt says', async () => {
    const receipt = { accepted: 1, duplicates: 2, conflicts: 3, unattributed: 4 };
    const { post, told } = counted({ accept: async () => receipt });
    await post('/v1/usage', { requests: Array(10).fill(REQUEST) });
    expect(told).toEqual({
      'webhook accepted': 1,
      'webhook duplicate': 2,
      'webhook conflict': 3,
      'webhook unattributed': 4,
    });
  });

  test('with what was clamped, which is kept all the same', async () => {
    const { post, told } = counted();
    await post('/v1/usage', { requests: [{ ...REQUEST, at: NOW + 600_000 }, REQUEST] });
    expect(told).toEqual({ 'webhook accepted': 2, 'webhook clamped': 1 });
  });

  test('with what is so old that nobody knows whether it counted before, which is not kept', async () => {
    const { post, told, deliveries } = counted();
    const longAgo = { ...REQUEST, at: NOW - 90 * DAY_MS - 1 };
    const answer = await post('/v1/usage', { requests: [longAgo, { ...REQUEST, at: NOW - 90 * DAY_MS }] });
    expect(answer.json()).toMatchObject({ accepted: 1, outdated: 1 });
    expect(deliveries.flatMap(({ items }) => items)).toHaveLength(1);
    expect(told).toEqual({ 'webhook accepted': 1, 'webhook outdated': 1 });
  });

  test('with what waits for its owner', async () => {
    const none = { accepted: 0, duplicates: 0, conflicts: 0, unattributed: 0 };
    const { post, told } = counted({ accept: async () => none });
    await post('/v1/status-line', WINDOW, bearer(TEAM));
    expect(told).toEqual({ 'status_line held': 1 });
  });

  test('with what was left out, by reason', async () => {
    const { post, told } = counted();
    const [logs] = capturedBodies('oauth/otlp-logs.json');
    const bad = { attributes: [{ key: 'event.name', value: { stringValue: 'api_request' } }] };
    const { resourceLogs } = logs as { resourceLogs: object[] };
    await post('/v1/logs', { resourceLogs: [...resourceLogs, { scopeLogs: [{ logRecords: [bad] }] }] });
    expect(told).toMatchObject({ 'telemetry accepted': 2, 'telemetry malformed': 1 });
    expect(told['telemetry unneeded']).toBeGreaterThan(1);
  });

  test('and not at all when it was not committed', async () => {
    const { post, told, refused } = counted({ accept: () => Promise.reject(new Overloaded(5)) });
    await post('/v1/usage', { requests: [REQUEST] });
    expect(told).toEqual({});
    expect(refused).toEqual(['overloaded']);
  });
});

describe('answers are counted by route and status', () => {
  test('with their time, whatever they say', async () => {
    const { app, post, answered } = counted();
    await post('/v1/usage', { requests: [REQUEST] });
    await post('/v1/usage', {});
    await post('/v1/usage', {}, bearer('qw_wrong'));
    await app.inject('/healthz');
    expect(answered.map(({ route, status }) => `${route} ${status}`)).toEqual([
      '/v1/usage 200',
      '/v1/usage 400',
      '/v1/usage 401',
      '/healthz 200',
    ]);
    for (const { seconds } of answered) expect(seconds).toBeGreaterThan(0);
    for (const { seconds } of answered) expect(seconds).toBeLessThan(60);
  });

  test('but no guessed route makes a label of its own', async () => {
    const { app, answered } = counted();
    for (const url of ['/wp-login.php', '/v1/usage/secret', '/?token=x']) await app.inject(url);
    expect(answered.map(({ route }) => route)).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

describe('refusals are counted by the word in the answer', () => {
  test.each<[url: string, body: unknown, headers: Record<string, string>]>([
    ['/v1/usage', 'no JSON', {}],
    ['/v1/usage', {}, bearer('qw_wrong')],
    ['/v2/usage', {}, {}],
    ['/v1/usage', Buffer.alloc(5 * 1024 * 1024), {}],
    ['/v1/usage', {}, { 'content-type': 'text/plain' }],
  ])('%s %#', async (url, body, headers) => {
    const { post, refused } = counted();
    const response = await post(url, body, headers);
    expect(refused).toEqual([response.json().error]);
  });

  test('and so are guesses and failures of ours', async () => {
    const { post, refused } = counted({ accept: () => Promise.reject(new Error('the disk melted')) });
    await post('/v1/usage', { requests: [REQUEST] });
    for (let index = 0; index < 21; index += 1) await post('/v1/usage', {}, bearer(`qw_${index}`));
    expect(refused).toEqual(['internal', ...Array(20).fill('unauthorized'), 'too_many_attempts']);
  });
});

test('/metrics answers what is counted, to anybody, in the format of Prometheus', async () => {
  const metrics = { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: async () => 'up 1\n' };
  const response = await counted({ metrics }).app.inject('/metrics');
  expect([response.statusCode, response.headers['content-type'], response.body]).toEqual([
    200,
    metrics.contentType,
    'up 1\n',
  ]);
});

describe('a stop', () => {
  let close: (() => unknown) | undefined;
  afterEach(() => close?.());

  test('waits a few seconds for who is still sending, and no longer', async () => {
    const { app } = counted();
    const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(url.port), url.hostname);
    close = () => socket.destroy();
    socket.on('error', () => {});
    const lines = Object.entries({ host: 'x', ...asJson, 'content-length': '100' }).map((pair) => pair.join(': '));
    socket.write(`POST /v1/usage HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n{"requests`);
    await once(app.server, 'request');
    const startedAt = performance.now();
    await app.close();
    expect(performance.now() - startedAt).toBeGreaterThan(2000);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
  });

  test('lets a body that is being committed have its answer', async () => {
    const { promise: commit, resolve: committed } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { app } = counted({
      async accept() {
        begin();
        await commit;
        return { accepted: 1, duplicates: 0, conflicts: 0, unattributed: 0 };
      },
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const headers = { ...asJson, ...bearer(PERSONAL) };
    const answer = fetch(`${url}/v1/usage`, { method: 'POST', headers, body: JSON.stringify({ requests: [REQUEST] }) });
    await begun;
    const closed = app.close();
    setTimeout(committed, 50);
    expect((await answer).status).toBe(200);
    // The client keeps its connection, and may for minutes.
    const startedAt = performance.now();
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});
