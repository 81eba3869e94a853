import fc from 'fast-check';
import protobuf from 'protobufjs/light.js';
import { describe, expect, test } from 'vitest';
import {
  createWire,
  delimitedTag,
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
} from '../../../src/collector/otlp/wire.ts';

const wireOf = (...bytes: readonly number[]) => createWire(Buffer.from(bytes), 10);
const written = (write: (writer: protobuf.Writer) => protobuf.Writer) =>
  createWire(Buffer.from(write(protobuf.Writer.create()).finish()), 10);

/** What is read, and that it is read to the end. */
function whole<T>(wire: Wire, read: (wire: Wire, limit: number) => T): T {
  const value = read(wire, wire.bytes.length);
  expect(wire.at).toBe(wire.bytes.length);
  return value;
}

const CONTINUED = 0xff;
const continued = (length: number, last: number) => [...Array<number>(length - 1).fill(CONTINUED), last];

test('tags are told apart by field and by how they are written', () => {
  const tags = [varintTag(1), fixed64Tag(1), delimitedTag(1), delimitedTag(12), delimitedTag(16), varintTag(2 ** 28)];
  expect(tags).toEqual([0x08, 0x09, 0x0a, 0x62, 0x82, 2 ** 31]);
  for (const tag of tags)
    expect(
      whole(
        written((writer) => writer.uint32(tag)),
        readTag,
      ),
    ).toBe(tag);
});

describe('integers of 64 bits', () => {
  test.each<[number | string]>([
    [0],
    [1],
    [127],
    [128],
    [2 ** 28 - 1],
    ['268435456'],
    ['4294967296'],
    ['9007199254740993'],
    ['9223372036854775807'],
    ['-1'],
    ['-9223372036854775808'],
  ])('%s', (value) => {
    const wire = written((writer) => writer.int64(value));
    expect(whole(wire, readInt64)).toBe(value);
  });

  test('any is as it was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const wire = written((writer) => writer.int64(String(value)));
        expect(BigInt(whole(wire, readInt64))).toBe(value);
      }),
    );
  });

  test('what ten bytes hold beyond 64 bits is left out', () => {
    expect(whole(wireOf(...continued(10, 0x7f)), readInt64)).toBe('-1');
  });
});

describe('numbers of eight bytes', () => {
  const bytes = (write: (buffer: Buffer) => void) => {
    const buffer = Buffer.alloc(8);
    write(buffer);
    return createWire(buffer, 10);
  };

  test.each([0, -0, 0.5, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY])('a fraction: %d', (value) => {
    expect(
      whole(
        bytes((buffer) => buffer.writeDoubleLE(value)),
        readDouble,
      ),
    ).toBe(value);
  });

  test.each([0n, 1n, 2n ** 32n, 1_795_419_054_049_000_001n, 2n ** 64n - 1n])('without a sign: %d', (value) => {
    expect(
      whole(
        bytes((buffer) => buffer.writeBigUInt64LE(value)),
        readFixed64,
      ),
    ).toBe(Number(value));
  });

  test.each([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 32n)])('with a sign: %d', (value) => {
    expect(
      whole(
        bytes((buffer) => buffer.writeBigInt64LE(value)),
        readSfixed64,
      ),
    ).toBe(Number(value));
  });
});

test.each([
  [false, [0]],
  [true, [1]],
  [true, [0x80, 0x80, 0x01]],
  [false, [0x80, 0x00]],
])('%s may be written as %j', (value, bytes) => {
  expect(whole(wireOf(...bytes), readBool)).toBe(value);
});

describe('texts', () => {
  test.each(['', 'a', 'é', '€', '🙂', '\0', 'x'.repeat(300)])('%j', (text) => {
    expect(
      whole(
        written((writer) => writer.string(text)),
        readText,
      ),
    ).toBe(text);
  });

  test('what is no UTF-8 is replaced', () => {
    expect(whole(wireOf(3, 0x61, 0xff, 0x62), readText)).toBe('a\ufffdb');
  });
});

describe('what nobody reads is passed over', () => {
  test.each([
    ['a varint', 0, [0x96, 0x01]],
    ['a varint that is too long for a number', 0, continued(20, 0x01)],
    ['eight bytes', 1, [1, 2, 3, 4, 5, 6, 7, 8]],
    ['bytes', 2, [3, 0xff, 0xff, 0xff]],
    ['no bytes', 2, [0]],
    ['four bytes', 5, [1, 2, 3, 4]],
    ['an empty group', 3, [0x0c]],
    ['groups in a group', 3, [0x0b, 0x0b, 0x0c, 0x0c, 0x08, 0x01, 0x12, 0x02, 0x0c, 0x0c, 0x0c]],
    ['100 groups', 3, [...Array<number>(99).fill(0x0b), ...Array<number>(100).fill(0x0c)]],
  ])('%s', (_, wireType, bytes) => {
    whole(wireOf(...bytes), (wire, limit) => skip(wire, 8 + wireType, limit));
  });
});

describe('refused with the offset is', () => {
  const skipped = (wireType: number) => (wire: Wire, limit: number) => skip(wire, 8 + wireType, limit);

  test.each<[string, readonly number[], (wire: Wire, limit: number) => unknown, string]>([
    ['a tag that is not there', [], readTag, 'in the middle of a field at byte 0'],
    ['a cut tag', [0x80], readTag, 'in the middle of a field at byte 1'],
    ['a tag that is too long', continued(11, 1), readTag, 'more than 10 bytes before byte 10'],
    ['a cut integer', [0x80, 0x80, 0x80, 0x80, 0x80], readInt64, 'at byte 5'],
    ['an integer that is too long', continued(11, 1), readInt64, 'more than 10 bytes before byte 10'],
    ['a boolean that is too long', continued(11, 1), readBool, 'more than 10 bytes before byte 10'],
    ['a cut fraction', [1, 2, 3, 4, 5, 6, 7], readDouble, 'at byte 0'],
    ['a cut time', [1, 2, 3, 4, 5, 6, 7], readFixed64, 'at byte 0'],
    ['a cut text', [3, 0x61, 0x62], readText, '3 bytes at byte 1 run over the end at byte 3'],
    ['a text that is far too long', [0xff, 0xff, 0xff, 0xff, 0x0f], readText, '4294967295 bytes at byte 5'],
    ['a message beyond its own', [2, 0x0a, 0x00], (wire) => readMessageEnd(wire, 2), 'run over the end at byte 2'],
    ['a skipped varint that is cut', [0x80], skipped(0), 'at byte 1'],
    ['skipped bytes that are cut', [2, 1], skipped(2), 'run over the end at byte 2'],
    ['eight skipped bytes that are seven', [1, 2, 3, 4, 5, 6, 7], skipped(1), 'at byte 0'],
    ['four skipped bytes that are three', [1, 2, 3], skipped(5), 'at byte 0'],
    ['a group without an end', [0x08, 0x01], skipped(3), 'at byte 2'],
    ['101 groups', Array<number>(100).fill(0x0b), skipped(3), 'too deep at byte 100'],
    ['the end of no group', [], skipped(4), 'no field begins like the one before byte 0'],
    ['a kind of field that does not exist', [], skipped(6), 'no field begins like'],
    ['another one', [], skipped(7), 'no field begins like'],
  ])('%s', (_, bytes, read, why) => {
    const attempt = () => read(wireOf(...bytes), bytes.length);
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(why);
  });

  test('one message more than allowed', () => {
    const wire = createWire(Buffer.alloc(3), 2);
    readMessageEnd(wire, 3);
    readMessageEnd(wire, 3);
    expect(() => readMessageEnd(wire, 3)).toThrow('more than 2 messages');
  });
});
