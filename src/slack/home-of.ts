import { atLeast, INCIDENT_KINDS } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { DAY_MS, type EpochMs, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { type DeveloperOfDeps, developerOf } from './developer-of.ts';
import { type ChannelNames, displayName } from './display-name.ts';
import { groupName } from './group-name.ts';
import { reportOf } from './report-of.ts';
import type { HomeReport, TeamReport } from './views/home-report.ts';

export interface HomeOfDeps extends DeveloperOfDeps {
  readonly store: Store;
  readonly isAdmin: (slackUser: string) => Promise<boolean>;
  readonly channelNames: ChannelNames;
  /** The team's zone, for people whose own Slack did not tell. */
  readonly zone: string;
}

const WEEK_MS = 7 * DAY_MS;
/** What was only recorded comes among them. */
const INCIDENTS_READ = 200;
/** Whoever sent nothing in a day was not at work, or is cut off. */
const ALIVE_MS = DAY_MS;

/** Gathers what App Home shows to somebody. Throws when Slack must be asked who they are, and cannot be. */
export async function homeOf(deps: HomeOfDeps, slackUser: string, now: EpochMs): Promise<HomeReport> {
  const { store, channelNames } = deps;
  const developer = await developerOf(deps, slackUser);
  const isAdmin = await deps.isAdmin(slackUser);
  const { kindsOff } = store.settings.current();
  return {
    quota: reportOf(store, developer, { who: undefined, now, zone: developer.timeZone ?? deps.zone }),
    incidents: store.incidents
      .recentOf(developer.id, plus(now, -WEEK_MS), INCIDENTS_READ)
      .map(({ incident }) => incident)
      .filter(({ severity }) => atLeast(severity, 'info')),
    hasConsented: channelNames === 'consent' ? developer.hasConsentedToNames : undefined,
    mutes: store.mutes.of(developer.id, now),
    // What the fleet shows is nobody's own.
    kinds: INCIDENT_KINDS.filter((kind) => kind !== 'fleet_regression' && !kindsOff.includes(kind)),
    quietHours: developer.quietHours,
    team: isAdmin ? teamOf(deps, now) : undefined,
  };
}

function teamOf({ store, channelNames }: HomeOfDeps, now: EpochMs): TeamReport {
  const aliveSince = plus(now, -ALIVE_MS);
  const open = store.incidents.open().map(({ incident }) => incident);
  return {
    feeds: store.reports.feedCounts(aliveSince),
    withoutStatusLine: store.reports.withoutStatusLine(aliveSince),
    silent: (['telemetry', 'status_line'] as const).flatMap((feed) => {
      const who = silentOnes(open, feed).map((id) => displayName(store.developers.find(id), channelNames));
      return who.length === 0 ? [] : [{ feed, who: groupName(who) }];
    }),
    versions: store.versions.rates(plus(now, -WEEK_MS), now),
  };
}

function silentOnes(open: readonly Incident[], silent: 'telemetry' | 'status_line') {
  return open.flatMap((incident) =>
    incident.kind === 'data_silence' && incident.evidence.feed === silent ? [incident.developer] : [],
  );
}
