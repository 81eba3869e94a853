import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fisherExact, type TwoGroups } from '../../src/detectors/fisher-exact.ts';

/** By its definition, in whole numbers: all ways to place the misses, and those that put so many or more into the first group. */
function byDefinition({ misses, of, otherMisses, otherOf }: TwoGroups): number {
  const all = misses + otherMisses;
  let asMany = 0n;
  for (let here = misses; here <= Math.min(all, of); here++) asMany += choose(of, here) * choose(otherOf, all - here);
  const scale = 10n ** 30n;
  return Number((asMany * scale) / choose(of + otherOf, all)) / 1e30;
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let ways = 1n;
  for (let i = 0; i < k; i++) ways = (ways * BigInt(n - i)) / BigInt(i + 1);
  return ways;
}

const group = (most: number) => fc.nat({ max: most }).chain((of) => fc.tuple(fc.nat({ max: of }), fc.constant(of)));
const groups = (most: number) =>
  fc
    .tuple(group(most), group(most))
    .map(([[misses, of], [otherMisses, otherOf]]): TwoGroups => ({ misses, of, otherMisses, otherOf }));

describe('the one-sided Fisher exact test', () => {
  test('agrees with its definition', () => {
    fc.assert(
      fc.property(groups(120), (counts) => {
        expect(Math.abs(fisherExact(counts) - byDefinition(counts))).toBeLessThan(1e-9);
      }),
      { numRuns: 300 },
    );
  });

  test('agrees with its definition on large and uneven groups', () => {
    fc.assert(
      fc.property(fc.tuple(group(60), group(2000)), ([[misses, of], [otherMisses, otherOf]]) => {
        const counts = { misses, of, otherMisses, otherOf };
        expect(Math.abs(fisherExact(counts) - byDefinition(counts))).toBeLessThan(1e-9);
      }),
      { numRuns: 40 },
    );
  });

  test('one miss more is never more likely', () => {
    fc.assert(
      fc.property(groups(200), ({ misses, of, otherMisses, otherOf }) => {
        fc.pre(misses < of && otherMisses > 0);
        const more = { misses: misses + 1, of, otherMisses: otherMisses - 1, otherOf };
        expect(fisherExact(more)).toBeLessThanOrEqual(fisherExact({ misses, of, otherMisses, otherOf }) + 1e-12);
      }),
    );
  });

  test.each<[what: string, counts: TwoGroups, pValue: number]>([
    // Fisher, The Design of Experiments (1935): a lady who tells all eight cups right, and one who tells six.
    ['eight cups of tea told right', { misses: 4, of: 4, otherMisses: 0, otherOf: 4 }, 1 / 70],
    ['six cups of tea told right', { misses: 3, of: 4, otherMisses: 1, otherOf: 4 }, 17 / 70],
    ['no misses at all', { misses: 0, of: 10, otherMisses: 0, otherOf: 10 }, 1],
    ['misses wherever one looks', { misses: 10, of: 10, otherMisses: 10, otherOf: 10 }, 1],
    ['nothing to compare with', { misses: 30, of: 60, otherMisses: 0, otherOf: 0 }, 1],
    ['nobody in the group', { misses: 0, of: 0, otherMisses: 3, otherOf: 9 }, 1],
  ])('%s', (_, counts, pValue) => {
    expect(fisherExact(counts)).toBeCloseTo(pValue, 12);
  });

  test('what is all but impossible is all but 0, and no error', () => {
    const hopeless = fisherExact({ misses: 50_000, of: 50_000, otherMisses: 0, otherOf: 1_000_000 });
    expect(hopeless).toBeGreaterThanOrEqual(0);
    expect(hopeless).toBeLessThan(1e-290);
  });
});
