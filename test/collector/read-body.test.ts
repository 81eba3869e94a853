import { gzipSync } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createBodyReader } from '../../src/collector/read-body.ts';

const MIB = 1024 * 1024;
const read = createBodyReader();
const lengthOf = (body: Buffer) =>
  read({ body, headers: { 'content-encoding': 'gzip' } } as unknown as FastifyRequest, ({ length }) => length);

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
