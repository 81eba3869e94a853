import protobuf from 'protobufjs/light.js';
import type { Random } from '../../../src/simulation/random.ts';

interface Field {
  readonly tag: number;
  /** With its tag, and its length where it has one. */
  readonly whole: Buffer;
  /** Of a field with a length: a message, or anything. */
  readonly content: Buffer | undefined;
}

const DELIMITED = 2;

/**
 * A change of one field somewhere in a message, with the lengths around it set right, so that the rest is still read:
 * `changeBytes` changes what is no message. Undefined: the bytes are none.
 */
export function changeProtobuf(
  bytes: Buffer,
  random: Random,
  changeBytes: (bytes: Buffer) => Buffer,
): Buffer | undefined {
  const fields = fieldsOf(bytes);
  const at = random.whole(0, Math.max(0, (fields?.length ?? 0) - 1));
  const field = fields?.[at];
  if (!fields || !field) return undefined;
  const rest = fields.map(({ whole }) => whole);
  rest.splice(at, 1, ...changed(field));
  return Buffer.concat(rest);

  function changed({ tag, whole, content }: Field): readonly Buffer[] {
    if (content && random.chance(0.8)) {
      const inner = changeProtobuf(content, random, changeBytes) ?? changeBytes(content);
      return [delimited(tag, inner)];
    }
    switch (random.whole(0, 4)) {
      case 0:
        return [];
      case 1:
        return [whole, whole];
      case 2:
        return [whole, rest[random.whole(0, rest.length - 1)] ?? whole];
      case 3:
        return [delimited((random.whole(1, 16) << 3) | DELIMITED, content ?? whole), whole];
      default:
        return [changeBytes(whole)];
    }
  }
}

function delimited(tag: number, content: Buffer): Buffer {
  return Buffer.from(protobuf.Writer.create().uint32(tag).bytes(content).finish());
}

/** Undefined: no message. */
function fieldsOf(bytes: Buffer): readonly Field[] | undefined {
  const reader = protobuf.Reader.create(bytes);
  const fields: Field[] = [];
  try {
    while (reader.pos < reader.len) {
      const from = reader.pos;
      const tag = reader.uint32();
      const isDelimited = (tag & 7) === DELIMITED;
      const content = isDelimited ? Buffer.from(reader.bytes()) : undefined;
      if (!isDelimited) reader.skipType(tag & 7);
      fields.push({ tag, whole: bytes.subarray(from, reader.pos), content });
    }
  } catch {
    return undefined;
  }
  return fields;
}
