import type { KnownBlock, TableBlock } from '@slack/types';
import { DateTime } from 'luxon';
import type { IncidentKind } from '../../model/finding.ts';
import type { Recommendation } from '../../summary/recommendation.ts';
import type { Week } from '../../summary/schedule.ts';
import type { Headline, WeekSummary } from '../../summary/week-summary.ts';
import { context, header, type Message, section } from './blocks.ts';
import { escapeText } from './escape-text.ts';
import { count, dollars, tokens } from './format.ts';

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
  cache_invalidation: ({ incidents, people }) => `The prompt cache broke ${times(incidents)} for ${persons(people)}`,
  lock_out: ({ incidents, people }) =>
    `${persons(people)} ${people === 1 ? 'was' : 'were'} locked out${incidents === people ? '' : `, ${times(incidents)} in all`}`,
  resume_reprocess: ({ incidents, rewrittenTokens }) =>
    `${count(incidents, 'resume')} rewrote ${tokens(rewrittenTokens)} tokens`,
  burn_rate: ({ incidents }) => `${count(incidents, 'quota')} burned fast, no lock-out was reported`,
  window_threshold: ({ incidents }) => `${count(incidents, 'quota')} ran low, no lock-out was reported`,
};

const KIND_NAMES: Readonly<Record<IncidentKind, string>> = {
  cache_invalidation: 'Prompt cache broken',
  lock_out: 'Locked out',
  resume_reprocess: 'Costly resume',
  burn_rate: 'Quota burning fast',
  window_threshold: 'Quota running low',
};

function adviceWords(recommendation: Recommendation): string {
  switch (recommendation.is) {
    case 'update': {
      const { from, to, source } = recommendation;
      return `Client ${escapeText(from, 20)} has a known cache bug (${source}): update to ${to} or later.`;
    }
    case 'start_fresh':
      return 'When a cache alert comes, start a fresh session: going on writes the history again on every turn.';
    case 'plan_around_resets':
      return '`/quota` before a long job: it tells what is left, and when the window resets.';
    case 'keep_sessions_open':
      return 'Keep a long session open, or begin afresh with a short summary: a resume pays for all of it again.';
    case 'watch_background':
      return 'Look for work in the background when a quota burns fast: parallel agents, a loop, a forgotten session.';
    case 'check_feeds':
      return 'Check that Claude Code still reports here: `/quota connect` shows the settings.';
  }
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
  const { incidents, incidentsBefore, rewrittenTokens, lost } = summary;
  const before = incidentsBefore === undefined ? '' : ` (week before: ${incidentsBefore.toLocaleString('en-US')})`;
  if (incidents === 0) return before && `0 incidents${before}`;
  const parts = [
    `${count(incidents, 'incident')}${before}`,
    `${persons(summary.peopleAffected)} affected`,
    rewrittenTokens > 0 && `${tokens(rewrittenTokens)} tokens rewritten`,
    rewrittenTokens > 0 && lostWords(lost),
  ];
  return parts.filter(Boolean).join(' · ');
}

function lostWords({ micros, unknown }: WeekSummary['lost']): string {
  const rest = unknown === 0 ? '' : `, ${count(unknown, 'incident')} of unknown price not counted`;
  return micros === 0 && unknown > 0 ? 'dollars lost unknown' : `${dollars(micros)} lost at API prices${rest}`;
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
    summary.requests > 0 &&
      `Used: ${count(summary.requests, 'request')} by ${persons(summary.people)}, ${worth(summary)}`,
    recorded.resumes > 0 &&
      `${count(recorded.resumes, 'smaller resume')} rewrote ${tokens(recorded.rewrittenTokens)} tokens: too small for an alert, in no number above`,
    countedSince !== undefined && `Counted since ${day(countedSince, zone)}: not a whole week`,
    summary.incidents > 0 && 'Each incident is in the thread',
  ];
  const said = lines.filter((line) => typeof line === 'string');
  return said.length > 0 ? said : ['Nothing was counted'];
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
