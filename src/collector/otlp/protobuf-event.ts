import type protobuf from 'protobufjs/minimal.js';
import { KEPT_EVENTS, LONG_NAME } from './event-names.ts';

/** How fields begin in these bytes: their number, and that a length follows. */
const ATTRIBUTE = 0x32;
const KEY = 0x0a;
const VALUE = 0x12;
const STRING_VALUE = 0x0a;

const NAME = 'event.name';
const NAME_ATTRIBUTE = Buffer.from([KEY, NAME.length, ...Buffer.from(NAME), VALUE]);
const NAMES = KEPT_EVENTS.flatMap((name) => [Buffer.from(name), Buffer.from(LONG_NAME + name)]);

/**
 * Whether the log record from here to `end` may be one that is kept. False is certain: its `event.name` is another, and the
 * rest, most of what a client sends, need not be decoded. Throws where the bytes make no sense.
 */
export function mayBeKept(reader: protobuf.Reader, end: number): boolean {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag !== ATTRIBUTE) {
      reader.skipType(tag & 7);
      continue;
    }
    const length = reader.uint32();
    const attributeEnd = reader.pos + length;
    if (attributeEnd > end) return true;
    if (isAt(reader.buf, reader.pos, NAME_ATTRIBUTE))
      return mayBeName(reader.buf, reader.pos + NAME_ATTRIBUTE.length, attributeEnd);
    reader.pos = attributeEnd;
  }
  return true;
}

/** Whether the value in these bytes is a kept name, or anything but a plain text. */
function mayBeName(bytes: Uint8Array, from: number, end: number): boolean {
  const length = end - from - 3;
  const isPlain = bytes[from] === length + 2 && bytes[from + 1] === STRING_VALUE && bytes[from + 2] === length;
  if (!isPlain || length <= 0) return true;
  return NAMES.some((name) => name.length === length && isAt(bytes, from + 3, name));
}

function isAt(bytes: Uint8Array, from: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[from + index] !== wanted[index]) return false;
  return true;
}
