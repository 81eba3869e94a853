import { DateTime } from 'luxon';
import type { Plan } from './plans.ts';
import { type EpochMs, epochMs } from './time.ts';

/**
 * Something about quotas that holds for some time. `peak_hours`: weekdays from 5 to 11 in the morning, Pacific time, the
 * window is used up faster. `no_window`: the plan has no window of this kind, so its absence is no gap in the data.
 */
export interface CalendarEntry {
  readonly kind: 'peak_hours' | 'promotion' | 'limit_change' | 'no_window';
  /** Pacific dates, ISO: the first day, and the first on which it no longer holds; undefined: it still does. */
  readonly from: string;
  readonly until?: string;
  readonly plans: readonly Plan[];
  readonly windowKind: 'five_hour' | 'seven_day';
  /** For readers, as the end of a sentence. */
  readonly says: string;
  readonly source: string;
}

const PERSONAL: readonly Plan[] = ['pro', 'max', 'ultra'];
const WITHOUT_ENTERPRISE: readonly Plan[] = [...PERSONAL, 'team', 'team_premium'];
const EVERY_SEAT: readonly Plan[] = [...WITHOUT_ENTERPRISE, 'enterprise'];

/** What was announced or reported of the limits since March 2026, by first day. No absolute sizes: none were published. */
export const CALENDAR: readonly CalendarEntry[] = [
  {
    kind: 'promotion',
    from: '2026-03-13',
    until: '2026-03-29',
    plans: WITHOUT_ENTERPRISE,
    windowKind: 'five_hour',
    says: 'five-hour limits are doubled outside weekdays 5 to 11 am Pacific; what that adds does not count for the week',
    source: 'https://support.claude.com/en/articles/14063676-claude-march-2026-usage-promotion',
  },
  {
    kind: 'peak_hours',
    from: '2026-03-26',
    until: '2026-05-06',
    plans: PERSONAL,
    windowKind: 'five_hour',
    says: 'the five-hour window is used up faster on weekdays from 5 to 11 am Pacific',
    source: 'https://www.reddit.com/r/ClaudeAI/comments/1s4idaq/update_on_session_limits/',
  },
  {
    kind: 'limit_change',
    from: '2026-05-06',
    plans: EVERY_SEAT,
    windowKind: 'five_hour',
    says: 'five-hour limits are twice what they were, without peak hours',
    source: 'https://www.anthropic.com/news/higher-limits-spacex',
  },
  {
    // Announced until 07-13 and prolonged several times.
    kind: 'limit_change',
    from: '2026-05-13',
    until: '2026-09-14',
    plans: EVERY_SEAT,
    windowKind: 'seven_day',
    says: 'weekly limits are raised by 50%',
    source:
      'https://github.com/anthropics/claude-code/issues/58930, https://github.com/anthropics/claude-code/issues/91515',
  },
  {
    kind: 'limit_change',
    from: '2026-09-14',
    plans: EVERY_SEAT,
    windowKind: 'seven_day',
    says: 'weekly limits are raised by 25% for good, instead of the 50% of the summer',
    source: 'https://github.com/anthropics/claude-code/issues/95382',
  },
  {
    // Reported by several tools, account by account; the vendor's page was not found.
    kind: 'limit_change',
    from: '2026-10-31',
    plans: ['ultra'],
    windowKind: 'seven_day',
    says: 'the former Max 20x is called Ultra, with ten times the weekly limit of Pro',
    source: 'https://github.com/FlorianBruniaux/claude-code-ultimate-guide/releases/tag/v3.45.0',
  },
  {
    kind: 'no_window',
    from: '2026-11-01',
    plans: ['ultra'],
    windowKind: 'five_hour',
    says: 'verified Ultra accounts have no five-hour window',
    source: 'https://github.com/jaewoo4200/ClaudeUsage/releases/tag/v1.7.2',
  },
];

const PACIFIC = 'America/Los_Angeles';
const PEAK = { fromHour: 5, toHour: 11 } as const;
const FRIDAY = 5;

/** What holds at a moment, oldest first; for somebody whose plan is unknown, whatever holds for any plan. */
export function holdsAt(at: EpochMs, plan: Plan | undefined): readonly CalendarEntry[] {
  const today = pacificDate(at);
  return CALENDAR.filter((entry) => concerns(entry, plan) && entry.from <= today && today < (entry.until ?? '9999'));
}

/** Whether it is a peak hour, and when that changes. */
export interface PeakHours {
  readonly isPeak: boolean;
  readonly changesAt: EpochMs;
}

/** Undefined while no peak hours are in force, and once no others are to come. Right across changes of the clock. */
export function peakHours(at: EpochMs, plan: Plan | undefined): PeakHours | undefined {
  if (!areInForce(at, plan)) return undefined;
  const local = DateTime.fromMillis(at, { zone: PACIFIC });
  const isPeak = local.weekday <= FRIDAY && local.hour >= PEAK.fromHour && local.hour < PEAK.toHour;
  const changesAt = isPeak ? hourOf(local, PEAK.toHour) : nextPeak(local);
  return isPeak || areInForce(changesAt, plan) ? { isPeak, changesAt } : undefined;
}

function areInForce(at: EpochMs, plan: Plan | undefined): boolean {
  return holdsAt(at, plan).some(({ kind }) => kind === 'peak_hours');
}

function nextPeak(local: DateTime): EpochMs {
  const today = local.weekday <= FRIDAY && local.hour < PEAK.fromHour;
  const days = today ? 0 : local.weekday < FRIDAY ? 1 : 8 - local.weekday;
  return hourOf(local.plus({ days }), PEAK.fromHour);
}

function hourOf(local: DateTime, hour: number): EpochMs {
  return epochMs(local.startOf('day').set({ hour }).toMillis());
}

/** Whether a plan is known to have no window of this kind, so that its absence is no gap in the data; an API key has none. */
export function lacksWindow(plan: Plan | undefined, windowKind: string, at: EpochMs): boolean {
  if (plan === undefined || plan === 'api') return plan === 'api';
  return holdsAt(at, plan).some((entry) => entry.kind === 'no_window' && entry.windowKind === windowKind);
}

/** When the limits of a window kind last changed, as far as the calendar knows: what was learnt before tells of others. */
export function lastLimitChange(windowKind: string, plan: Plan | undefined, at: EpochMs): EpochMs | undefined {
  const changes = CALENDAR.filter((entry) => entry.windowKind === windowKind && concerns(entry, plan))
    .flatMap(({ from, until }) => (until === undefined ? [from] : [from, until]))
    .map((date) => epochMs(DateTime.fromISO(date, { zone: PACIFIC }).toMillis()))
    .filter((change) => change <= at);
  return changes.length === 0 ? undefined : epochMs(Math.max(...changes));
}

function concerns({ plans }: CalendarEntry, plan: Plan | undefined): boolean {
  return plan === undefined || plans.includes(plan);
}

function pacificDate(at: EpochMs): string {
  return DateTime.fromMillis(at, { zone: PACIFIC }).toFormat('yyyy-MM-dd');
}
