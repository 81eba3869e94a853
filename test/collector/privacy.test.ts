import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { aCollector, asProtobuf, bearer, TEAM } from './a-collector.ts';
import {
  capturedBodies,
  capturedProtobuf,
  HOOK_FILES,
  LOG_FILES,
  METRIC_FILES,
  STATUS_LINE_FILES,
} from './captured.ts';

/** Everything that may ever leave the collector, by name. */
const ALLOWED = {
  delivery: ['owner', 'feed', 'items', 'receivedAt'],
  item: ['email', 'account', 'clientVersion', 'fact'],
  request: [
    'session',
    'origin',
    'agent',
    'querySource',
    'model',
    'clientVersion',
    'promptId',
    'requestId',
    'clientRequestId',
    'sequence',
    'startedAt',
    'endedAt',
    'inputTokens',
    'outputTokens',
    'cacheReadTokens',
    'cacheCreationTokens',
    'cacheCreation5mTokens',
    'cacheCreation1hTokens',
    'costMicros',
  ],
  marker: ['session', 'at', 'kind'],
  error: ['session', 'at', 'model', 'statusCode'],
  start: ['session', 'at', 'startType'],
  reading: ['session', 'kind', 'scope', 'usedPercent', 'resetsAt', 'at', 'source'],
  report: [
    'session',
    'at',
    'model',
    'requests',
    'misses',
    'expectedRebuilds',
    'missRecacheTokens',
    'lastMissAt',
    'lastMissCause',
    'ttl',
    'expiresAt',
    'recacheTokensIfCold',
  ],
};

const PRIVATE_KEYS = new Set([
  'user.id',
  'user.account_uuid',
  'user.account_id',
  'organization.id',
  'terminal.type',
  'team.id',
  'host.arch',
  'os.type',
  'os.version',
  'prompt',
  'prompt_text',
  'response',
  'error',
  'hook_name',
  'message.uuid',
  'anthropic.provider',
  'cwd',
  'transcript_path',
  'current_dir',
  'project_dir',
  'last_assistant_message',
  'display_name',
]);

/** Words that are also lawful where they may be kept. */
const COMMON = new Set(['', 'ok', 'rate_limit', 'linux']);

/** The values of private fields in a body: attributes of OTLP, members of JSON. */
function privateValues(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(privateValues);
  if (typeof value !== 'object' || value === null) return [];
  const { key, value: attribute } = value as { key?: unknown; value?: { stringValue?: unknown } };
  const named = typeof key === 'string' && PRIVATE_KEYS.has(key) ? [attribute?.stringValue] : [];
  const members = Object.entries(value).filter(([name]) => PRIVATE_KEYS.has(name));
  const own = [...named, ...members.map(([, member]) => member)];
  const texts = own.filter((text) => typeof text === 'string' && !COMMON.has(text)) as string[];
  return [...texts, ...Object.values(value).flatMap(privateValues)];
}

function expectNothingPrivate(text: string, bodies: readonly unknown[]) {
  const secrets = new Set(['/home/dev', 'xterm', 'REDACTED', 'turn 1', ...bodies.flatMap(privateValues)]);
  for (const secret of secrets) expect(text).not.toContain(secret);
}

const RUNS = [
  ...LOG_FILES.map((file) => ['/v1/logs', file]),
  ...METRIC_FILES.map((file) => ['/v1/metrics', file]),
  ...HOOK_FILES.map((file) => ['/v1/hooks', file]),
  ...STATUS_LINE_FILES.map((file) => ['/v1/status-line', file]),
] as const;

describe('of everything that real clients send only the allow-list is kept', () => {
  test.each(RUNS)('%s %s', async (url = '', file = '') => {
    const collector = aCollector();
    const bodies = capturedBodies(file);
    for (const body of bodies) expect((await collector.post(url, body)).statusCode).toBe(200);
    for (const delivery of collector.deliveries) {
      expect(Object.keys(delivery).filter((key) => !ALLOWED.delivery.includes(key))).toEqual([]);
      for (const item of delivery.items) {
        expect(Object.keys(item).filter((key) => !ALLOWED.item.includes(key))).toEqual([]);
        const { is: _, ...facts } = item.fact;
        for (const [kind, fact] of Object.entries(facts)) {
          const allowed = ALLOWED[kind as keyof typeof ALLOWED];
          expect(Object.keys(fact).filter((key) => !allowed.includes(key))).toEqual([]);
        }
      }
    }
    expectNothingPrivate(JSON.stringify(collector.deliveries), bodies);
    expectNothingPrivate(collector.logged(), bodies);
  });

  test.each(['logs', 'metrics'] as const)('protobuf %s', async (signal) => {
    const { app, deliveries, logged } = aCollector();
    for (const payload of capturedProtobuf(signal)) {
      const headers = { ...asProtobuf, 'content-encoding': 'gzip' };
      const response = await app.inject({ method: 'POST', url: `/v1/${signal}`, headers, payload });
      expect(response.statusCode).toBe(200);
    }
    expect(deliveries.length).toBeGreaterThan(0);
    expectNothingPrivate(JSON.stringify(deliveries) + logged(), capturedBodies('cache-invalidation/logs.json'));
  });
});

test('the account is kept as a hash alone', async () => {
  const { post, deliveries } = aCollector();
  for (const body of capturedBodies('oauth/otlp-logs.json')) await post('/v1/logs', body);
  const items = deliveries.flatMap((delivery) => delivery.items);
  expect(items[0]).toMatchObject({ email: 'dev@example.com', account: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(JSON.stringify(deliveries)).not.toContain('11111111');
});

test('the log holds counts, but no token, no email, no id and nothing of a refused body', async () => {
  const { post, logged } = aCollector({ accept: () => Promise.reject(new Error('broken')) });
  for (const body of capturedBodies('oauth/otlp-logs.json')) await post('/v1/logs', body, bearer(TEAM));
  await post('/v1/usage', { requests: [{ session: 'secret-session', prompt: 'secret-prompt' }] });
  await post('/v1/usage', 'secret-text');
  await post('/v1/usage', gzipSync('secret-zip'), { 'content-encoding': 'gzip' });
  await post('/v1/usage', '{}', bearer('qw_secret-token'));
  await post('/v1/secret-route?token=secret-query', '{}');
  expect(logged()).toContain('"status":400');
  for (const secret of ['secret', 'dev@example.com', '1634cfc0', TEAM, 'req_011'])
    expect(logged()).not.toContain(secret);
});

test('one line tells of each delivery', async () => {
  const { post, logged } = aCollector();
  const [body] = capturedBodies('lockout/logs.json');
  await post('/v1/logs', body);
  const lines = logged().trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ msg: 'delivery taken', feed: 'telemetry', items: 1, clamped: 0, accepted: 1 }),
  ]);
});
