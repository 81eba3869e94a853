import type { KnownBlock, RawTextElement, TableBlock } from '@slack/types';

/** Bars or lines over named points; every series has one value for each category, in their order. */
export interface Chart {
  readonly type: 'bar' | 'line' | 'area';
  /** At most 50 characters. */
  readonly title: string;
  /** At most 20, each unlike the others; the longest 20 characters are shown. */
  readonly categories: readonly string[];
  /** At most 6, each with a name of its own. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly xLabel: string;
  readonly yLabel: string;
}

/** Slack's limits, https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block. */
const LONGEST_TITLE = 50;
const LONGEST_LABEL = 20;
const LONGEST_AXIS = 50;

interface DataVisualizationBlock {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: {
    readonly type: Chart['type'];
    readonly series: readonly {
      readonly name: string;
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label: string;
      readonly y_label: string;
    };
  };
}

/** Slack's own chart. It takes them in messages only, and not in every workspace: have the same as a table at hand. */
export function chartBlock({ type, title, categories, series, xLabel, yLabel }: Chart): KnownBlock {
  const labels = categories.map((category) => cut(category, LONGEST_LABEL));
  const block: DataVisualizationBlock = {
    type: 'data_visualization',
    title: cut(title, LONGEST_TITLE),
    chart: {
      type,
      series: series.map(({ name, values }) => ({
        name: cut(name, LONGEST_LABEL),
        data: labels.map((label, index) => ({ label, value: values[index] ?? 0 })),
      })),
      axis_config: { categories: labels, x_label: cut(xLabel, LONGEST_AXIS), y_label: cut(yLabel, LONGEST_AXIS) },
    },
  };
  // Slack's types do not know charts yet: https://github.com/slackapi/node-slack-sdk/pull/2637.
  return block as unknown as KnownBlock;
}

/** The numbers of a chart as a table, a row for each category. */
export function chartTable({ xLabel, categories, series }: Chart, words: (value: number) => string): TableBlock {
  const titles = [xLabel, ...series.map(({ name }) => name)];
  const rows = categories.map((category, index) => [
    category,
    ...series.map(({ values }) => words(values[index] ?? 0)),
  ]);
  return {
    type: 'table',
    column_settings: [{ is_wrapped: true }, ...series.map(() => ({ align: 'right' as const }))],
    rows: [titles, ...rows].map((row) => row.map(cell)),
  };
}

/** The numbers of a chart as text, a line for each category; the series are named once, in the first. */
export function chartLines({ title, categories, series }: Chart, words: (value: number) => string): readonly string[] {
  const names = series.length > 1 ? ` (${series.map(({ name }) => name).join(' / ')})` : '';
  return [
    `${title}${names}:`,
    ...categories.map((category, index) => {
      return `${category}: ${series.map(({ values }) => words(values[index] ?? 0)).join(' / ')}`;
    }),
  ];
}

/** Slack refuses a cell without text. */
function cell(text: string): RawTextElement {
  return { type: 'raw_text', text: text || '–' };
}

/** Slack counts halves of letters; none may be left alone. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
