import { DateTime } from 'luxon';
import { type CalendarEntry, holdsAt, peakHours } from '../../model/calendar.ts';
import { planName } from '../../model/plans.ts';
import { moment } from './format.ts';
import type { QuotaReport } from './quota-report.ts';

/** What the plan and the calendar add to the windows: peak hours, promotions, and a window that does not exist. */
export function planLines(report: Pick<QuotaReport, 'plan' | 'windows' | 'now' | 'zone'>): readonly string[] {
  const { plan, now } = report;
  const promotions = holdsAt(now, plan).filter(({ kind }) => kind === 'promotion');
  return [
    ...(plan === undefined ? [] : [`*Plan*  ${planName(plan)}${missingWindow(report)}`]),
    ...peakLine(report),
    ...promotions.map((entry) => `*Promotion*  ${entry.says}; ${lastDay(entry)}${whose(report)}`),
  ];
}

function missingWindow({ plan, windows, now }: Pick<QuotaReport, 'plan' | 'windows' | 'now'>): string {
  if (windows.length === 0 || windows.some(({ window }) => window.kind === 'five_hour')) return '';
  const lacked = holdsAt(now, plan).find(({ kind, windowKind }) => kind === 'no_window' && windowKind === 'five_hour');
  return lacked ? `: ${lacked.says}` : '';
}

function peakLine(report: Pick<QuotaReport, 'plan' | 'now' | 'zone'>): readonly string[] {
  const peak = peakHours(report.now, report.plan);
  if (!peak) return [];
  const changes = moment(peak.changesAt, report);
  if (!peak.isPeak) return [`*Off-peak* until ${changes}, then the five-hour window is used up faster${whose(report)}`];
  return [`:hourglass: *Peak hours*: the five-hour window is used up faster; off-peak from ${changes}${whose(report)}`];
}

/** What was announced for some plans may not concern somebody whose plan nobody told. */
function whose({ plan }: Pick<QuotaReport, 'plan'>): string {
  return plan === undefined ? ' (not on every plan: `/quota plan` tells me yours)' : '';
}

/** Dates of the calendar are days somewhere else: the last whole one is named. */
function lastDay({ until = '' }: CalendarEntry): string {
  return `until ${DateTime.fromISO(until, { zone: 'utc' }).minus({ days: 1 }).toFormat('d LLL', { locale: 'en' })}`;
}
