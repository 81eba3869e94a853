/** Numbers that look random, and are the same for the same seed. */
export interface Random {
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** A whole number of a distribution that is known by some of its quantiles. */
  draw(quantiles: Quantiles): number;
}

/** Pairs of a share and the value that this share of all values does not exceed, from share 0 to share 1. */
export type Quantiles = readonly [Quantile, Quantile, ...Quantile[]];
type Quantile = readonly [share: number, value: number];

/** Mulberry32 by Tommy Ettinger (public domain): 32 bits of state, good enough for made-up work, and the same everywhere. */
export function createRandom(seed: number): Random {
  let state = seed | 0;

  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));

  return {
    chance: (probability) => next() < probability,
    whole,
    pick: (choices) => choices[whole(0, choices.length - 1)] ?? choices[0],
    draw: (quantiles) => Math.round(valueAt(quantiles, next())),
  };
}

/** Between two quantiles values grow by a constant factor, as sizes and times do; from zero they grow evenly. */
function valueAt(quantiles: Quantiles, share: number): number {
  const above = Math.max(
    1,
    quantiles.findIndex(([upTo]) => upTo > share),
  );
  const [lowShare, low] = quantiles[above - 1] ?? quantiles[0];
  const [highShare, high] = quantiles[above] ?? quantiles[1];
  const part = (share - lowShare) / (highShare - lowShare);
  return low > 0 ? low * (high / low) ** part : high * part;
}
