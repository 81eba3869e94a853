import { fisherExact } from '../detectors/fisher-exact.ts';
import { lastingBug } from '../model/client-versions.ts';
import type { IncidentKind } from '../model/finding.ts';
import type { KnownBug } from '../model/known-bugs.ts';
import { ENOUGH_BOUNDARIES, NO_COUNTS, type VersionRates } from '../model/version-rates.ts';

/** Misses at turn boundaries. */
interface Missed {
  readonly misses: number;
  readonly of: number;
}

/** A version that the team already runs, and why it is better than another. */
export interface BetterVersion {
  readonly version: string;
  readonly there: Missed;
  readonly here: Missed;
  readonly because: { readonly is: 'measured' } | { readonly is: 'known_bug'; readonly bug: KnownBug };
}

const SIGNIFICANT = 0.01;
const CACHE_KINDS: readonly IncidentKind[] = ['cache_invalidation'];

/**
 * Of the versions that the team runs, the one whose cache is the healthiest as far as was measured: the lowest upper
 * bound of its miss rate at turn boundaries. Only versions with enough boundaries and without a known lasting bug.
 */
export function healthiestVersion(rates: readonly VersionRates[]): VersionRates | undefined {
  return rates
    .filter(({ boundaries, clientVersion }) => {
      return boundaries >= ENOUGH_BOUNDARIES && lastingBug(clientVersion, CACHE_KINDS) === undefined;
    })
    .toSorted((one, other) => upperBound(missed(one)) - upperBound(missed(other)))
    .at(0);
}

/**
 * The version to move to from `current`: the healthiest of the others, where it is significantly better, or where
 * `current` has a known lasting bug of the kind. Undefined: nothing shows that any other is better.
 */
export function betterVersion(
  rates: readonly VersionRates[],
  current: string,
  kind: IncidentKind,
): BetterVersion | undefined {
  const best = healthiestVersion(rates.filter(({ clientVersion }) => clientVersion !== current));
  if (!best || lastingBug(best.clientVersion, [kind])) return undefined;
  const there = missed(best);
  const here = missed(rates.find(({ clientVersion }) => clientVersion === current) ?? NO_COUNTS);
  const pValue = fisherExact({ ...here, otherMisses: there.misses, otherOf: there.of });
  const common = { version: best.clientVersion, there, here };
  if (pValue < SIGNIFICANT) return { ...common, because: { is: 'measured' } };
  const bug = lastingBug(current, [kind]);
  return bug && { ...common, because: { is: 'known_bug', bug } };
}

function missed({ boundaries, boundaryMisses }: Pick<VersionRates, 'boundaries' | 'boundaryMisses'>): Missed {
  return { misses: boundaryMisses, of: boundaries };
}

/** Upper end of the 95 % Wilson interval: few turns leave room for a high rate. */
function upperBound({ misses, of }: Missed): number {
  const z = 1.96;
  const rate = misses / of;
  const spread = z * Math.sqrt((rate * (1 - rate)) / of + z ** 2 / (4 * of ** 2));
  return (rate + z ** 2 / (2 * of) + spread) / (1 + z ** 2 / of);
}
