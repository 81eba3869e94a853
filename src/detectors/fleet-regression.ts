import type { FleetRegression, RateComparison } from '../model/fleet-finding.ts';
import type { EpochMs } from '../model/time.ts';
import type { DeveloperRates } from '../model/version-rates.ts';
import type { TogetherRule } from './broken-together.ts';
import { fisherExact } from './fisher-exact.ts';
import { poissonTail } from './poisson-tail.ts';

export interface FleetRegressionRule {
  readonly together: TogetherRule;
  readonly turnBoundaries: RateRule;
  readonly resumes: RateRule;
}

/** When a version's rate of misses is worse than that of the team's other versions. */
interface RateRule {
  /** Events and misses that the version must have, and events that the others must have together. */
  readonly least: number;
  readonly leastMisses: number;
  readonly leastOfOthers: number;
  /** Times the others' rate. */
  readonly times: number;
  /** One-sided Fisher exact test, for all looks at all versions together. */
  readonly pValue: number;
}

/**
 * Rules `turn_boundaries` and `resumes`: the client version misses significantly more often than the team's other
 * versions in the same days. `rows` are all versions of those days. Undefined: it does not, or there is nothing to compare
 * it with, as when everybody runs one version.
 */
export function regressedVersion(
  rows: readonly DeveloperRates[],
  { clientVersion, at }: { readonly clientVersion: string; readonly at: EpochMs },
  rule: FleetRegressionRule,
): readonly FleetRegression[] {
  const common = { kind: 'fleet_regression', severity: 'critical', at, clientVersion } as const;
  return MEASURES.flatMap(({ name, of, read, ruleOf }) => {
    const events = rows.map((row) => ({ ...row, ...read(row) }));
    const comparison = comparedWithOthers(events, clientVersion, ruleOf(rule));
    if (!comparison) return [];
    const affected = events.filter((event) => event.clientVersion === clientVersion && event.misses > 0);
    return [{ ...common, rule: name, of, developers: affected.map(({ developer }) => developer), comparison }];
  });
}

/** Whether a version missed often enough that it is worth comparing it with all others. */
export function mayBeRegressed(
  { boundaryMisses, resumeRewrites }: Pick<DeveloperRates, 'boundaryMisses' | 'resumeRewrites'>,
  { turnBoundaries, resumes }: FleetRegressionRule,
): boolean {
  return boundaryMisses >= turnBoundaries.leastMisses || resumeRewrites >= resumes.leastMisses;
}

/** How a version compares with the others, whether or not that means anything; for an incident that is open. */
export function compareVersion(
  rows: readonly DeveloperRates[],
  { clientVersion, rule }: { readonly clientVersion: string; readonly rule: 'turn_boundaries' | 'resumes' },
): RateComparison {
  const read = rule === 'resumes' ? resumesOf : boundariesOf;
  const events = rows.map((row) => ({ ...row, ...read(row) }));
  return compare(events, (event) => event.clientVersion === clientVersion);
}

type Counted = DeveloperRates & { readonly of: number; readonly misses: number };

const boundariesOf = (row: DeveloperRates) => ({ of: row.boundaries, misses: row.boundaryMisses });
const resumesOf = (row: DeveloperRates) => ({ of: row.resumes, misses: row.resumeRewrites });

const MEASURES = [
  {
    name: 'turn_boundaries',
    of: 'cache_invalidation',
    read: boundariesOf,
    ruleOf: (rule: FleetRegressionRule) => rule.turnBoundaries,
  },
  { name: 'resumes', of: 'resume_reprocess', read: resumesOf, ruleOf: (rule: FleetRegressionRule) => rule.resumes },
] as const;

function comparedWithOthers(
  events: readonly Counted[],
  clientVersion: string,
  rule: RateRule,
): RateComparison | undefined {
  const isOn = (event: Counted) => event.clientVersion === clientVersion;
  const comparison = compare(events, isOn);
  if (comparison.of < rule.least || comparison.misses < rule.leastMisses) return undefined;
  if (comparison.otherOf < rule.leastOfOthers) return undefined;
  const looks = looksAt(events, comparison, rule);
  if (!isWorse(comparison, rule) || comparison.pValue * looks >= rule.pValue) return undefined;
  return isWorseThanOwn(events, comparison, { clientVersion, rule }) ? comparison : undefined;
}

/** The others' rate counts for as many events of somebody as this: whoever was seen elsewhere is soon judged by that alone. */
const OTHERS_COUNT_FOR = 10;

/**
 * One person's setup may miss on every version, and who updates first makes up most of the new one. So it must also be
 * worse than what the same people missed elsewhere would bring. Of whom little is known elsewhere, the others' rate is held.
 */
function isWorseThanOwn(
  events: readonly Counted[],
  { misses, otherMisses, otherOf }: RateComparison,
  { clientVersion, rule }: { readonly clientVersion: string; readonly rule: RateRule },
): boolean {
  const usual = otherMisses / otherOf;
  let expected = 0;
  for (const { developer, of } of events.filter((event) => event.clientVersion === clientVersion)) {
    const elsewhere = events.filter((event) => event.developer === developer && event.clientVersion !== clientVersion);
    const own = sum(elsewhere);
    expected += (of * (own.misses + OTHERS_COUNT_FOR * usual)) / (own.of + OTHERS_COUNT_FOR);
  }
  return misses >= rule.times * expected && poissonTail(misses, expected) < rule.pValue;
}

function sum(events: readonly Counted[]): { readonly misses: number; readonly of: number } {
  return events.reduce((total, { misses, of }) => ({ misses: total.misses + misses, of: total.of + of }), {
    misses: 0,
    of: 0,
  });
}

function compare(events: readonly Counted[], isOn: (event: Counted) => boolean): RateComparison {
  const groups = { misses: 0, of: 0, otherMisses: 0, otherOf: 0 };
  for (const event of events) {
    groups[isOn(event) ? 'misses' : 'otherMisses'] += event.misses;
    groups[isOn(event) ? 'of' : 'otherOf'] += event.of;
  }
  return { ...groups, pValue: fisherExact(groups) };
}

function isWorse({ misses, of, otherMisses, otherOf }: RateComparison, { times }: RateRule): boolean {
  return misses * otherOf >= times * otherMisses * of;
}

/**
 * A team is looked at for as long as it works, and chance gets a try at each version whenever its sample has grown. So the
 * probability is shared by the versions, and of a version's share the k-th doubling of its sample gets 1 / k² (over all of
 * them π² / 6). Simulated healthy teams of 3 to 100, whose misses come in bunches as measured, were accused in up to 75 %
 * of months without it, and in up to 12 % with it (4 % on average).
 */
function looksAt(events: readonly Counted[], { of }: RateComparison, { least }: RateRule): number {
  const sizes = new Map<string, number>();
  for (const event of events) sizes.set(event.clientVersion, (sizes.get(event.clientVersion) ?? 0) + event.of);
  const versions = [...sizes.values()].filter((size) => size >= least).length;
  const doublings = Math.log2(of / least);
  return versions * (Math.PI ** 2 / 6) * (1 + doublings) ** 2;
}
