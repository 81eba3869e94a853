import { type BetterVersion, betterVersion } from '../incidents/healthiest-version.ts';
import { lastingBug, mendedSince } from '../model/client-versions.ts';
import type { IncidentKind } from '../model/finding.ts';
import { type Incident, isFleetIncident } from '../model/incident.ts';
import type { VersionRates } from '../model/version-rates.ts';
import { isMuchWorse } from './version-health.ts';
import type { WorstVersion } from './worst-version.ts';

/** Another client version would have spared the team its trouble. */
export type ClientChange =
  /** To a version that the team already runs. */
  | { readonly is: 'move_to_version'; readonly from: string; readonly to: BetterVersion }
  /** To the version that mended a known bug. */
  | { readonly is: 'update'; readonly from: string; readonly to: string; readonly source: string }
  /** It failed several, and no version is known to be better. */
  | { readonly is: 'leave_version'; readonly version: string };

interface Facts {
  readonly incidents: readonly Incident[];
  readonly worstVersion: WorstVersion | undefined;
  readonly versions: readonly VersionRates[];
}

interface Suspect {
  readonly version: string;
  readonly kinds: readonly IncidentKind[];
}

/** Only a version that failed this week, and that another is known to be better than, is worth a change for its own sake. */
export function changeClient({ incidents, worstVersion, versions }: Facts): ClientChange | undefined {
  const failed = regressions(incidents);
  const suspects = worstVersion ? [...failed, worstVersion] : failed;
  const known = suspects.map((suspect) => awayFrom(suspect, versions)).find((advice) => advice !== undefined);
  const [first] = failed;
  return known ?? (first && { is: 'leave_version', version: first.version });
}

/** To the version that mended the lasting bug of this one; undefined where none is known, or nobody mended it. */
export function updateFrom(version: string, kinds: readonly IncidentKind[]): ClientChange | undefined {
  const bug = lastingBug(version, kinds);
  if (bug?.mendedIn === undefined) return undefined;
  return { is: 'update', from: version, to: mendedSince(bug.mendedIn, kinds), source: bug.sources[0] };
}

function regressions(incidents: readonly Incident[]): readonly Suspect[] {
  return incidents.filter(isFleetIncident).map(({ evidence }) => {
    return { version: evidence.clientVersion, kinds: [evidence.of] };
  });
}

function awayFrom({ version, kinds }: Suspect, versions: readonly VersionRates[]): ClientChange | undefined {
  const to = kinds
    .map((kind) => betterVersion(versions, version, kind))
    .find((better) => better !== undefined && isWorthMoving(better));
  return to ? { is: 'move_to_version', from: version, to } : updateFrom(version, kinds);
}

function isWorthMoving({ because, here, there }: BetterVersion): boolean {
  return because.is === 'known_bug' || isMuchWorse(here, there);
}
