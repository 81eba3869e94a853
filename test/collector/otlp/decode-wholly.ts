import protobuf from 'protobufjs/light.js';
import type { JsonObject } from '../../../src/collector/json-object.ts';

type Kind = 'string' | 'bool' | 'double' | 'int64' | 'fixed64' | Message;
interface Message {
  readonly [number: number]: readonly [name: string, kind: Kind, repeated?: 'repeated'];
}

const ANY_VALUE: Message = {
  1: ['stringValue', 'string'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
};
const KEY_VALUE: Message = { 1: ['key', 'string'], 2: ['value', ANY_VALUE] };
const LOG_RECORD: Message = {
  1: ['timeUnixNano', 'fixed64'],
  5: ['body', ANY_VALUE],
  6: ['attributes', KEY_VALUE, 'repeated'],
  12: ['eventName', 'string'],
};
const RESOURCE_LOGS: Message = {
  1: ['resource', { 1: ['attributes', KEY_VALUE, 'repeated'] }],
  2: ['scopeLogs', { 2: ['logRecords', LOG_RECORD, 'repeated'] }, 'repeated'],
};

const WIRE_TYPES = { string: 2, bool: 0, double: 1, int64: 0, fixed64: 1 } as const;

/**
 * All of a logs body, in the shape of OTLP/JSON, by somebody else's reader of the wire format: what the collector's own,
 * which passes over most of it, must agree with. Throws for what is no protobuf.
 */
export function decodeWholly(body: Buffer): JsonObject {
  return readMessage(protobuf.Reader.create(body), body.length, { 1: ['resourceLogs', RESOURCE_LOGS, 'repeated'] });
}

function readMessage(reader: protobuf.Reader, end: number, message: Message): JsonObject {
  const told: JsonObject = {};
  if (end > reader.len) throw new RangeError('cut off');
  while (reader.pos < end) {
    const tag = reader.uint32();
    const [name, kind = 'string', repeated] = message[tag >>> 3] ?? [];
    const wireType = typeof kind === 'string' ? WIRE_TYPES[kind] : 2;
    if (name === undefined || wireType !== (tag & 7)) {
      reader.skipType(tag & 7);
      continue;
    }
    const value = typeof kind === 'string' ? readScalar(reader, kind) : readNested(reader, kind);
    const last = told[name];
    if (!repeated) told[name] = value;
    else if (Array.isArray(last)) last.push(value);
    else told[name] = [value];
  }
  if (reader.pos !== end) throw new RangeError('runs over its end');
  return told;
}

function readNested(reader: protobuf.Reader, message: Message): JsonObject {
  const length = reader.uint32();
  return readMessage(reader, reader.pos + length, message);
}

function readScalar(reader: protobuf.Reader, kind: keyof typeof WIRE_TYPES): unknown {
  if (kind !== 'int64') return kind === 'fixed64' ? String(reader.fixed64()) : reader[kind]();
  const value = reader.int64();
  return Number(value) >= 0 && Number(value) < 2 ** 28 ? Number(value) : String(value);
}
