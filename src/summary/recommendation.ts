import type { IncidentKind } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { knownBug, mendedSince } from './known-bugs.ts';
import type { WorstVersion } from './worst-version.ts';

/** The one thing to do after such a week. */
export type Recommendation =
  | { readonly is: 'update'; readonly from: string; readonly to: string; readonly source: string }
  | {
      readonly is: 'start_fresh' | 'plan_around_resets' | 'keep_sessions_open' | 'watch_background' | 'check_feeds';
    };

/** What the choice depends on. */
export interface Situation {
  /** The incidents that the summary counts. */
  readonly incidents: readonly Incident[];
  readonly worstVersion: WorstVersion | undefined;
  readonly requests: number;
}

/** In order; the first that fits is given. */
const RULES: readonly ((situation: Situation) => Recommendation | undefined)[] = [
  updateClient,
  after('cache_invalidation', 'start_fresh'),
  after('lock_out', 'plan_around_resets'),
  after('resume_reprocess', 'keep_sessions_open'),
  after('burn_rate', 'watch_background'),
  after('window_threshold', 'plan_around_resets'),
  ({ requests }) => (requests === 0 ? { is: 'check_feeds' } : undefined),
];

/** One recommendation for the week; undefined when there is nothing to do. */
export function recommend(situation: Situation): Recommendation | undefined {
  return RULES.map((rule) => rule(situation)).find((recommendation) => recommendation !== undefined);
}

/** Only a version that rewrote this week and whose bug is known to be mended later is worth an update for its own sake. */
function updateClient({ worstVersion }: Situation): Recommendation | undefined {
  const bug = worstVersion && knownBug(worstVersion.version, worstVersion.kinds);
  return bug && { is: 'update', from: worstVersion.version, to: mendedSince(bug.mendedIn), source: bug.source };
}

function after(kind: IncidentKind, is: Exclude<Recommendation['is'], 'update'>) {
  return ({ incidents }: Situation): Recommendation | undefined =>
    incidents.some((incident) => incident.kind === kind) ? { is } : undefined;
}
