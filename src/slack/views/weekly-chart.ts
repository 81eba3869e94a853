import type { WeekChart } from '../../summary/week-chart.ts';
import type { Chart } from './chart-block.ts';
import { dollars, tokens } from './format.ts';

interface ChartWords {
  readonly title: string;
  readonly yLabel: string;
  /** From the chart's unit to what its axis counts. */
  readonly scale: number;
  readonly words: (value: number) => string;
}

const plain = (value: number): string => value.toLocaleString('en-US');

const WORDS: Readonly<Record<WeekChart['of'], ChartWords>> = {
  rewritten_tokens: { title: 'Tokens written again by broken caches', yLabel: 'Tokens', scale: 1, words: tokens },
  incidents: { title: 'Incidents', yLabel: 'Incidents', scale: 1, words: plain },
  cost_micros: {
    title: 'Use at API prices',
    yLabel: 'Dollars',
    scale: 1_000_000,
    words: (value) => dollars(value * 1_000_000),
  },
  requests: { title: 'Requests', yLabel: 'Requests', scale: 1, words: plain },
};

interface Names {
  readonly week: string;
  readonly before: string;
}

/** The week day by day, beside the week before where that was watched as a whole; `words` says one of its numbers. */
export function weeklyChart({ of, days }: WeekChart, { week, before }: Names) {
  const { title, yLabel, scale, words } = WORDS[of];
  const hasBefore = days.some((day) => day.before !== undefined);
  const chart: Chart = {
    type: 'bar',
    title: `${title} by day`,
    categories: days.map(({ weekday }) => WEEKDAYS[weekday - 1] ?? ''),
    series: [
      { name: week, values: days.map(({ value }) => scaled(value, scale)) },
      ...(hasBefore ? [{ name: before, values: days.map((day) => scaled(day.before ?? 0, scale)) }] : []),
    ],
    xLabel: 'Day',
    yLabel,
  };
  return { chart, words };
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** To the cent: an axis needs no more. */
function scaled(value: number, scale: number): number {
  return Math.round((value / scale) * 100) / 100;
}
