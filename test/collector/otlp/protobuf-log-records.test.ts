import fc from 'fast-check';
import protobuf from 'protobufjs/light.js';
import { describe, expect, test } from 'vitest';
import { noAttributes } from '../../../src/collector/otlp/attributes.ts';
import { logItems, protobufLogItems } from '../../../src/collector/otlp/log-items.ts';
import { OTHER_EVENT } from '../../../src/collector/otlp/log-record.ts';
import { protobufLogRecords } from '../../../src/collector/otlp/protobuf-log-records.ts';
import { MAX_NODES } from '../../../src/collector/read-body.ts';
import type { Fact } from '../../../src/model/usage-item.ts';
import { capturedBodies, capturedProtobuf, inflated, LOG_FILES } from '../captured.ts';
import { decodeWholly } from './decode-wholly.ts';

/** The whole of the OTLP messages that tests send, as the specification numbers them. */
const SCHEMA = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      // Members of a oneof are written even when they are 0, false or empty.
      oneofs: { value: { oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'bytesValue'] } },
      fields: {
        stringValue: { type: 'string', id: 1 },
        boolValue: { type: 'bool', id: 2 },
        intValue: { type: 'int64', id: 3 },
        doubleValue: { type: 'double', id: 4 },
        arrayValue: { type: 'ArrayValue', id: 5 },
        bytesValue: { type: 'bytes', id: 7 },
      },
    },
    ArrayValue: { fields: { values: { rule: 'repeated', type: 'AnyValue', id: 1 } } },
    KeyValue: { fields: { key: { type: 'string', id: 1 }, value: { type: 'AnyValue', id: 2 } } },
    Resource: { fields: { attributes: { rule: 'repeated', type: 'KeyValue', id: 1 } } },
    LogRecord: {
      fields: {
        timeUnixNano: { type: 'fixed64', id: 1 },
        severityNumber: { type: 'int32', id: 2 },
        body: { type: 'AnyValue', id: 5 },
        attributes: { rule: 'repeated', type: 'KeyValue', id: 6 },
        flags: { type: 'fixed32', id: 8 },
        traceId: { type: 'bytes', id: 9 },
        eventName: { type: 'string', id: 12 },
      },
    },
    ScopeLogs: {
      fields: { logRecords: { rule: 'repeated', type: 'LogRecord', id: 2 }, schemaUrl: { type: 'string', id: 3 } },
    },
    ResourceLogs: {
      fields: { resource: { type: 'Resource', id: 1 }, scopeLogs: { rule: 'repeated', type: 'ScopeLogs', id: 2 } },
    },
    LogsRequest: { fields: { resourceLogs: { rule: 'repeated', type: 'ResourceLogs', id: 1 } } },
  },
});
const LogsRequest = SCHEMA.lookupType('LogsRequest');

const encoded = (body: object) => Buffer.from(LogsRequest.encode(LogsRequest.fromObject(body)).finish());
const recordsOf = (body: Buffer) => [...protobufLogRecords(body)];

/** A fact without what differs from one run of a scenario to the next. */
function comparable(fact: Fact) {
  if (fact.is !== 'request') return fact.is;
  const { session, promptId, requestId, startedAt, endedAt, sequence, ...rest } = fact.request;
  return { ...rest, hasIds: [session, promptId, requestId].every((id) => (id?.length ?? 0) > 0) };
}

test('captured logs of one scenario tell the same in both encodings', () => {
  const binary = inflated(capturedProtobuf('logs')).map(protobufLogItems);
  const text = capturedBodies('cache-invalidation/logs.json').map((body) => logItems(body));
  const facts = binary.flatMap(({ items }) => items.map(({ fact }) => comparable(fact)));
  expect(facts).toHaveLength(6);
  expect(facts).toEqual(text.flatMap(({ items }) => items.map(({ fact }) => comparable(fact))));
  expect(binary.map(({ left }) => left.malformed)).toEqual([0, 0, 0, 0]);
});

test.each(LOG_FILES)('%s and its protobuf encoding tell the very same', (file) => {
  for (const body of capturedBodies(file)) {
    const message = LogsRequest.encode(LogsRequest.fromObject(body as object)).finish();
    expect(protobufLogItems(Buffer.from(message))).toEqual(logItems(body));
  }
});

const name = (value: object) => ({ key: 'event.name', value });
const KEPT = name({ stringValue: 'api_error' });

test('of a kept record its attributes that are read, those of its resource and its time come out', () => {
  const resource = { attributes: [{ key: 'service.version', value: { stringValue: '2.1.330' } }] };
  const record = {
    timeUnixNano: '1795419054049000000',
    severityNumber: 9,
    flags: 1,
    traceId: 'AAAA',
    attributes: [
      KEPT,
      { key: 'session.id', value: { stringValue: 's1' } },
      { key: 'model', value: { stringValue: '' } },
      { key: 'status_code', value: { intValue: 529 } },
      { key: 'duration_ms', value: { intValue: -1 } },
      { key: 'cost_usd', value: { doubleValue: 0.5 } },
      { key: 'success', value: { boolValue: false } },
      { key: 'agent.id', value: { arrayValue: { values: [{ stringValue: 'x' }] } } },
      { key: 'prompt', value: { stringValue: 'not read' } },
      { key: '__proto__', value: { stringValue: 'not read' } },
    ],
  };
  expect(recordsOf(encoded({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] }))).toEqual([
    {
      event: 'api_error',
      timeUnixNano: 1_795_419_054_049_000_000,
      resource: { ...noAttributes(), 'service.version': '2.1.330' },
      attributes: {
        ...noAttributes(),
        'session.id': 's1',
        status_code: 529,
        duration_ms: '-1',
        cost_usd: 0.5,
        success: false,
      },
    },
  ]);
});

describe('a record is known by', () => {
  const events = (...logRecords: readonly object[]) =>
    recordsOf(encoded({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })).map((record) =>
      record === OTHER_EVENT ? record : record.event,
    );
  const body = { stringValue: 'claude_code.compaction' };

  test.each<[what: string, record: object, event: string]>([
    ['the name among its attributes', { attributes: [KEPT] }, 'api_error'],
    ['its long name', { attributes: [name({ stringValue: 'claude_code.api_request' })] }, 'api_request'],
    ['the first of two', { attributes: [KEPT, name({ stringValue: 'compaction' })] }, 'api_error'],
    ['the first, although a kept one follows', { attributes: [name({ stringValue: 'x' }), KEPT] }, OTHER_EVENT],
    ['that attribute before all else', { body, eventName: 'compaction', attributes: [KEPT] }, 'api_error'],
    ['its own name where the attribute is empty', { eventName: 'api_error', attributes: [name({})] }, 'api_error'],
    ['its body where it has no name', { body, eventName: '', attributes: [name({ stringValue: '' })] }, 'compaction'],
    ['a number, which is none', { body, attributes: [name({ intValue: 7 })] }, OTHER_EVENT],
    ['another event', { body, attributes: [name({ stringValue: 'user_prompt' })] }, OTHER_EVENT],
    ['nothing at all', {}, OTHER_EVENT],
  ])('%s', (_, record, event) => {
    expect(events({}, record, { attributes: [KEPT] })).toEqual([OTHER_EVENT, event, 'api_error']);
  });
});

/** Fields as protobuf writes them, one after the other. */
const varint = (value: number | bigint) => Buffer.from(protobuf.Writer.create().uint64(String(value)).finish());
const field = (number: number, wireType: number, content: Buffer) =>
  Buffer.concat([varint(number * 8 + wireType), content]);
const delimited = (number: number, content: Buffer) =>
  field(number, 2, Buffer.concat([varint(content.length), content]));
const double = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};

test('a resource counts wherever it stands, and the last one only', () => {
  const version = (value: string) =>
    delimited(
      1,
      delimited(
        1,
        Buffer.concat([delimited(2, delimited(1, Buffer.from(value))), delimited(1, Buffer.from('service.version'))]),
      ),
    );
  const kept = Buffer.from(
    LogsRequest.lookupType('LogRecord')
      .encode({ attributes: [KEPT] })
      .finish(),
  );
  const body = delimited(1, Buffer.concat([version('1'), delimited(2, delimited(2, kept)), version('2')]));
  expect(recordsOf(body)).toMatchObject([{ resource: { 'service.version': '2' } }]);
});

describe('any body tells what it tells when all of it is decoded', () => {
  const texts = fc.oneof(
    fc.constantFrom('', 's1', 'claude-opus-5-5', '<synthetic>', '2026-11-23T07:30:54.049Z', 'Ada@Example.com', 'false'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const bytes = fc.uint8Array({ maxLength: 10 }).map((array) => Buffer.from(array));
  const int64 = fc.oneof(fc.nat(300), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
  const unknown = fc.oneof(
    int64.map((value) => field(15, 0, varint(value))),
    bytes.map((content) => delimited(13, content)),
    fc.double().map((value) => field(14, 1, double(value))),
    fc.constant(field(3000, 5, Buffer.alloc(4))),
    bytes.map((content) => field(9, 3, Buffer.concat([delimited(1, content), field(9, 4, Buffer.alloc(0))]))),
  );
  const anyValue = fields(
    { arbitrary: texts.map((text) => delimited(1, Buffer.from(text))), weight: 6 },
    { arbitrary: int64.map((value) => field(3, 0, varint(value))), weight: 3 },
    { arbitrary: fc.double().map((value) => field(4, 1, double(value))), weight: 1 },
    { arbitrary: fc.boolean().map((value) => field(2, 0, varint(value ? 1 : 0))), weight: 1 },
    { arbitrary: bytes.map((content) => delimited(1, content)), weight: 1 },
    { arbitrary: unknown, weight: 1 },
  );
  const keys = fc.constantFrom('event.name', 'prompt', ...Object.keys(noAttributes()));
  const keyValue = fc
    .oneof(
      fc.tuple(keys, anyValue).map(([key, value]) => [delimited(1, Buffer.from(key)), delimited(2, value)]),
      fc.array(
        fc.oneof(
          keys.map((key) => delimited(1, Buffer.from(key))),
          anyValue.map((value) => delimited(2, value)),
          unknown,
        ),
        { maxLength: 4 },
      ),
    )
    .map((parts) => Buffer.concat(parts));
  const eventNames = fc.constantFrom(
    'api_request',
    'api_error',
    'compaction',
    'claude_code.api_request',
    'user_prompt',
    '',
  );
  const named = (number: number) => eventNames.map((text) => delimited(number, Buffer.from(text)));
  const pair = (key: string, value: Buffer) =>
    delimited(6, Buffer.concat([delimited(1, Buffer.from(key)), delimited(2, value)]));

  /** What a request needs at least: most records made up would tell nothing without it. */
  const needed = fc.constant(
    Buffer.concat([
      ...Object.entries({ 'session.id': 's1', model: 'm', 'event.timestamp': '2026-11-23T07:30:54Z' }).map(
        ([key, text]) => pair(key, delimited(1, Buffer.from(text))),
      ),
      ...['input', 'output', 'cache_read', 'cache_creation'].map((kind) =>
        pair(`${kind}_tokens`, field(3, 0, varint(7))),
      ),
    ]),
  );
  const record = fields(
    { arbitrary: keyValue.map((content) => delimited(6, content)), weight: 6 },
    { arbitrary: named(1).map((value) => pair('event.name', value)), weight: 3 },
    { arbitrary: needed, weight: 3 },
    { arbitrary: named(12), weight: 1 },
    { arbitrary: named(1).map((value) => delimited(5, value)), weight: 1 },
    { arbitrary: fc.constant(field(1, 1, Buffer.from('4065f6f4a2b1ea18', 'hex'))), weight: 1 },
    { arbitrary: unknown, weight: 1 },
  );
  const resource = fields(
    { arbitrary: keyValue.map((content) => delimited(1, content)), weight: 3 },
    { arbitrary: unknown, weight: 1 },
  );
  const scope = fields(
    { arbitrary: record.map((content) => delimited(2, content)), weight: 4 },
    { arbitrary: unknown, weight: 1 },
  );
  const resourceLogs = fields(
    { arbitrary: resource.map((content) => delimited(1, content)), weight: 2 },
    { arbitrary: scope.map((content) => delimited(2, content)), weight: 3 },
    { arbitrary: unknown, weight: 1 },
  );
  const body = fields(
    { arbitrary: resourceLogs.map((content) => delimited(1, content)), weight: 4 },
    { arbitrary: unknown, weight: 1 },
  );

  test('with fields in any order, several times, and of kinds that nobody knows', () => {
    let items = 0;
    fc.assert(
      fc.property(body, (bytes) => {
        const parsed = protobufLogItems(bytes);
        items += parsed.items.length;
        expect(parsed).toEqual(logItems(decodeWholly(bytes)));
      }),
      { numRuns: 2000 },
    );
    expect(items).toBeGreaterThan(500);
  });

  test('with a byte changed, unless it is refused', () => {
    const [whole = Buffer.alloc(0)] = inflated(capturedProtobuf('logs'));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        const expected = attempt(() => logItems(decodeWholly(changed)));
        if (expected) expect(attempt(() => protobufLogItems(changed))).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  /** Any of these fields, one after the other. */
  function fields(...kinds: readonly fc.WeightedArbitrary<Buffer>[]) {
    return fc.array(fc.oneof(...kinds), { maxLength: 8 }).map((parts) => Buffer.concat(parts));
  }
});

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

test('values that nest without end are not followed', () => {
  let nested = Buffer.from([0x0a, 0x01, 0x78]);
  for (let depth = 0; depth < 10_000; depth += 1) {
    const length = protobuf.Writer.create().uint32(nested.length).finish();
    nested = Buffer.concat([Buffer.from([0x2a]), length, nested]);
  }
  const record = protobuf.Writer.create().uint32(0x2a).bytes(nested).finish();
  const scope = protobuf.Writer.create().uint32(0x12).bytes(record).finish();
  const resource = protobuf.Writer.create().uint32(0x12).bytes(scope).finish();
  const body = protobuf.Writer.create().uint32(0x0a).bytes(resource).finish();
  expect(protobufLogItems(Buffer.from(body)).left.unneeded).toBe(1);
});

test('groups that nest without end are refused', () => {
  expect(() => protobufLogItems(Buffer.alloc(100_000, 0x7b))).toThrow();
});

test('a body of nothing but empty messages is refused before it fills the memory', () => {
  const body = Buffer.alloc(2 * MAX_NODES + 10);
  for (let index = 0; index < body.length; index += 2) body[index] = 0x0a;
  expect(() => protobufLogItems(body)).toThrow(`more than ${MAX_NODES} messages`);
});

test('a body that was cut is refused, or is a shorter list', () => {
  const [whole = Buffer.alloc(0)] = inflated(capturedProtobuf('logs'));
  expect(() => protobufLogItems(whole.subarray(0, whole.length - 1))).toThrow(RangeError);
  expect(() => protobufLogItems(Buffer.from([0x0a, 0x05, 0x12, 0x7f, 0, 0, 0, 0, 0, 0]))).toThrow(RangeError);
});

test('any bytes are either read or refused with a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        protobufLogItems(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 2000 },
  );
});
