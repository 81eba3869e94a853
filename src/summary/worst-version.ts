import { cacheLoss } from '../model/cache-loss.ts';
import type { IncidentKind } from '../model/finding.ts';
import type { CacheIncident } from '../model/incident.ts';

/** What the broken caches of one client version added up to. */
export interface WorstVersion {
  readonly version: string;
  readonly rewrittenTokens: number;
  readonly misses: number;
  readonly kinds: readonly IncidentKind[];
}

/** The client version whose broken caches rewrote the most; undefined when no incident names its client. */
export function worstVersion(caches: readonly CacheIncident[]): WorstVersion | undefined {
  const byVersion = Map.groupBy(caches, ({ evidence }) => evidence.clientVersion);
  return [...byVersion]
    .flatMap(([version, incidents]) => (version === undefined ? [] : [addUp(version, incidents)]))
    .toSorted((one, other) => other.rewrittenTokens - one.rewrittenTokens)
    .at(0);
}

function addUp(version: string, incidents: readonly CacheIncident[]): WorstVersion {
  const losses = incidents.map(({ evidence }) => cacheLoss(evidence));
  return {
    version,
    rewrittenTokens: losses.reduce((sum, { rewrittenTokens }) => sum + rewrittenTokens, 0),
    misses: losses.reduce((sum, { misses }) => sum + misses, 0),
    kinds: [...new Set(incidents.map(({ kind }) => kind))],
  };
}
