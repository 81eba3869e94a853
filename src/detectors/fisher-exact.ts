/** Two groups with how many of each missed. Whole numbers; no more misses than members. */
export interface TwoGroups {
  readonly misses: number;
  readonly of: number;
  readonly otherMisses: number;
  readonly otherOf: number;
}

/**
 * One-sided Fisher exact test: the probability that chance alone puts so many of all misses, or more, into the first
 * group. 1 where nothing speaks against chance, such as for an empty group.
 *
 * Of the hypergeometric distribution only the ratio of neighbours is used, outwards from its most likely value, so that
 * nothing overflows and no logarithm costs digits. What is less likely than 1e-300 is 0.
 */
export function fisherExact({ misses, of, otherMisses, otherOf }: TwoGroups): number {
  const all = { members: of + otherOf, misses: misses + otherMisses };
  const least = Math.max(0, all.misses - otherOf);
  const most = Math.min(all.misses, of);
  const mode = Math.min(most, Math.max(least, Math.floor(((all.misses + 1) * (of + 1)) / (all.members + 2))));
  /** How much more likely one miss more is than `here`. */
  const next = (here: number) => ((all.misses - here) * (of - here)) / ((here + 1) * (otherOf - all.misses + here + 1));

  const tail = { sum: misses <= mode ? 1 : 0, rest: misses <= mode ? 0 : 1 };
  const add = (here: number, weight: number) => {
    if (here >= misses) tail.sum += weight;
    else tail.rest += weight;
  };
  for (let here = mode, weight = 1; here < most && weight > NEGLIGIBLE; here++) {
    weight *= next(here);
    add(here + 1, weight);
  }
  for (let here = mode, weight = 1; here > least && weight > NEGLIGIBLE; here--) {
    weight /= next(here - 1);
    add(here - 1, weight);
  }
  return tail.sum / (tail.sum + tail.rest);
}

const NEGLIGIBLE = 1e-300;
