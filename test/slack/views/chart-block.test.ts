import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Chart, chartBlock, chartLines, chartTable } from '../../../src/slack/views/chart-block.ts';
import { invalidMessage } from '../../support/valid-slack.ts';
import { linesOf } from '../seen.ts';

const CHART: Chart = {
  type: 'bar',
  title: 'Lost by day',
  categories: ['Mon', 'Tue'],
  series: [
    { name: 'This week', values: [1, 2] },
    { name: 'Last week', values: [3] },
  ],
  xLabel: 'Day',
  yLabel: 'Tokens',
};
const words = (value: number) => `${value} k`;

describe('a chart', () => {
  test('has a point of every series for every category; what is missing is 0', () => {
    expect(chartBlock(CHART)).toEqual({
      type: 'data_visualization',
      title: 'Lost by day',
      chart: {
        type: 'bar',
        series: [
          {
            name: 'This week',
            data: [
              { label: 'Mon', value: 1 },
              { label: 'Tue', value: 2 },
            ],
          },
          {
            name: 'Last week',
            data: [
              { label: 'Mon', value: 3 },
              { label: 'Tue', value: 0 },
            ],
          },
        ],
        axis_config: { categories: ['Mon', 'Tue'], x_label: 'Day', y_label: 'Tokens' },
      },
    });
  });

  test('says the same as a table, and as text', () => {
    expect(linesOf({ blocks: [chartTable(CHART, words)] })).toEqual([
      'Day',
      'This week',
      'Last week',
      'Mon',
      '1 k',
      '3 k',
      'Tue',
      '2 k',
      '0 k',
    ]);
    expect(chartLines(CHART, words)).toEqual([
      'Lost by day (This week / Last week):',
      'Mon: 1 k / 3 k',
      'Tue: 2 k / 0 k',
    ]);
    expect(chartLines({ ...CHART, series: CHART.series.slice(0, 1) }, words)).toEqual([
      'Lost by day:',
      'Mon: 1 k',
      'Tue: 2 k',
    ]);
  });

  test('is taken by Slack whatever its texts are', () => {
    const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 });
    const anyChart = fc.record({
      type: fc.constantFrom<Chart['type']>('bar', 'line', 'area'),
      title: anyText,
      categories: fc
        .uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 20 })
        .map((all) => all.map(String)),
      series: fc
        .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 99 }), anyText), {
          minLength: 1,
          maxLength: 6,
          selector: ([number]) => number,
        })
        .map((all) => all.map(([number, text]) => ({ name: `${number} ${text}`, values: [number] }))),
      xLabel: anyText,
      yLabel: anyText,
    });
    fc.assert(
      fc.property(anyChart, (chart) => {
        expect(invalidMessage({ text: 'a chart', blocks: [chartBlock(chart)] })).toEqual([]);
        expect(invalidMessage({ text: 'a table', blocks: [chartTable(chart, () => '')] })).toEqual([]);
      }),
    );
  });
});
