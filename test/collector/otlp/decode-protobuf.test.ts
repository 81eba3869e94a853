import fc from 'fast-check';
import protobuf from 'protobufjs/light.js';
import { describe, expect, test } from 'vitest';
import { decodeProtobuf } from '../../../src/collector/otlp/decode-protobuf.ts';
import { logItems } from '../../../src/collector/otlp/log-items.ts';
import { LOGS_REQUEST, METRICS_REQUEST } from '../../../src/collector/otlp/messages.ts';
import { metricItems } from '../../../src/collector/otlp/metric-items.ts';
import { MAX_NODES } from '../../../src/collector/read-body.ts';
import type { Fact } from '../../../src/model/usage-item.ts';
import { capturedBodies, capturedProtobuf, inflated } from '../captured.ts';

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
const oneRecord = (record: object) => encoded({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });

/** A fact without what differs from one run of a scenario to the next. */
function comparable(fact: Fact) {
  if (fact.is !== 'request') return fact.is;
  const { session, promptId, requestId, startedAt, endedAt, sequence, ...rest } = fact.request;
  return { ...rest, hasIds: [session, promptId, requestId].every((id) => (id?.length ?? 0) > 0) };
}

describe('captured bodies of one scenario tell the same in both encodings', () => {
  test('logs', () => {
    const binary = inflated(capturedProtobuf('logs')).map((body) => logItems(decodeProtobuf(body, LOGS_REQUEST)));
    const text = capturedBodies('cache-invalidation/logs.json').map((body) => logItems(body));
    const facts = binary.flatMap(({ items }) => items.map(({ fact }) => comparable(fact)));
    expect(facts).toHaveLength(6);
    expect(facts).toEqual(text.flatMap(({ items }) => items.map(({ fact }) => comparable(fact))));
    expect(binary.map(({ left }) => left.malformed)).toEqual([0, 0, 0, 0]);
  });

  test('metrics', () => {
    const bodies = inflated(capturedProtobuf('metrics'));
    const facts = bodies.flatMap((body) =>
      metricItems(decodeProtobuf(body, METRICS_REQUEST)).items.map(({ fact }) => fact),
    );
    expect(facts).toMatchObject([{ is: 'start', start: { startType: 'fresh', at: expect.any(Number) } }]);
  });
});

test('a JSON body and its protobuf encoding give the very same items', () => {
  for (const body of capturedBodies('oauth/otlp-logs.json')) {
    const message = LogsRequest.encode(LogsRequest.fromObject(body as object)).finish();
    expect(logItems(decodeProtobuf(message, LOGS_REQUEST))).toEqual(logItems(body));
  }
});

test('64-bit integers come as exact decimal strings', () => {
  const record = {
    timeUnixNano: '1795419054049000001',
    attributes: [
      { key: 'a', value: { intValue: '9223372036854775807' } },
      { key: 'b', value: { intValue: '-1' } },
      { key: 'c', value: { boolValue: false } },
      { key: 'd', value: { doubleValue: 0.5 } },
    ],
  };
  expect(decodeProtobuf(oneRecord(record), LOGS_REQUEST)).toEqual({
    resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }],
  });
});

test('small integers come as numbers', () => {
  const counts = [0, 1, 127, 128, 2 ** 28 - 1];
  const attributes = counts.map((intValue) => ({ key: 'count', value: { intValue } }));
  expect(decodeProtobuf(oneRecord({ attributes }), LOGS_REQUEST)).toEqual({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }],
  });
});

describe('of records that say that they are of another event nothing is decoded', () => {
  const name = (value: object) => ({ key: 'event.name', value });
  const records = (...logRecords: readonly object[]) => encoded({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  const decoded = (body: Buffer) => decodeProtobuf(body, LOGS_REQUEST).resourceLogs;
  const other = { timeUnixNano: '1', attributes: [{ key: 'x', value: {} }, name({ stringValue: 'user_prompt' })] };

  test('and they keep their place', () => {
    const kept = { attributes: [name({ stringValue: 'api_request' }), { key: 'model', value: { stringValue: 'm' } }] };
    expect(decoded(records(other, kept, other))).toEqual([{ scopeLogs: [{ logRecords: [{}, kept, {}] }] }]);
  });

  test.each([
    ['has the long name of one that counts', { attributes: [name({ stringValue: 'claude_code.api_error' })] }],
    ['has no such attribute', { body: { stringValue: 'claude_code.user_prompt' }, attributes: [] }],
    ['has an empty name', { attributes: [name({ stringValue: '' })] }],
    ['has a number for a name', { attributes: [name({ intValue: 7 })] }],
    ['has a list for a name', { attributes: [name({})] }],
    [
      'is named twice, first by one that counts',
      { attributes: ['compaction', 'x'].map((is) => name({ stringValue: is })) },
    ],
  ])('but all of one that %s', (_, { attributes, ...rest }) => {
    const record = attributes.length === 0 ? rest : { ...rest, attributes };
    expect(decoded(records(other, record))).toEqual([{ scopeLogs: [{ logRecords: [{}, record] }] }]);
  });

  test('and a cut one is refused', () => {
    const body = records(other);
    body[body.indexOf('event.name') - 3] = 0x7f;
    expect(() => decoded(body)).toThrow(RangeError);
  });
});

test('fields that nobody reads are skipped, whatever they hold', () => {
  const record = {
    severityNumber: 9,
    flags: 1,
    traceId: 'AAAA',
    eventName: 'api_request',
    attributes: [{ key: 'list', value: { arrayValue: { values: [{ stringValue: 'x' }] } } }],
  };
  const kept = { eventName: 'api_request', attributes: [{ key: 'list', value: {} }] };
  expect(decodeProtobuf(oneRecord(record), LOGS_REQUEST)).toEqual({
    resourceLogs: [{ scopeLogs: [{ logRecords: [kept] }] }],
  });
});

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
  expect(logItems(decodeProtobuf(body, LOGS_REQUEST)).left.unneeded).toBe(1);
});

test('groups that nest without end are refused', () => {
  expect(() => decodeProtobuf(Buffer.alloc(100_000, 0x7b), LOGS_REQUEST)).toThrow();
});

test('a body of nothing but empty messages is refused before it fills the memory', () => {
  const body = Buffer.alloc(2 * MAX_NODES + 10);
  for (let index = 0; index < body.length; index += 2) body[index] = 0x0a;
  expect(() => decodeProtobuf(body, LOGS_REQUEST)).toThrow(`more than ${MAX_NODES} messages`);
});

test('a body that was cut is refused, or is a shorter list', () => {
  const [whole = Buffer.alloc(0)] = inflated(capturedProtobuf('logs'));
  expect(() => decodeProtobuf(whole.subarray(0, whole.length - 1), LOGS_REQUEST)).toThrow(RangeError);
  expect(() => decodeProtobuf(Buffer.from([0x0a, 0x05, 0x12, 0x7f, 0, 0, 0, 0, 0, 0]), LOGS_REQUEST)).toThrow(
    RangeError,
  );
});

test('any bytes are either read or refused with an Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        logItems(decodeProtobuf(Buffer.from(bytes), LOGS_REQUEST));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 2000 },
  );
});
