import type { Plan } from '../../model/plans.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Reading } from './alert-words.ts';

/** What is known of how somebody's data comes in. */
export interface DoctorView extends Reading {
  /** When each feed last brought something; undefined: never. */
  readonly heard: Readonly<Partial<Record<'telemetry' | 'status_line' | 'hook' | 'webhook', EpochMs>>>;
  /** Feeds that stopped while the other goes on, and since when. */
  readonly silent: Readonly<Partial<Record<'telemetry' | 'status_line', EpochMs>>>;
  /** Their own that are not revoked. */
  readonly tokens: readonly TokenView[];
  /** Whether one token sends for the whole team. */
  readonly hasTeamToken: boolean;
  /** The versions of the last 7 days, in no order. */
  readonly clients: readonly { readonly version: string; readonly lastSeenAt: EpochMs }[];
  /** Whether a window runs that was read. */
  readonly knowsWindows: boolean;
  readonly plan: Plan | undefined;
  /** Address of the collector, without a slash at its end. */
  readonly publicUrl: string;
}

interface TokenView {
  readonly hint: string;
  readonly createdAt: EpochMs;
  readonly lastUsedAt: EpochMs | undefined;
}

/** One thing that was looked at. `waiting`: it cannot be told yet, and nothing is wrong. */
export interface Check {
  readonly is: 'good' | 'bad' | 'waiting';
  /** mrkdwn. */
  readonly says: string;
  /** What to do about it. */
  readonly mend?: string;
}
