import protobuf from 'protobufjs/minimal.js';
import type { JsonObject } from '../json-object.ts';
import { MAX_NODES } from '../read-body.ts';

/** How a field is told in OTLP/JSON; a message stands for itself. Fields that are not listed are skipped unread. */
type Kind = 'string' | 'bool' | 'double' | 'int64' | 'fixed64' | 'sfixed64' | Message;
type Field = readonly [name: string, kind: Kind, repeated?: 'repeated', isWanted?: IsWanted];
/** Whether the message from here to `end` is to be decoded; others stand there empty. May leave the reader anywhere. */
type IsWanted = (reader: protobuf.Reader, end: number) => boolean;
export type Message = Readonly<Record<number, Field>>;

/**
 * A protobuf body in the shape of OTLP/JSON, so that one reader serves both: https://opentelemetry.io/docs/specs/otlp/.
 * 64-bit integers become decimal strings, or numbers where they are small. Messages that are not wanted are empty. Throws
 * RangeError or Error with the offset where the bytes make no sense, or when they hold more than `MAX_NODES` messages.
 */
export function decodeProtobuf(body: Uint8Array, message: Message): JsonObject {
  const budget = { nodes: MAX_NODES };
  return readMessage(protobuf.Reader.create(body), message, { end: body.length, budget });
}

/** Any tag of a field that we know, apart from the wire type that its kind must have. */
const WIRE_TYPES = { string: 2, bool: 0, double: 1, int64: 0, fixed64: 1, sfixed64: 1 } as const;

interface Bounds {
  readonly end: number;
  readonly budget: { nodes: number };
}

interface NestedBounds extends Bounds {
  readonly isWanted: IsWanted | undefined;
}

const UNWANTED: JsonObject = Object.freeze({});

/** Recursion ends with the descriptors, which do not refer to themselves. */
function readMessage(reader: protobuf.Reader, message: Message, { end, budget }: Bounds): JsonObject {
  budget.nodes -= 1;
  if (budget.nodes < 0) throw new RangeError(`more than ${MAX_NODES} messages`);
  const told: JsonObject = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = message[tag >>> 3];
    if (!field || wireTypeOf(field[1]) !== (tag & 7)) {
      reader.skipType(tag & 7);
      continue;
    }
    const [name, kind, repeated, isWanted] = field;
    const value =
      typeof kind === 'string' ? readScalar(reader, kind) : readNested(reader, kind, { end, budget, isWanted });
    if (repeated) appendTo(told, name, value);
    else told[name] = value;
  }
  if (reader.pos !== end) throw new RangeError(`a message runs over its end at byte ${end}`);
  return told;
}

function readNested(reader: protobuf.Reader, message: Message, { end, budget, isWanted }: NestedBounds): JsonObject {
  const length = reader.uint32();
  const from = reader.pos;
  const nestedEnd = from + length;
  if (nestedEnd > end) throw new RangeError(`a message runs over its end at byte ${end}`);
  if (isWanted && !isWanted(reader, nestedEnd)) {
    reader.pos = nestedEnd;
    return UNWANTED;
  }
  reader.pos = from;
  return readMessage(reader, message, { end: nestedEnd, budget });
}

function readScalar(reader: protobuf.Reader, kind: keyof typeof WIRE_TYPES): string | number | boolean {
  switch (kind) {
    case 'string':
      return reader.string();
    case 'bool':
      return reader.bool();
    case 'double':
      return reader.double();
    case 'int64':
      return isSmall(reader) ? reader.uint32() : reader.int64().toString();
    case 'fixed64':
      return reader.fixed64().toString();
    case 'sfixed64':
      return reader.sfixed64().toString();
  }
}

/** Whether the varint that comes next is of at most four bytes, as nearly all counts are. */
function isSmall({ buf, pos }: protobuf.Reader): boolean {
  for (let at = pos; at < pos + 4; at++) if ((buf[at] ?? 0) < 0x80) return true;
  return false;
}

function wireTypeOf(kind: Kind): number {
  return typeof kind === 'string' ? WIRE_TYPES[kind] : 2;
}

function appendTo(told: JsonObject, name: string, value: unknown) {
  const list = told[name];
  if (Array.isArray(list)) list.push(value);
  else told[name] = [value];
}
