import type { KnownBlock, TableBlock } from '@slack/types';
import type { KindCount, WeekSummary } from '../../summary/week-summary.ts';
import { context, header, type Message, section, sections } from './blocks.ts';
import { chartBlock, chartLines, chartTable } from './chart-block.ts';
import { count } from './format.ts';
import { KIND_NAMES } from './kind-names.ts';
import { adviceWords, reasonWords } from './weekly-advice.ts';
import { weeklyChart } from './weekly-chart.ts';
import { headlineWords } from './weekly-headline.ts';
import { lossLines } from './weekly-losses.ts';
import { finePrint, numberLines } from './weekly-numbers.ts';
import { dates, persons, weekName } from './weekly-words.ts';

/** How the week and the one before are called, and what stands around the numbers. */
export interface Frame {
  readonly title: string;
  readonly week: string;
  readonly before: string;
  /** Behind everything else. */
  readonly last: readonly KnownBlock[];
  readonly finePrint: readonly string[];
}

/** The Monday message: the week in one sentence, one thing to do, its numbers. */
export function weeklySummary(summary: WeekSummary, { zone }: { zone: string }): Message {
  const name = weekName(summary.week);
  return framed(summary, {
    title: `${name}, ${dates(summary.week, zone)}`,
    week: name,
    before: weekName(summary.weekBefore),
    last: [],
    finePrint: [...finePrint(summary, zone), ...(summary.incidents > 0 ? ['The incidents are in the thread'] : [])],
  });
}

/**
 * A summary with Slack's own chart and a table of the kinds; where Slack refuses that, with the chart's numbers in the
 * one table that a message may hold; and where it refuses that too, as text.
 */
export function framed(summary: WeekSummary, frame: Frame): Message {
  const drawn = summary.chart && weeklyChart(summary.chart, frame);
  const kinds = summary.kinds.length > 0 ? summary.kinds : undefined;
  const kindsAsText = kinds ? sections(kindLines(kinds)) : [];
  const asText = message([...kindsAsText, ...(drawn ? sections(chartLines(drawn.chart, drawn.words)) : [])]);
  if (!drawn) return kinds ? { ...message([kindTable(kinds, frame)]), plainer: asText } : asText;
  const { chart, words } = drawn;
  const table = [section(`*${chart.title}*`), chartTable(chart, words)];
  return {
    ...message([chartBlock(chart), ...(kinds ? [kindTable(kinds, frame)] : [])]),
    plainer: { ...message([...kindsAsText, ...table]), plainer: asText },
  };

  function message(pictures: readonly KnownBlock[]): Message {
    const said = headlineWords(summary.headline);
    return {
      text: `${frame.week}: ${said}`,
      blocks: [
        header(frame.title),
        ...sections([`*${said}.*`, ...counts(summary), ...lossLines(summary.losses)]),
        ...next(summary),
        ...pictures,
        ...sections(numberLines(summary)),
        ...frame.last,
        ...small(frame.finePrint, summary),
      ],
    };
  }
}

function counts({ incidents, incidentsBefore, peopleAffected, answers }: WeekSummary): readonly string[] {
  const before = incidentsBefore === undefined ? '' : ` (week before: ${incidentsBefore.toLocaleString('en-US')})`;
  if (incidents === 0) return before === '' ? [] : [`0 incidents${before}`];
  const parts = [
    `${count(incidents, 'incident')}${before}`,
    `${persons(peopleAffected)} affected`,
    answers.acknowledged > 0 && `${answers.acknowledged.toLocaleString('en-US')} acknowledged`,
    answers.planned > 0 && `${answers.planned.toLocaleString('en-US')} planned`,
  ];
  return [parts.filter(Boolean).join(' · ')];
}

function next({ recommendation }: WeekSummary): readonly KnownBlock[] {
  if (!recommendation) return [];
  const { advice, because } = recommendation;
  return [section(`*Next:* ${adviceWords(advice)}\n_${reasonWords(because)}_`)];
}

function small(lines: readonly string[], { usage, incidents }: WeekSummary): readonly KnownBlock[] {
  if (lines.length > 0) return [context(lines.join('\n'))];
  return usage.requests + incidents === 0 ? [context('Nothing was counted')] : [];
}

function kindTable(kinds: readonly KindCount[], { week, before }: Frame): TableBlock {
  const hasBefore = kinds.some((kind) => kind.before !== undefined);
  const titles = ['Incidents', week, ...(hasBefore ? [before] : [])];
  const rows = kinds.map((kind) => [
    KIND_NAMES[kind.kind],
    kind.incidents.toLocaleString('en-US'),
    ...(hasBefore ? [(kind.before ?? 0).toLocaleString('en-US')] : []),
  ]);
  return {
    type: 'table',
    column_settings: [{ is_wrapped: true }, ...titles.slice(1).map(() => ({ align: 'right' as const }))],
    rows: [titles, ...rows].map((row) => row.map((text) => ({ type: 'raw_text' as const, text }))),
  };
}

function kindLines(kinds: readonly KindCount[]): readonly string[] {
  return kinds.map(({ kind, incidents, before }) => {
    const past = before === undefined ? '' : ` (week before: ${before.toLocaleString('en-US')})`;
    return `${KIND_NAMES[kind]}: ${incidents.toLocaleString('en-US')}${past}`;
  });
}
