import { POLICY } from '../detectors/all.ts';
import { regressedVersion } from '../detectors/fleet-regression.ts';
import { developerId } from '../model/ids.ts';
import { epochMs } from '../model/time.ts';
import { type DeveloperRates, NO_COUNTS } from '../model/version-rates.ts';
import type { Case } from './cases.ts';
import { type FiguresVerdict, numbersIn, recordIn } from './figures-verdict.ts';

/** Misses at turn boundaries by client version, as one team counted them. */
export function fleetByRates({ label, facts, app_version }: Case): FiguresVerdict | undefined {
  const rows = ratesIn(facts);
  if (rows.length < 2 || label === 'resume_reprocess') return undefined;
  const [worst] = rows.toSorted((a, b) => shareOf(b) - shareOf(a));
  const clientVersion = rows.find((row) => row.clientVersion === app_version)?.clientVersion ?? worst?.clientVersion;
  if (clientVersion === undefined) return undefined;
  const found = regressedVersion(rows, { clientVersion, at: epochMs(0) }, POLICY.fleetRegression);
  const told = rows.map((row) => `${row.clientVersion} ${(shareOf(row) * 100).toFixed(1)} % of ${row.boundaries}`);
  return { is: 'judged', by: 'fleet_regression', isFound: found.length > 0, saw: told.join(', ') };
}

/** `miss_rate` and `n`, both by client version. */
function ratesIn({ miss_rate, n }: Case['facts']): readonly DeveloperRates[] {
  const turns = recordIn(n);
  return Object.entries(recordIn(miss_rate)).flatMap(([clientVersion, rate]) => {
    const [of] = numbersIn(turns[clientVersion]);
    if (of === undefined || typeof rate !== 'number' || !/^\d+(\.\d+)+$/.test(clientVersion)) return [];
    // Figures name no people: all of it is held to be of one.
    const developer = developerId(1);
    return [{ ...NO_COUNTS, developer, clientVersion, boundaries: of, boundaryMisses: Math.round(of * rate) }];
  });
}

const shareOf = ({ boundaries, boundaryMisses }: DeveloperRates) => boundaryMisses / boundaries;
