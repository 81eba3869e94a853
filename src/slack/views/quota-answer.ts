import type { KnownBlock } from '@slack/types';
import { type AccountId, UNKNOWN_ACCOUNT } from '../../model/ids.ts';
import { type QuotaWindow, windowName } from '../../model/quota-window.ts';
import { MINUTE_MS } from '../../model/time.ts';
import { context, divider, type Message, section, sections } from './blocks.ts';
import { escapeText } from './escape-text.ts';
import { bar, count, dollars, duration, moment, tokens } from './format.ts';
import { incidentLine } from './incident-alert.ts';
import type { QuotaReport, WindowOutlook } from './quota-report.ts';

/** The answer to `/quota`: what is left, how long it lasts, how the cache does, what it is worth, what is wrong, how old this is. */
export function quotaAnswer(report: QuotaReport): Message {
  const title = report.who === undefined ? '*Your Claude Code quota*' : `*Claude Code quota of ${report.who}*`;
  return {
    text: `${title.replaceAll('*', '')}: ${plainWindows(report)}`,
    blocks: [section(title), ...quotaBlocks(report)],
  };
}

/** The body of the answer, which App Home shows too. */
export function quotaBlocks(report: QuotaReport): KnownBlock[] {
  const incidents = report.openIncidents.map((incident) => incidentLine({ incident, ...timesOf(report) }));
  return [
    ...windowBlocks(report),
    section([cacheLine(report), spendLine(report)].join('\n')),
    ...(incidents.length > 0 ? [divider(), ...sections(['*Open now*', ...incidents.slice(0, 10)])] : []),
    context(sourceLine(report)),
  ];
}

/** Kinds and scopes are open-ended, and a message holds 50 blocks; the first resets are the ones that matter. */
const WINDOWS_SHOWN = 20;

function windowBlocks(report: QuotaReport): KnownBlock[] {
  if (report.windows.length > 0) {
    const accounts = new Set(report.windows.map(({ window }) => window.account));
    const nameOf = (account: AccountId) =>
      accounts.size > 1 && account !== UNKNOWN_ACCOUNT ? ` · account ${escapeText(account.slice(0, 6))}` : '';
    return report.windows
      .slice(0, WINDOWS_SHOWN)
      .map((outlook) => section(windowText(outlook, report, nameOf(outlook.window.account))));
  }
  return [section(withoutReadings(report))];
}

function windowText({ window, forecast }: WindowOutlook, report: QuotaReport, account: string): string {
  const head = `${bar(100 - window.usedPercent)}  *${leftPercent(window)} left* of the ${escapeText(windowName(window.kind, window.scope), 40)} window${account}`;
  return `${head}\nresets ${moment(window.resetsAt, report)}, in ${duration(window.resetsAt - report.now)} · ${outlookText({ window, forecast }, report)}`;
}

function outlookText({ window, forecast }: WindowOutlook, report: QuotaReport): string {
  if (window.usedPercent >= 100) return 'used up';
  const { earliest, latest, pace15, pace60 } = forecast;
  if (earliest === undefined) {
    return pace15 === undefined && pace60 === undefined ? 'pace not known yet' : 'at this pace it lasts until then';
  }
  if (earliest <= report.now) {
    return `:warning: at the last pace it may be used up already; last read ${duration(report.now - window.lastReadAt)} ago`;
  }
  const before = `${duration(window.resetsAt - earliest)} before it resets`;
  if (latest === undefined) return `at the faster recent pace used up at ${moment(earliest, report)}, ${before}`;
  const range =
    latest - earliest < MINUTE_MS
      ? moment(earliest, report)
      : `${moment(earliest, report)} to ${moment(latest, report)}`;
  return `:warning: at this pace used up at ${range}, ${before}`;
}

function withoutReadings({ block, heard, ...report }: QuotaReport): string {
  const connect =
    heard.statusLine === undefined
      ? 'The percentage comes from the status line, which is not connected: `/quota connect` shows how.'
      : `The status line last spoke ${duration(report.now - heard.statusLine)} ago and its windows have reset since: the next turn brings new ones.`;
  if (!block) return `*What is left is unknown.* ${connect}`;
  const spent = `${dollars(block.costMicros)} at API prices in ${count(block.requests, 'request')}${unpriced(block.unpricedRequests)}`;
  return `*What is left is unknown.* ${connect}\nFive-hour block by activity, since ${moment(block.startsAt, report)}: ${spent}.`;
}

function cacheLine({ cache }: QuotaReport): string {
  if (cache.readShare === undefined) return '*Cache*  no requests in the last 24 h';
  const share = `${percent(cache.readShare * 100)} of the context read from it in the last 24 h (${count(cache.requests, 'request')})`;
  if (cache.incidents === 0) return `*Cache*  healthy: ${share}`;
  return `*Cache*  ${count(cache.incidents, 'incident')}, ${tokens(cache.rewrittenTokens)} tokens rewritten; ${share}`;
}

function spendLine({ spend }: QuotaReport): string {
  return `*Used*  ${dollars(spend.dayMicros)} in 24 h, ${dollars(spend.weekMicros)} in 7 days at API prices${unpriced(spend.unpricedRequests)}`;
}

function unpriced(requests: number): string {
  return requests === 0 ? '' : `, plus ${count(requests, 'request')} of unknown price`;
}

function sourceLine({ windows, heard, now }: QuotaReport): string {
  const newest = Math.max(...windows.map(({ window }) => window.lastReadAt));
  const reading = windows.length === 0 ? [] : [`percentages from Claude Code, ${duration(now - newest)} old`];
  const telemetry =
    heard.telemetry === undefined ? 'no telemetry yet' : `last telemetry ${duration(now - heard.telemetry)} ago`;
  return [...reading, telemetry].join(' · ');
}

function plainWindows({ windows }: QuotaReport): string {
  if (windows.length === 0) return 'what is left is unknown';
  const parts = windows.map(({ window }) => `${windowName(window.kind, window.scope)} ${leftPercent(window)} left`);
  return escapeText(parts.join(', '), 200);
}

function timesOf({ now, zone }: QuotaReport) {
  return { now, zone };
}

/** Rounded, but never to nothing while something is left. */
function leftPercent({ usedPercent }: QuotaWindow): string {
  const left = Math.max(0, 100 - usedPercent);
  return left > 0 && left < 1 ? 'under 1%' : percent(left);
}

function percent(value: number): string {
  return `${Math.round(value)}%`;
}
