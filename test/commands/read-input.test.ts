import { expect, test } from 'vitest';
import { inBatches } from '../../src/commands/read-input.ts';
import type { Recorded } from '../../src/evaluation/recording.ts';
import { recorded, told } from '../evaluation/recorded.ts';

const withRequests = (count: number): Recorded => recorded(Array.from({ length: count }, (_, n) => told(n, 0, 1)));

async function batchesOf(...sizes: readonly number[]) {
  async function* recordings() {
    for (const size of sizes) yield withRequests(size);
  }
  const batches: number[][] = [];
  for await (const batch of inBatches(recordings())) batches.push(batch.map(({ requests }) => requests.length));
  return batches;
}

test.each([
  ['small ones share a transaction', [10, 20, 30], [[10, 20, 30]]],
  ['whoever fills it ends it', [3000, 2500, 1], [[3000, 2500], [1]]],
  ['a large one has its own', [6000, 6000], [[6000], [6000]]],
  ['there may be none', [], []],
])('recordings come in their order, in batches: %s', async (_, sizes, batches) => {
  expect(await batchesOf(...sizes)).toEqual(batches);
});
