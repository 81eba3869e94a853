import { type BetterVersion, betterVersion } from '../incidents/healthiest-version.ts';
import { lastingBug, mendedSince } from '../model/client-versions.ts';
import type { IncidentKind } from '../model/finding.ts';
import { type Incident, isFleetIncident } from '../model/incident.ts';
import type { VersionRates } from '../model/version-rates.ts';
import type { WorstVersion } from './worst-version.ts';

/** The one thing to do after such a week. */
export type Recommendation =
  /** To a version that the team already runs. */
  | { readonly is: 'move_to_version'; readonly from: string; readonly to: BetterVersion }
  /** To the version that mended a known bug. */
  | { readonly is: 'update'; readonly from: string; readonly to: string; readonly source: string }
  /** It failed several, and no version is known to be better. */
  | { readonly is: 'leave_version'; readonly version: string }
  | { readonly is: Habit };

type Habit =
  | 'start_fresh'
  | 'plan_around_resets'
  | 'keep_sessions_open'
  | 'watch_background'
  | 'shrink_contexts'
  | 'ask_for_an_hour'
  | 'check_feeds';

/** What the choice depends on. */
export interface Situation {
  /** The incidents that the summary counts. */
  readonly incidents: readonly Incident[];
  readonly worstVersion: WorstVersion | undefined;
  /** The team's rates of the week. */
  readonly versions: readonly VersionRates[];
  readonly requests: number;
}

/** In order; the first that fits is given. */
const RULES: readonly ((situation: Situation) => Recommendation | undefined)[] = [
  changeClient,
  after('cache_invalidation', 'start_fresh'),
  after('runaway', 'watch_background'),
  after('lock_out', 'plan_around_resets'),
  after('resume_reprocess', 'keep_sessions_open'),
  after('cache_read_storm', 'shrink_contexts'),
  after('cost_inflation', 'shrink_contexts'),
  after('burn_rate', 'watch_background'),
  after('prompt_spike', 'shrink_contexts'),
  after('window_threshold', 'plan_around_resets'),
  after('ttl_downgrade', 'ask_for_an_hour'),
  after('data_silence', 'check_feeds'),
  ({ requests }) => (requests === 0 ? { is: 'check_feeds' } : undefined),
];

/** One recommendation for the week; undefined when there is nothing to do. */
export function recommend(situation: Situation): Recommendation | undefined {
  return RULES.map((rule) => rule(situation)).find((recommendation) => recommendation !== undefined);
}

/** Only a version that failed this week, and that another is known to be better than, is worth a change for its own sake. */
function changeClient(situation: Situation): Recommendation | undefined {
  const suspects = [...regressions(situation.incidents), ...worst(situation)];
  const known = suspects.map((suspect) => awayFrom(suspect, situation)).find((advice) => advice !== undefined);
  const failed = regressions(situation.incidents)[0];
  return known ?? (failed && { is: 'leave_version', version: failed.version });
}

interface Suspect {
  readonly version: string;
  readonly kinds: readonly IncidentKind[];
}

function regressions(incidents: readonly Incident[]): readonly Suspect[] {
  return incidents.filter(isFleetIncident).map(({ evidence }) => {
    return { version: evidence.clientVersion, kinds: [evidence.of] };
  });
}

function worst({ worstVersion }: Situation): readonly Suspect[] {
  return worstVersion ? [worstVersion] : [];
}

function awayFrom({ version, kinds }: Suspect, { versions }: Situation): Recommendation | undefined {
  const to = kinds.map((kind) => betterVersion(versions, version, kind)).find((better) => better !== undefined);
  if (to) return { is: 'move_to_version', from: version, to };
  const bug = lastingBug(version, kinds);
  if (bug?.mendedIn === undefined) return undefined;
  return { is: 'update', from: version, to: mendedSince(bug.mendedIn, kinds), source: bug.sources[0] };
}

function after(kind: IncidentKind, is: Habit) {
  return ({ incidents }: Situation): Recommendation | undefined =>
    incidents.some((incident) => incident.kind === kind) ? { is } : undefined;
}
