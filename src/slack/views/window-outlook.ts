import { windowName } from '../../model/quota-window.ts';
import { MINUTE_MS } from '../../model/time.ts';
import { escapeText } from './escape-text.ts';
import { bar, count, dollars, duration, moment } from './format.ts';
import type { QuotaReport, WindowOutlook } from './quota-report.ts';

interface OutlookReader extends Pick<QuotaReport, 'now' | 'zone' | 'who'> {
  /** Names the account where there are several; else empty. */
  readonly account: string;
}

/** A window in two lines: what is left of it, and until when; a third where that is no reading but an estimate. */
export function windowWords(outlook: WindowOutlook, reader: OutlookReader): string {
  const { window } = outlook;
  const name = escapeText(windowName(window.kind, window.scope), 40);
  return [
    `${bar(100 - usedPercent(outlook))}  *${leftPercent(outlook)} left*${rangeWords(outlook)} of the ${name} window${reader.account}`,
    `resets ${moment(window.resetsAt, reader)}, in ${duration(window.resetsAt - reader.now)} · ${outlookWords(outlook, reader)}`,
    ...estimateWords(outlook, reader),
  ].join('\n');
}

/** Rounded, but never to nothing while something is left; `≈` for what was not read. */
export function leftPercent(outlook: WindowOutlook): string {
  const left = Math.max(0, 100 - usedPercent(outlook));
  const about = outlook.estimate ? '≈' : '';
  return left > 0 && left < 1 ? 'under 1%' : `${about}${percent(left)}`;
}

function usedPercent({ window, estimate }: WindowOutlook): number {
  return estimate?.points ?? window.usedPercent;
}

function rangeWords({ estimate }: WindowOutlook): string {
  if (!estimate) return '';
  const [least, most] = [percent(100 - estimate.high), percent(100 - estimate.low)];
  return least === most ? '' : ` (${least} to ${most})`;
}

/** How the estimate is known, so that nobody takes it for a reading. */
function estimateWords({ window, estimate }: WindowOutlook, { now, who }: OutlookReader): readonly string[] {
  if (!estimate) return [];
  const read = `last read ${duration(now - window.lastReadAt)} ago with ${percent(100 - window.usedPercent)} left`;
  const from =
    estimate.learntFrom === 'own'
      ? `${who === undefined ? 'your' : 'their'} own readings (${count(estimate.samples, 'window')})`
      : `${count(estimate.samples, 'colleague')} on the same plan`;
  return [`_${read}, ${dollars(estimate.spentMicros)} spent since: ≈ by the rate of ${from}_`];
}

function outlookWords({ window, estimate, forecast }: WindowOutlook, reader: OutlookReader): string {
  if (window.usedPercent >= 100) return 'used up';
  const { earliest, latest, pace15, pace60 } = forecast;
  if (earliest === undefined) {
    return pace15 === undefined && pace60 === undefined ? 'pace not known yet' : 'at this pace it lasts until then';
  }
  if (earliest <= reader.now) {
    const read = `last read ${duration(reader.now - window.lastReadAt)} ago`;
    return `:warning: ${estimate ? 'probably used up by now' : `at the last pace it may be used up already; ${read}`}`;
  }
  const before = `${duration(window.resetsAt - earliest)} before it resets`;
  if (latest === undefined) return `at the faster recent pace used up at ${moment(earliest, reader)}, ${before}`;
  const range =
    latest - earliest < MINUTE_MS
      ? moment(earliest, reader)
      : `${moment(earliest, reader)} to ${moment(latest, reader)}`;
  return `:warning: at this pace used up at ${range}, ${before}`;
}

function percent(value: number): string {
  return `${Math.round(value)}%`;
}
