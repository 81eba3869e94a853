import { fisherExact } from '../detectors/fisher-exact.ts';
import { healthiestVersion } from '../incidents/healthiest-version.ts';
import { ENOUGH_BOUNDARIES, type VersionRates } from '../model/version-rates.ts';

/** How often a client version found a warm cache gone at the start of a turn. */
export interface VersionMisses {
  readonly version: string;
  readonly misses: number;
  readonly of: number;
}

/**
 * The team's client versions by their miss rates; `alike` where chance alone could make the difference, or where it is
 * too small to matter; `alone` where only one can be judged.
 */
export type VersionHealth =
  | { readonly is: 'alone'; readonly only: VersionMisses }
  | {
      readonly is: 'alike' | 'apart';
      readonly worst: VersionMisses;
      /** A version without a known bug where there is one, as far as was measured. */
      readonly best: VersionMisses;
      readonly hasBestKnownBug: boolean;
    };

const SIGNIFICANT = 0.01;
/** Of millions of turns, chance explains nothing, and yet a tenth more misses are nobody's trouble. */
const WORTH_A_WORD = 1.5;

/** Undefined while no version has enough turn boundaries. */
export function versionHealth(versions: readonly VersionRates[]): VersionHealth | undefined {
  const judged = versions
    .filter(({ boundaries }) => boundaries >= ENOUGH_BOUNDARIES)
    .toSorted((one, other) => rate(other) - rate(one) || other.boundaries - one.boundaries);
  const [worst, ...others] = judged;
  if (!worst) return undefined;
  const healthiest = healthiestVersion(others);
  const best = healthiest ?? others.at(-1);
  if (!best) return { is: 'alone', only: missesOf(worst) };
  const found = { worst: missesOf(worst), best: missesOf(best), hasBestKnownBug: healthiest === undefined };
  const { misses: otherMisses, of: otherOf } = found.best;
  const pValue = fisherExact({ ...found.worst, otherMisses, otherOf });
  return { is: pValue < SIGNIFICANT && isMuchWorse(found.worst, found.best) ? 'apart' : 'alike', ...found };
}

/** Whether a version misses so much more often than another that it matters. */
export function isMuchWorse(one: Omit<VersionMisses, 'version'>, other: Omit<VersionMisses, 'version'>): boolean {
  return one.misses * other.of >= WORTH_A_WORD * other.misses * one.of;
}

function rate({ boundaryMisses, boundaries }: VersionRates): number {
  return boundaryMisses / boundaries;
}

function missesOf({ clientVersion, boundaryMisses, boundaries }: VersionRates): VersionMisses {
  return { version: clientVersion, misses: boundaryMisses, of: boundaries };
}
