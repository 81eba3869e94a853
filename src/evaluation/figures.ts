import type { Case } from './cases.ts';
import type { FiguresVerdict } from './figures-verdict.ts';
import { burnByPace, burnByWindow } from './pace-figures.ts';
import { promptByShare } from './prompt-figures.ts';
import { fleetByRates } from './version-figures.ts';

/** Judges a case by its figures, with the rules and thresholds of the detectors; undefined: it has none that any rule reads. */
export function judgeFigures(told: Case): FiguresVerdict | undefined {
  for (const read of READERS) {
    const verdict = read(told);
    if (verdict) return verdict;
  }
  return undefined;
}

const READERS: readonly ((told: Case) => FiguresVerdict | undefined)[] = [
  burnByPace,
  burnByWindow,
  promptByShare,
  fleetByRates,
];
