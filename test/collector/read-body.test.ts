import { gzipSync } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createBodyReader } from '../../src/collector/read-body.ts';

const MIB = 1024 * 1024;
const read = createBodyReader();
const readGzip = <T>(body: Buffer, decode: (body: Buffer) => T) =>
  read({ body, headers: { 'content-encoding': 'gzip' } } as unknown as FastifyRequest, decode);
const lengthOf = (body: Buffer) => readGzip(body, ({ length }) => length);

/** Noise, which gzip cannot make smaller. */
const noise = (length: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (index * index * 2654435761) >>> 24));

describe('gzip is inflated whole, however small or large either side is', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['what a client sends', noise(1000)],
    ['little that unfolds to much', Buffer.alloc(4 * MIB)],
    ['much that unfolds to little more', noise(100_000)],
    ['much that unfolds to very much', Buffer.concat([noise(100_000), Buffer.alloc(8 * MIB)])],
  ])('%s', async (_, body) => {
    expect(await lengthOf(gzipSync(body))).toBe(body.length);
  });
});

test('parts one after the other are one body, although each tells only its own length', async () => {
  const parts = [noise(5000), Buffer.alloc(MIB), Buffer.alloc(0)];
  expect(await lengthOf(Buffer.concat(parts.map((part) => gzipSync(part))))).toBe(5000 + MIB);
});

test.each([0, 5001, 0xffff_ffff])('a wrong length, %i, is a wrong checksum', async (told) => {
  const body = gzipSync(noise(5000));
  body.writeUInt32LE(told, body.length - 4);
  await expect(lengthOf(body)).rejects.toThrow('is not gzip');
});

test.each([
  ['small', Buffer.alloc(100)],
  ['large', noise(100_000)],
])('of a %s body nothing is left once it was decoded, or refused', async (_, body) => {
  const seen: Buffer[] = [];
  const see = (inflated: Buffer) => {
    seen.push(inflated);
    if (seen.length > 1) throw new Error('refused');
    return inflated.equals(body);
  };
  expect(await readGzip(gzipSync(body), see)).toBe(true);
  await expect(readGzip(gzipSync(body), see)).rejects.toThrow('refused');
  expect(seen.map(({ length }) => length)).toEqual([0, 0]);
});

describe('refused is', () => {
  test.each([
    ['a small bomb', gzipSync(Buffer.alloc(32 * MIB + 1)), 'at most 33554432 bytes'],
    ['what is no gzip', Buffer.from('{}'), 'is not gzip'],
    ['cut gzip', gzipSync(noise(1000)).subarray(0, 500), 'is not gzip'],
    ['large cut gzip', gzipSync(noise(100_000)).subarray(0, 50_000), 'is not gzip'],
  ])('%s', async (_, body, why) => {
    await expect(lengthOf(body)).rejects.toThrow(why);
  });
});
