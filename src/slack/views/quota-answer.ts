import type { KnownBlock } from '@slack/types';
import { type AccountId, UNKNOWN_ACCOUNT } from '../../model/ids.ts';
import type { Incident } from '../../model/incident.ts';
import { windowName } from '../../model/quota-window.ts';
import { context, divider, type Message, section, sections } from './blocks.ts';
import { pointsLostWords } from './cost-words.ts';
import { escapeText } from './escape-text.ts';
import { count, dollars, duration, moment, tokens } from './format.ts';
import { incidentLine } from './incident-alert.ts';
import { planLines } from './plan-words.ts';
import type { QuotaReport } from './quota-report.ts';
import { leftPercent, windowWords } from './window-outlook.ts';

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
  const incidents = openIncidents(report).map((incident) => incidentLine({ incident, ...timesOf(report) }));
  return [
    ...windowBlocks(report),
    section([...planLines(report), cacheLine(report), spendLine(report)].join('\n')),
    ...(incidents.length > 0 ? [divider(), ...sections(['*Open now*', ...incidents.slice(0, 10)])] : []),
    context(sourceLine(report)),
  ];
}

/** Levels that a window passed speak to its owner; to others the windows above say the same. */
function openIncidents({ who, openIncidents: all }: QuotaReport): readonly Incident[] {
  return who === undefined ? all : all.filter(({ kind }) => kind !== 'window_threshold');
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
      .map((outlook) => section(windowWords(outlook, { ...report, account: nameOf(outlook.window.account) })));
  }
  return [section(withoutReadings(report))];
}

function withoutReadings({ block, heard, ...report }: QuotaReport): string {
  if (report.plan === 'api') return '*No quota windows*: what an API key uses is billed by the token.';
  const connect =
    heard.statusLine === undefined
      ? 'The percentage comes from the status line, which is not connected: `/quota connect` shows how.'
      : `The status line last spoke ${duration(report.now - heard.statusLine)} ago and its windows have reset since: the next turn brings new ones.`;
  if (!block) return `*What is left is unknown.* ${connect}`;
  const spent = `${dollars(block.costMicros)} at API prices in ${count(block.requests, 'request')}${unpriced(block.unpricedRequests)}`;
  return `*What is left is unknown.* ${connect}\nFive-hour block by activity, since ${moment(block.startsAt, report)}: ${spent}${blockPoints(report)}.`;
}

/** What these dollars take, not what is left: nobody read where the window stood. */
function blockPoints({ blockPoints: took, who }: Pick<QuotaReport, 'blockPoints' | 'who'>): string {
  return took?.is === 'known' ? `, ${pointsLostWords(took, { isOwner: who === undefined })}` : '';
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
  const parts = windows.map((outlook) => {
    const { kind, scope } = outlook.window;
    return `${windowName(kind, scope)} ${leftPercent(outlook)} left`;
  });
  return escapeText(parts.join(', '), 200);
}

function timesOf({ now, zone }: QuotaReport) {
  return { now, zone };
}

function percent(value: number): string {
  return `${Math.round(value)}%`;
}
