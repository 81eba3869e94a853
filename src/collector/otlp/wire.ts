/**
 * Bytes in the wire format of protobuf, and how far they are read: https://protobuf.dev/programming-guides/encoding/. All
 * that reads them throws RangeError with the offset where they make no sense.
 */
export interface Wire {
  readonly bytes: Buffer;
  readonly maxMessages: number;
  at: number;
  messages: number;
}

/** More than `maxMessages` are refused as they are read. */
export function createWire(bytes: Buffer, maxMessages: number): Wire {
  return { bytes, maxMessages, at: 0, messages: 0 };
}

/** How a field begins: its number and how it is written. */
export const varintTag = (field: number) => field * 8 + VARINT;
export const fixed64Tag = (field: number) => field * 8 + FIXED64;
export const delimitedTag = (field: number) => field * 8 + DELIMITED;

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const FIXED32 = 5;
const WIRE_TYPE_BITS = 7;

/** As protobuf's own parsers allow. */
const MAX_GROUP_DEPTH = 100;

const MORE_BYTES = 0x80;
const VARINT_BITS = 0x7f;
/** Of 64 bits; what a longer one holds besides is no number. */
const MAX_VARINT_BYTES = 10;

export function readTag(wire: Wire): number {
  return readUint32(wire);
}

/** Where the message that comes next ends; afterwards the wire stands at its first field. */
export function readMessageEnd(wire: Wire, limit: number): number {
  wire.messages += 1;
  if (wire.messages > wire.maxMessages) throw new RangeError(`more than ${wire.maxMessages} messages`);
  return readEnd(wire, limit);
}

/** Where the bytes that come next end; afterwards the wire stands at the first of them. */
export function readEnd(wire: Wire, limit: number): number {
  const length = readUint32(wire);
  const end = wire.at + length;
  if (end > limit) throw new RangeError(`${length} bytes at byte ${wire.at} run over the end at byte ${limit}`);
  return end;
}

/** A message ends where it said it would. */
export function expectEnd({ at }: Wire, end: number) {
  if (at !== end) throw new RangeError(`a message runs over its end at byte ${end}`);
}

/** What is no UTF-8 is replaced, as in every text that is not worth a refusal. */
export function readText(wire: Wire, limit: number): string {
  const end = readEnd(wire, limit);
  const text = wire.bytes.toString('utf8', wire.at, end);
  wire.at = end;
  return text;
}

/** A signed integer: a number of up to four bytes, as nearly all counts are, and larger ones in exact decimals. */
export function readInt64(wire: Wire): number | string {
  let low = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = readByte(wire);
    low |= (byte & VARINT_BITS) << shift;
    if (byte < MORE_BYTES) return low;
  }
  let high = 0;
  for (let weight = 1; weight < 2 ** 42; weight *= 2 ** 7) {
    const byte = readByte(wire);
    high += (byte & VARINT_BITS) * weight;
    if (byte < MORE_BYTES) return BigInt.asIntN(64, (BigInt(high) << 28n) | BigInt(low)).toString();
  }
  throw tooLong(wire);
}

export function readBool(wire: Wire): boolean {
  let bits = 0;
  for (let length = 0; length < MAX_VARINT_BYTES; length++) {
    const byte = readByte(wire);
    bits |= byte & VARINT_BITS;
    if (byte < MORE_BYTES) return bits !== 0;
  }
  throw tooLong(wire);
}

export function readDouble(wire: Wire): number {
  return wire.bytes.readDoubleLE(take(wire, 8));
}

/** An unsigned integer of eight bytes, to the nearest number. */
export function readFixed64(wire: Wire): number {
  const at = take(wire, 8);
  return wire.bytes.readUInt32LE(at + 4) * 2 ** 32 + wire.bytes.readUInt32LE(at);
}

/** A signed one. */
export function readSfixed64(wire: Wire): number {
  const at = take(wire, 8);
  return wire.bytes.readInt32LE(at + 4) * 2 ** 32 + wire.bytes.readUInt32LE(at);
}

/** Passes over the value of a field that nobody reads. */
export function skip(wire: Wire, tag: number, limit: number) {
  if ((tag & WIRE_TYPE_BITS) === GROUP_START) skipGroup(wire, limit);
  else skipValue(wire, tag, limit);
}

function skipValue(wire: Wire, tag: number, limit: number) {
  switch (tag & WIRE_TYPE_BITS) {
    case VARINT:
      while (readByte(wire) >= MORE_BYTES);
      return;
    case FIXED64:
      take(wire, 8);
      return;
    case DELIMITED:
      wire.at = readEnd(wire, limit);
      return;
    case FIXED32:
      take(wire, 4);
      return;
    default:
      throw new RangeError(`no field begins like the one before byte ${wire.at}`);
  }
}

function skipGroup(wire: Wire, limit: number) {
  for (let depth = 1; depth > 0; ) {
    const tag = readTag(wire);
    const wireType = tag & WIRE_TYPE_BITS;
    if (wireType === GROUP_START) depth += 1;
    else if (wireType === GROUP_END) depth -= 1;
    else skipValue(wire, tag, limit);
    if (depth > MAX_GROUP_DEPTH) throw new RangeError(`groups nest too deep at byte ${wire.at}`);
  }
}

/** Of larger numbers the lowest 32 bits. */
function readUint32(wire: Wire): number {
  const first = readByte(wire);
  if (first < MORE_BYTES) return first;
  let value = first & VARINT_BITS;
  for (let length = 1; length < MAX_VARINT_BYTES; length++) {
    const byte = readByte(wire);
    if (length < 5) value |= (byte & VARINT_BITS) << (length * 7);
    if (byte < MORE_BYTES) return value >>> 0;
  }
  throw tooLong(wire);
}

function readByte(wire: Wire): number {
  return wire.bytes[take(wire, 1)] ?? 0;
}

/** Where so many bytes begin, which are read by whoever asks. */
function take(wire: Wire, length: number): number {
  const from = wire.at;
  if (from + length > wire.bytes.length) throw new RangeError(`the bytes end in the middle of a field at byte ${from}`);
  wire.at = from + length;
  return from;
}

function tooLong({ at }: Wire): RangeError {
  return new RangeError(`a number of more than ${MAX_VARINT_BYTES} bytes before byte ${at}`);
}
