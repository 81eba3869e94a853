import type { JsonObject } from '../json-object.ts';
import { MAX_NODES } from '../read-body.ts';
import {
  createWire,
  delimitedTag,
  expectEnd,
  fixed64Tag,
  readBool,
  readDouble,
  readFixed64,
  readInt64,
  readMessageEnd,
  readSfixed64,
  readTag,
  readText,
  skip,
  varintTag,
  type Wire,
} from './wire.ts';

/** How a field is told in OTLP/JSON; a message stands for itself. Fields that are not listed are skipped unread. */
type Kind = keyof typeof READERS | Message;
type Field = readonly [name: string, kind: Kind, repeated?: 'repeated'];
export type Message = Readonly<Record<number, Field>>;

/**
 * A protobuf body in the shape of OTLP/JSON, so that one reader serves both: https://opentelemetry.io/docs/specs/otlp/. For
 * metrics, which are few; logs come by the thousand and have a reader of their own.
 * Throws RangeError with the offset where the bytes make no sense, or when they hold more than `MAX_NODES` messages.
 */
export function decodeProtobuf(body: Buffer, message: Message): JsonObject {
  return readMessage(createWire(body, MAX_NODES), body.length, message);
}

const READERS = {
  string: readText,
  bool: readBool,
  double: readDouble,
  int64: readInt64,
  fixed64: readFixed64,
  sfixed64: readSfixed64,
} as const satisfies Record<string, (wire: Wire, limit: number) => string | number | boolean>;

const TAGS = {
  string: delimitedTag,
  bool: varintTag,
  double: fixed64Tag,
  int64: varintTag,
  fixed64: fixed64Tag,
  sfixed64: fixed64Tag,
} as const satisfies Record<keyof typeof READERS, (field: number) => number>;

/** Recursion ends with the descriptors, which do not refer to themselves. */
function readMessage(wire: Wire, end: number, message: Message): JsonObject {
  const told: JsonObject = {};
  while (wire.at < end) {
    const tag = readTag(wire);
    const field = message[tag >>> 3];
    if (!field || tagOf(tag >>> 3, field) !== tag) {
      skip(wire, tag, end);
      continue;
    }
    const [name, kind, repeated] = field;
    const value =
      typeof kind === 'string' ? READERS[kind](wire, end) : readMessage(wire, readMessageEnd(wire, end), kind);
    if (repeated) appendTo(told, name, value);
    else told[name] = value;
  }
  expectEnd(wire, end);
  return told;
}

function tagOf(number: number, [, kind]: Field): number {
  return typeof kind === 'string' ? TAGS[kind](number) : delimitedTag(number);
}

function appendTo(told: JsonObject, name: string, value: unknown) {
  const list = told[name];
  if (Array.isArray(list)) list.push(value);
  else told[name] = [value];
}
