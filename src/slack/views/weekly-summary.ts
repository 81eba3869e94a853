import type { KnownBlock, TableBlock } from '@slack/types';
import { DateTime } from 'luxon';
import type { Losses } from '../../incidents/losses.ts';
import type { IncidentKind } from '../../model/finding.ts';
import type { Week } from '../../summary/schedule.ts';
import type { Headline, WeekSummary } from '../../summary/week-summary.ts';
import { context, header, type Message, section } from './blocks.ts';
import { notCounted, windowLosses } from './cost-words.ts';
import { escapeText } from './escape-text.ts';
import { versionName } from './fleet-words.ts';
import { count, dollars, points, share, tokens } from './format.ts';
import { adviceWords } from './weekly-advice.ts';

/** The Monday message: the week in one sentence, its numbers, one thing to do. */
export function weeklySummary(summary: WeekSummary, { zone }: { zone: string }): Message {
  const said = headlineWords(summary.headline);
  const { recommendation } = summary;
  const blocks: readonly (KnownBlock | undefined)[] = [
    header(`${weekName(summary.week)}, ${dates(summary.week, zone)}`),
    section([`*${said}.*`, numbers(summary)].filter(Boolean).join('\n')),
    summary.kinds.length > 0 ? kindTable(summary) : undefined,
    recommendation && section(`*Next:* ${adviceWords(recommendation)}`),
    context(footnote(summary, zone).join('\n')),
  ];
  return { text: `${weekName(summary.week)}: ${said}`, blocks: blocks.filter((block) => block !== undefined) };
}

/** `Week 47` of `2026-W47`. */
export function weekName({ iso }: Pick<Week, 'iso'>): string {
  return `Week ${Number(iso.slice(-2))}`;
}

const HEADLINES: Readonly<Record<IncidentKind, (told: Headline & { is: 'incidents' }) => string>> = {
  fleet_regression: ({ clientVersions, people }) =>
    `${clientWords(clientVersions)} broke the prompt cache for ${persons(people)}`,
  cache_invalidation: ({ incidents, people }) => `The prompt cache broke ${times(incidents)} for ${persons(people)}`,
  lock_out: ({ incidents, people }) =>
    `${persons(people)} ${people === 1 ? 'was' : 'were'} locked out${incidents === people ? '' : `, ${times(incidents)} in all`}`,
  runaway: ({ incidents, people }) => `Background work ran away ${times(incidents)} for ${persons(people)}`,
  resume_reprocess: ({ incidents, rewrittenTokens }) =>
    `${count(incidents, 'resume')} rewrote ${tokens(rewrittenTokens)} tokens`,
  cache_read_storm: ({ incidents, people }) => `${count(incidents, 'storm')} of cache reads for ${persons(people)}`,
  cost_inflation: ({ people }) => `Prompts cost many times the usual for ${persons(people)}`,
  burn_rate: ({ incidents }) => `${count(incidents, 'quota')} burned fast, no lock-out was reported`,
  prompt_spike: ({ incidents }) => `${count(incidents, 'prompt')} took a large part of a quota`,
  window_threshold: ({ incidents }) => `${count(incidents, 'quota')} ran low, no lock-out was reported`,
  ttl_downgrade: ({ people }) => `The cache was cut to 5 minutes for ${persons(people)}`,
  data_silence: ({ incidents }) => `A week with gaps: ${count(incidents, 'feed')} fell silent`,
};

const KIND_NAMES: Readonly<Record<IncidentKind, string>> = {
  fleet_regression: 'Client regression',
  cache_invalidation: 'Prompt cache broken',
  lock_out: 'Locked out',
  runaway: 'Background runaway',
  resume_reprocess: 'Costly resume',
  cache_read_storm: 'Storm of cache reads',
  cost_inflation: 'Costly prompts',
  burn_rate: 'Quota burning fast',
  prompt_spike: 'Prompt spike',
  window_threshold: 'Quota running low',
  ttl_downgrade: 'Cache cut to 5 minutes',
  data_silence: 'Feed silent',
};

/** One is named; of several, only their number fits. */
function clientWords(versions: readonly string[]): string {
  const [version = ''] = versions;
  return versions.length > 1 ? `${count(versions.length, 'client version')}` : `Client ${versionName(version)}`;
}

function headlineWords(headline: Headline): string {
  switch (headline.is) {
    case 'silent':
      return 'A silent week: no usage arrived';
    case 'quiet':
      return 'A quiet week: no incidents';
    case 'incidents':
      return HEADLINES[headline.kind](headline);
  }
}

function numbers(summary: WeekSummary): string {
  const { incidents, incidentsBefore, losses } = summary;
  const before = incidentsBefore === undefined ? '' : ` (week before: ${incidentsBefore.toLocaleString('en-US')})`;
  if (incidents === 0) return before && `0 incidents${before}`;
  const counted = `${count(incidents, 'incident')}${before} · ${persons(summary.peopleAffected)} affected`;
  return [counted, lostWords(losses)].filter((line) => line !== undefined).join('\n');
}

/** Undefined where nothing was lost that anybody could count. */
function lostWords(losses: Losses): string | undefined {
  const { rewrittenTokens, extraCost } = losses;
  if (rewrittenTokens === 0 && extraCost.micros === 0 && extraCost.unknown === 0) return undefined;
  const parts = [
    rewrittenTokens > 0 && `${tokens(rewrittenTokens)} tokens rewritten`,
    lostDollars(extraCost),
    windowLosses(losses),
  ];
  return `Lost: ${parts.filter(Boolean).join(' · ')}`;
}

function lostDollars({ micros, unknown }: Losses['extraCost']): string {
  return micros === 0 && unknown > 0 ? 'dollars unknown' : `${dollars(micros)} at API prices${notCounted(unknown)}`;
}

function kindTable({ kinds, week, weekBefore }: WeekSummary): TableBlock {
  const hasBefore = kinds.some(({ before }) => before !== undefined);
  const titles = ['Incidents', weekName(week), weekName(weekBefore)];
  const rows = kinds.map(({ kind, incidents, before = 0 }) => [KIND_NAMES[kind], String(incidents), String(before)]);
  return {
    type: 'table',
    column_settings: [{ is_wrapped: true }, { align: 'right' }, ...(hasBefore ? [{ align: 'right' as const }] : [])],
    rows: [titles, ...rows].map((row) =>
      row.slice(0, hasBefore ? 3 : 2).map((text) => ({ type: 'raw_text' as const, text })),
    ),
  };
}

function footnote(summary: WeekSummary, zone: string): readonly string[] {
  const { worstVersion: worst, recorded, cacheReadShare, stillOpen, countedSince } = summary;
  const lines = [
    stillOpen > 0 && `Still open: ${count(stillOpen, 'incident')}`,
    worst &&
      `Worst client: ${escapeText(worst.version, 20)}, ${tokens(worst.rewrittenTokens)} tokens rewritten in ${count(worst.misses, 'miss', 'misses')}`,
    cacheReadShare !== undefined && `Cache health: ${percent(cacheReadShare)} of all context was read from the cache`,
    versionLine(summary),
    summary.requests > 0 &&
      `Used: ${count(summary.requests, 'request')} by ${persons(summary.people)}, ${worth(summary)}`,
    planLine(summary),
    silenceLine(summary),
    recorded.resumes > 0 &&
      `${count(recorded.resumes, 'smaller resume')} rewrote ${tokens(recorded.rewrittenTokens)} tokens: too small for an alert, in no number above`,
    countedSince !== undefined && `Counted since ${day(countedSince, zone)}: not a whole week`,
    summary.incidents > 0 && 'Each incident is in the thread',
  ];
  const said = lines.filter((line) => typeof line === 'string');
  return said.length > 0 ? said : ['Nothing was counted'];
}

/** First requests of a prompt that found their cache gone although it was warm. */
function versionLine({ versionMisses }: WeekSummary): string | undefined {
  if (versionMisses.length === 0) return undefined;
  const rates = versionMisses.map(
    ({ version, misses, of }) => `${escapeText(version, 20)} ${share(misses, of)} of ${of.toLocaleString('en-US')}`,
  );
  return `Warm caches missed at turn starts, by client: ${rates.join(', ')}`;
}

function planLine({ planValue }: WeekSummary): string | undefined {
  if (!planValue) return undefined;
  const { people, valueMicros, planMicros, multiple, lowMultiple } = planValue;
  return (
    `Plans: ${multipleOf(multiple)} their price (${dollars(valueMicros)} at API prices against ${dollars(planMicros)} for the week) for ` +
    `${persons(people)} whose plan is known; ${multipleOf(lowMultiple)} at a tenth of list prices`
  );
}

function multipleOf(value: number): string {
  return value < 0.05 ? 'under 0.1x' : `${points(value)}x`;
}

function silenceLine({ silentFeeds: { statusLine, telemetry } }: WeekSummary): string | undefined {
  const silent = [
    statusLine > 0 && `the status line of ${persons(statusLine)} (what they had left is unknown)`,
    telemetry > 0 && `telemetry of ${persons(telemetry)} (what they used is not counted)`,
  ].filter((part) => typeof part === 'string');
  return silent.length > 0 ? `Silent for a time: ${silent.join(', ')}` : undefined;
}

function worth({ requests, costMicros, unpricedRequests }: WeekSummary): string {
  if (unpricedRequests === requests) return 'of unknown price';
  const rest = unpricedRequests === 0 ? '' : `, ${count(unpricedRequests, 'request')} of unknown price not counted`;
  return `worth ${dollars(costMicros)} at API prices${rest}`;
}

/** One decimal, and never 100% of what is not whole. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)}%`;
}

/** `16 to 22 November`, `30 November to 6 December`. */
function dates({ from, to }: Week, zone: string): string {
  const first = DateTime.fromMillis(from, { zone, locale: 'en' });
  const last = DateTime.fromMillis(to - 1, { zone, locale: 'en' });
  return `${first.toFormat(first.hasSame(last, 'month') ? 'd' : 'd LLLL')} to ${last.toFormat('d LLLL')}`;
}

function day(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('cccc HH:mm');
}

function times(n: number): string {
  return n === 1 ? 'once' : count(n, 'time');
}

function persons(n: number): string {
  return count(n, 'person', 'people');
}
