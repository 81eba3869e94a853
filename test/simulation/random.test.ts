import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, type Quantiles } from '../../src/simulation/random.ts';

test('is mulberry32: the first numbers of seed 1 are the published ones', () => {
  const random = createRandom(1);
  expect([1, 2, 3].map(() => random.whole(0, 999_999))).toEqual([627_073, 2_735, 527_447]);
});

test('is the same for the same seed, and another for another', () => {
  const draws = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () => random.whole(0, 1e9));
  };
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (one, other) => {
      expect(draws(one)).toEqual(draws(one));
      if ((one | 0) !== (other | 0)) expect(draws(one)).not.toEqual(draws(other));
    }),
  );
});

test('draws whole numbers with both ends', () => {
  const random = createRandom(7);
  expect(new Set(Array.from({ length: 200 }, () => random.whole(-1, 2)))).toEqual(new Set([-1, 0, 1, 2]));
});

test('picks each choice, and a single one always', () => {
  const random = createRandom(7);
  expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
  expect(random.pick(['only'])).toBe('only');
});

test('chances come about as often as they should', () => {
  const random = createRandom(7);
  const hits = Array.from({ length: 10_000 }, () => random.chance(0.3)).filter(Boolean).length;
  expect(hits / 10_000).toBeCloseTo(0.3, 1);
  expect(random.chance(0)).toBe(false);
  expect(random.chance(1)).toBe(true);
});

const TOKENS: Quantiles = [
  [0, 0],
  [0.1, 100],
  [0.5, 600],
  [0.9, 3_000],
  [1, 50_000],
];

test('draws a distribution that has the given quantiles', () => {
  const random = createRandom(7);
  const drawn = Array.from({ length: 20_000 }, () => random.draw(TOKENS)).toSorted((a, b) => a - b);
  for (const [share, value] of TOKENS.slice(1, -1)) {
    const found = drawn[Math.floor(share * drawn.length)] ?? 0;
    expect(Math.abs(found - value) / value).toBeLessThan(0.1);
  }
  expect(drawn[0]).toBeGreaterThanOrEqual(0);
  expect(drawn.at(-1)).toBeLessThanOrEqual(50_000);
});
