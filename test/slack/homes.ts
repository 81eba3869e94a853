import { NO_COUNTS, type VersionRates } from '../../src/model/version-rates.ts';
import type { HomeReport, TeamReport } from '../../src/slack/views/home-report.ts';
import { report } from './reports.ts';

/** What App Home shows to somebody who is connected, at noon, and to whom nothing happened. */
export function home(part: Partial<HomeReport> = {}): HomeReport {
  return {
    quota: report(),
    incidents: [],
    hasConsented: false,
    mutes: [],
    kinds: ['lock_out', 'burn_rate'],
    quietHours: undefined,
    team: undefined,
    ...part,
  };
}

export function versionRates(part: Partial<VersionRates> = {}): VersionRates {
  return { ...NO_COUNTS, clientVersion: '2.1.330', developers: 4, boundaries: 538, boundaryMisses: 157, ...part };
}

/** A team whose data comes in. */
export function team(part: Partial<TeamReport> = {}): TeamReport {
  return {
    feeds: [
      { feed: 'telemetry', alive: 41, quiet: 3 },
      { feed: 'status_line', alive: 38, quiet: 0 },
      { feed: 'hook', alive: 1, quiet: 12 },
    ],
    withoutStatusLine: 0,
    silent: [],
    versions: [versionRates()],
    ...part,
  };
}
