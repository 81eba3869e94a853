import { DateTime } from 'luxon';
import type { IncidentKind } from '../../model/finding.ts';
import type { Week } from '../../summary/schedule.ts';
import { count } from './format.ts';

/** `Week 47` of `2026-W47`. */
export function weekName({ iso }: Pick<Week, 'iso'>): string {
  return `Week ${Number(iso.slice(-2))}`;
}

/** `16 to 22 November`, `30 November to 6 December`. */
export function dates({ from, to }: Week, zone: string): string {
  const first = DateTime.fromMillis(from, { zone, locale: 'en' });
  const last = DateTime.fromMillis(to - 1, { zone, locale: 'en' });
  return `${first.toFormat(first.hasSame(last, 'month') ? 'd' : 'd LLLL')} to ${last.toFormat('d LLLL')}`;
}

/** `Monday 16 November`. */
export function date(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('cccc d LLLL');
}

/** `Wednesday 11:00`. */
export function dayAndTime(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('cccc HH:mm');
}

const KINDS_COUNTED: Readonly<Record<IncidentKind, readonly [one: string, many: string]>> = {
  fleet_regression: ['client regression', 'client regressions'],
  cache_invalidation: ['broken cache', 'broken caches'],
  lock_out: ['lock-out', 'lock-outs'],
  runaway: ['runaway', 'runaways'],
  resume_reprocess: ['costly resume', 'costly resumes'],
  cache_read_storm: ['storm of cache reads', 'storms of cache reads'],
  cost_inflation: ['hour of costly prompts', 'hours of costly prompts'],
  burn_rate: ['quota burning fast', 'quotas burning fast'],
  prompt_spike: ['prompt spike', 'prompt spikes'],
  window_threshold: ['quota running low', 'quotas running low'],
  ttl_downgrade: ['cache cut to 5 minutes', 'caches cut to 5 minutes'],
  data_silence: ['silent feed', 'silent feeds'],
};

/** `3 lock-outs`. */
export function countKind(kind: IncidentKind, incidents: number): string {
  return count(incidents, ...KINDS_COUNTED[kind]);
}

export function times(n: number): string {
  return n === 1 ? 'once' : count(n, 'time');
}

export function persons(n: number): string {
  return count(n, 'person', 'people');
}
