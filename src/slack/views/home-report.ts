import type { Feed } from '../../model/feed.ts';
import type { IncidentKind } from '../../model/finding.ts';
import type { Incident } from '../../model/incident.ts';
import type { QuietHours } from '../../model/settings.ts';
import type { EpochMs } from '../../model/time.ts';
import type { VersionRates } from '../../model/version-rates.ts';
import type { QuotaReport } from './quota-report.ts';

/** Everything that App Home shows to one person. */
export interface HomeReport {
  readonly quota: QuotaReport;
  /** Those of the last 7 days that were worth telling, newest first. */
  readonly incidents: readonly Incident[];
  /** Whether the channel may name them; undefined where the team decided for all. */
  readonly hasConsented: boolean | undefined;
  /** What they do not hear of now. */
  readonly mutes: readonly { readonly kind: IncidentKind; readonly until: EpochMs }[];
  /** What they can mute. */
  readonly kinds: readonly IncidentKind[];
  readonly quietHours: QuietHours | undefined;
  /** For admins; undefined for everybody else. */
  readonly team: TeamReport | undefined;
}

/** How the team's data comes in, and how its client versions do. */
export interface TeamReport {
  /** Feeds that were ever heard; alive: within the last 24 hours. */
  readonly feeds: readonly { readonly feed: Feed; readonly alive: number; readonly quiet: number }[];
  /** How many send telemetry and never sent a status line. */
  readonly withoutStatusLine: number;
  /** Feeds that stopped while the other one of the same developer goes on; `who` is ready to show. */
  readonly silent: readonly { readonly feed: Feed; readonly who: string }[];
  /** Of the last 7 days. */
  readonly versions: readonly VersionRates[];
}
