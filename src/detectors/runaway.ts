import type { Runaway } from '../model/finding.ts';
import { type QuotaWindow, windowIdentity } from '../model/quota-window.ts';
import type { EpochMs } from '../model/time.ts';
import type { JudgedHour } from './usage-hour.ts';
import type { HeadlessWork } from './window-shares.ts';

export interface RunawayRule {
  /** Points of a window that headless and background work took. */
  readonly points: number;
  /** Headless sessions in an hour. */
  readonly sessions: number;
}

/** More headless sessions in an hour than anybody starts on purpose: a script, a loop, a cron job. */
export function runawaySessions({ hour, arrivedLate }: JudgedHour, rule: RunawayRule): Runaway | undefined {
  const { sessions, requests, costMicros } = hour.headless;
  if (sessions < rule.sessions) return undefined;
  const busiestSession = hour.busiestHeadless();
  return { ...RUNAWAY, rule: 'sessions', at: hour.at, arrivedLate, sessions, requests, costMicros, busiestSession };
}

/** What headless work took of a window since it was first read, up to the reading at `at`. */
export interface HeadlessShare {
  readonly window: QuotaWindow;
  readonly headless: HeadlessWork;
  /** Headless sessions of the last hour. */
  readonly sessions: number;
  readonly at: EpochMs;
  readonly arrivedLate: boolean;
}

/** Work that nobody waits for (`claude -p`, sub-agents, helpers) took a large part of a window. */
export function runawayPoints({ window, headless, sessions, at, arrivedLate }: HeadlessShare, rule: RunawayRule) {
  const { took, requests, costMicros, busiestSession } = headless;
  if (took.points < rule.points) return undefined;
  const common = { ...RUNAWAY, rule: 'points', at, arrivedLate, sessions, requests, costMicros } as const;
  return { ...common, window: windowIdentity(window), took, busiestSession } satisfies Runaway;
}

const RUNAWAY = { kind: 'runaway', severity: 'warning' } as const;
