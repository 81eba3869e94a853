import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { howOften } from '../faults/how-long.ts';
import { startTarget, type Target, usageRequest } from './target.ts';

const MIB = 1024 * 1024;
const SENDERS = 20;
const BODIES = howOften({ bounded: 500, long: 20_000 });
const JSON_ROUTES = ['/v1/usage', '/v1/logs', '/v1/metrics', '/v1/status-line', '/v1/hooks'];

let target: Target;

beforeAll(async () => {
  target = await startTarget();
});

// Whatever came before, the others are served.
afterEach(() => target.honest());

afterAll(() => target.stop());

type Body = string | Uint8Array<ArrayBuffer>;

function send(path: string, body: Body, headers: Record<string, string> = {}): Promise<Response> {
  const all = { authorization: `Bearer ${target.token}`, 'content-type': 'application/json', ...headers };
  return fetch(new URL(path, target.url), { method: 'POST', headers: all, body });
}

/** A refusal in words: whoever set the sender up reads what is wrong. */
async function expectRefusal(answer: Response, status: number) {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toEqual(
    expect.objectContaining({ error: expect.any(String), message: expect.any(String) }),
  );
}

describe('what is no JSON is a 400 on every route', () => {
  test.each<[what: string, body: Body]>([
    ['half an object', '{"requests":[{"session":"hostile"'],
    ['single quotes', "{'requests':[]}"],
    ['a comma too many', '{"requests":[],}'],
    ['a comment', '/* requests */ {}'],
    ['NaN', '{"requests":[{"inputTokens":NaN}]}'],
    ['Infinity', '{"requests":[{"inputTokens":-Infinity}]}'],
    ['a hexadecimal number', '{"requests":[{"inputTokens":0x10}]}'],
    ['two values', '{}{}'],
    ['a raw line break in a text', '{"session_id":"one\ntwo"}'],
    ['a raw NUL', '{"session_id":"a\0b"}'],
    ['UTF-16', Buffer.from('{"requests":[]}', 'utf16le')],
    ['a byte that UTF-8 does not know', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0xbd, 0x22])],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['protobuf', Buffer.from([0x0a, 0x02, 0x12, 0x00])],
    ['100,000 levels that nobody closes', '['.repeat(100_000)],
  ])('%s', async (_, body) => {
    for (const route of JSON_ROUTES) await expectRefusal(await send(route, body), 400);
  });
});

describe('what nests 100,000 deep is read like anything else that nobody asked for', () => {
  const depth = 100_000;
  const lists = `${'['.repeat(depth)}1${']'.repeat(depth)}`;
  const objects = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  test.each([
    ['lists', lists],
    ['objects', objects],
  ])('%s', async (_, nested) => {
    const attribute = `{"key":"event.name","value":{"arrayValue":${nested}}}`;
    const record = `{"body":{"kvlistValue":${nested}},"attributes":[${attribute}]}`;
    const answers = [
      await send('/v1/usage', `{"requests":[{"session":${nested}}]}`),
      await send('/v1/usage', nested),
      await send('/v1/logs', `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}`),
      await send('/v1/metrics', `{"resourceMetrics":[{"resource":${nested}}]}`),
      await send('/v1/status-line', `{"session_id":"hostile","rate_limits":{"five_hour":${nested}}}`),
      await send('/v1/hooks', `{"session_id":${nested}}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 200, 200, 200, 200]);
  });

  test('groups and messages of protobuf', async () => {
    const type = { 'content-type': 'application/x-protobuf' };
    await expectRefusal(await send('/v1/logs', Buffer.alloc(depth, 0x0b), type), 400);
    await expectRefusal(await send('/v1/logs', Buffer.alloc(4 * MIB, 0x0b), type), 400);
    const anyValues = Array.from({ length: 5000 }).reduce<Buffer>(
      (inner) => delimited(5, delimited(1, inner)),
      Buffer.from([]),
    );
    const record = delimited(1, delimited(2, delimited(2, delimited(5, anyValues))));
    expect((await send('/v1/logs', Buffer.from(record), type)).status).toBe(200);
  });
});

/** A field of protobuf with a length in front. */
function delimited(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + 2]), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
}

const NO_COUNTS = ['1e309', '-1', '9007199254740993', '1.5', '"5"', '"NaN"', 'true', 'null', '[5]', '{}'];

describe('a number outside its range', () => {
  const COUNTS = [
    'inputTokens',
    'outputTokens',
    'cacheReadTokens',
    'cacheCreationTokens',
    'cacheCreation5mTokens',
    'cacheCreation1hTokens',
    'costMicros',
    'durationMs',
    'sequence',
  ];

  test.each(COUNTS)('as %s refuses a webhook body, which names it', async (field) => {
    for (const value of NO_COUNTS) {
      const request = JSON.stringify(usageRequest({ [field]: '$' })).replace('"$"', value);
      const answer = await send('/v1/usage', `{"requests":[${request}]}`);
      expect([value, answer.status]).toEqual([value, 400]);
      expect((await answer.json()).problems).toContainEqual(expect.stringContaining(`requests[0].${field}`));
    }
    expect(target.kept('hostile')).toBe(0);
  });

  test('as a time refuses it too', async () => {
    for (const at of [
      '1e309',
      '-1',
      '0',
      '9007199254740993',
      '1.5e12',
      '"yesterday"',
      '"2026-02-30T00:00:00Z"',
      'null',
    ]) {
      const request = JSON.stringify(usageRequest({ at: '$' })).replace('"$"', at);
      await expectRefusal(await send('/v1/usage', `{"requests":[${request}]}`), 400);
    }
    expect(target.kept('hostile')).toBe(0);
  });

  const TOKENS = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens'];
  const STRANGE = ['1e309', '-1', '9007199254740993', '1e10', '"NaN"', '"1e309"', '"-1"', '"0x10"', '" "', 'true'];

  test.each(TOKENS)('as %s drops the record of telemetry, and says so', async (field) => {
    for (const value of STRANGE) {
      const answer = await send('/v1/logs', exported({ [field]: value }));
      expect(answer.status).toBe(200);
      expect([value, await answer.json()]).toMatchObject([value, { partialSuccess: { rejectedLogRecords: '1' } }]);
    }
    expect(target.kept('hostile-telemetry')).toBe(0);
  });

  test('that a record does not need only counts as absent', async () => {
    for (const field of ['cost_usd_micros', 'cost_usd', 'duration_ms', 'event.sequence', 'cache_creation_5m_tokens']) {
      const before = target.kept('hostile-telemetry');
      const answer = await send('/v1/logs', exported({ [field]: '1e309', request_id: `"hostile ${field}"` }));
      expect(await answer.json()).toEqual({});
      expect(target.kept('hostile-telemetry')).toBe(before + 1);
    }
  });

  test('in a status line leaves its window out', async () => {
    for (const value of ['1e309', '-1', '1001', '"50"', 'null', 'true', '[50]']) {
      const window = `{"used_percentage":${value},"resets_at":${Math.floor(Date.now() / 1000) + 3600}}`;
      const answer = await send('/v1/status-line', `{"session_id":"hostile","rate_limits":{"five_hour":${window}}}`);
      expect([answer.status, await answer.text()]).toEqual([200, 'quota not known yet']);
    }
    for (const value of ['1e309', '-1', '0', '9007199254740993', '"tomorrow"', 'null', '{}']) {
      const window = `{"used_percentage":50,"resets_at":${value}}`;
      const answer = await send('/v1/status-line', `{"session_id":"hostile","rate_limits":{"five_hour":${window}}}`);
      expect([answer.status, await answer.text()]).toEqual([200, 'quota not known yet']);
    }
  });
});

/** The body of one `api_request` event; values are JSON. */
function exported(values: Readonly<Record<string, string>>): string {
  const all = {
    'event.name': '"api_request"',
    'session.id': '"hostile-telemetry"',
    'event.timestamp': JSON.stringify(new Date().toISOString()),
    model: '"claude-opus-5-5"',
    ...Object.fromEntries(['input', 'output', 'cache_read', 'cache_creation'].map((name) => [`${name}_tokens`, '5'])),
    ...values,
  };
  const attributes = Object.entries(all).map(([key, value]) => {
    const kind = value.startsWith('"') ? 'stringValue' : value === 'true' ? 'boolValue' : 'doubleValue';
    return `{"key":${JSON.stringify(key)},"value":{"${kind}":${value}}}`;
  });
  return `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[${attributes.join()}]}]}]}]}`;
}

describe('text that is none', () => {
  const NO_TEXTS = [
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud83d"',
    '"\\ude00\\ud83d"',
    '"a\\nb"',
    '"\\u0085"',
    '""',
    `"${'x'.repeat(201)}"`,
  ];

  test.each(['session', 'model', 'requestId', 'clientRequestId', 'promptId', 'agent', 'clientVersion'])(
    'refuses a webhook body as its %s',
    async (field) => {
      for (const value of NO_TEXTS) {
        const request = JSON.stringify(usageRequest({ [field]: '$' })).replace('"$"', value);
        const answer = await send('/v1/usage', `{"requests":[${request}]}`);
        expect([value, answer.status]).toEqual([value, 400]);
      }
      expect(target.kept('hostile')).toBe(0);
    },
  );

  test('drops a record of telemetry', async () => {
    const before = target.kept('hostile-telemetry');
    for (const field of ['session.id', 'model', 'request_id', 'prompt.id', 'query_source']) {
      for (const value of NO_TEXTS.filter((text) => text !== '""')) {
        const answer = await send('/v1/logs', exported({ [field]: value }));
        expect([field, value, await answer.json()]).toMatchObject([
          field,
          value,
          { partialSuccess: { rejectedLogRecords: '1' } },
        ]);
      }
    }
    expect(target.kept('hostile-telemetry')).toBe(before);
  });

  test('an email of 6 MiB is none', async () => {
    const email = 'a.a'.repeat(2 * MIB);
    const headers = { 'content-encoding': 'gzip', authorization: `Bearer ${target.teamToken}` };
    const webhook = JSON.stringify({ requests: [usageRequest({ email })] });
    await expectRefusal(await send('/v1/usage', gzipSync(webhook), headers), 400);
    const telemetry = exported({ 'user.email': JSON.stringify(email), 'session.id': '"nobody\'s"' });
    const answer = await send('/v1/logs', gzipSync(telemetry), headers);
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedLogRecords: '1' } });
  });
});

describe('names that JavaScript gives a meaning', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'then'];

  test.each(NAMES)('%s as a key is a key like any other', async (name) => {
    const inner = `{"${name}":{"session":"polluted","used_percentage":99,"isAdmin":true}}`;
    await expectRefusal(await send('/v1/usage', inner), 400);
    await expectRefusal(await send('/v1/usage', `{"requests":[${inner}]}`), 400);
    expect((await send('/v1/logs', inner)).status).toBe(200);
    expect((await send('/v1/logs', exported({ [name]: '"polluted"' }))).status).toBe(200);
    expect((await send('/v1/hooks', inner)).status).toBe(200);
    await expectRefusal(await send('/v1/status-line', inner), 400);
    expect(target.kept('polluted')).toBe(0);
  });

  test('words of SQL are only words', async () => {
    const said = `'); DROP TABLE requests; -- " ; DELETE FROM callers`;
    const named = { session: said, model: said, agent: said, promptId: said, requestId: said, clientVersion: said };
    expect((await send('/v1/usage', JSON.stringify({ requests: [usageRequest(named)] }))).status).toBe(200);
    expect(target.kept(said)).toBe(1);
  });

  test.each(NAMES)('%s as a value is only a word', async (name) => {
    const named = { session: 'words', model: name, agent: name, promptId: name, requestId: name, clientVersion: name };
    expect((await send('/v1/usage', JSON.stringify({ requests: [usageRequest(named)] }))).status).toBe(200);
    expect(
      (await send('/v1/usage', JSON.stringify({ requests: [usageRequest({ ...named, requestId: `2${name}` })] })))
        .status,
    ).toBe(200);
    const window = { used_percentage: 40, resets_at: Math.floor(Date.now() / 1000) + 3600 };
    const line = await send('/v1/status-line', JSON.stringify({ session_id: name, rate_limits: { [name]: window } }));
    expect(await line.text()).not.toMatch(/function|object|undefined|NaN/);
  });
});

describe('an encoding that is another', () => {
  const good = () => JSON.stringify({ requests: [usageRequest({})] });
  const gzip = { 'content-encoding': 'gzip' };

  test.each<[what: string, status: number, body: () => Body, headers: Record<string, string>]>([
    ['gzip that is none', 400, good, gzip],
    ['gzip that is deflate', 400, () => deflateSync(good()), gzip],
    ['gzip twice', 400, () => gzipSync(gzipSync(good())), gzip],
    ['half a gzip', 400, () => gzipSync(good()).subarray(0, 40), gzip],
    ['a gzip with a wrong checksum', 400, () => withoutChecksum(gzipSync(good())), gzip],
    ['gzip that says it is none', 400, () => gzipSync(good()), {}],
    ['gzip that says it is plain', 400, () => gzipSync(good()), { 'content-encoding': 'identity' }],
    ['brotli', 415, good, { 'content-encoding': 'br' }],
    ['deflate', 415, () => deflateSync(good()), { 'content-encoding': 'deflate' }],
    ['several at once', 415, () => gzipSync(good()), { 'content-encoding': 'gzip, deflate' }],
    ['an encoding that does not exist', 415, good, { 'content-encoding': '../../etc/passwd' }],
    ['another type', 415, good, { 'content-type': 'text/plain' }],
    ['a form', 415, () => 'requests=1', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a multipart form', 415, () => '--x--', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['a type of 15,000 letters', 415, good, { 'content-type': `a/${'b'.repeat(15_000)}` }],
    ['a bomb of 40 MiB', 413, () => gzipSync(Buffer.alloc(40 * MIB, '[')), gzip],
    ['a bomb of many parts', 413, () => Buffer.concat(Array(40).fill(gzipSync(Buffer.alloc(MIB, ' ')))), gzip],
  ])('%s', async (_, status, body, headers) => {
    await expectRefusal(await send('/v1/usage', body(), headers), status);
    expect(target.kept('hostile')).toBe(0);
  });

  test.each([
    ['a byte', 1],
    ['as much again, and more', 11 * MIB],
  ])('more than 4 MiB by %s: whoever sends it is told', async (_, excess) => {
    await expectRefusal(await send('/v1/usage', ' '.repeat(4 * MIB + excess)), 413);
    expect(target.kept('hostile')).toBe(0);
  });

  test('protobuf that is JSON, and JSON that is protobuf', async () => {
    await expectRefusal(await send('/v1/logs', exported({}), { 'content-type': 'application/x-protobuf' }), 400);
    await expectRefusal(await send('/v1/logs', Buffer.from([0x0a, 0x00])), 400);
  });
});

function withoutChecksum(gzipped: Buffer<ArrayBuffer>) {
  return gzipped.fill(0, gzipped.length - 8);
}

test(`${BODIES} small bodies, most of them wrong, are each answered`, async () => {
  const bodies = ['', '{', 'null', '[]', '{"requests":[]}', '\0', '{"requests":[{}]}', '{"a":1}'];
  const answers: number[] = [];
  const senders = Array.from({ length: SENDERS }, async (_, sender) => {
    for (let index = 0; index < BODIES / SENDERS; index++) {
      const answer = await send(JSON_ROUTES[index % 5] ?? '', bodies[(index + sender) % bodies.length] ?? '');
      answers.push(answer.status);
      await answer.arrayBuffer();
    }
  });
  await Promise.all([...senders, target.honest()]);
  expect(answers).toHaveLength(BODIES);
  expect(answers.filter((status) => status !== 200 && status !== 400)).toEqual([]);
});
