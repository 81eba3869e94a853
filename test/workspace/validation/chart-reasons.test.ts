import { describe, expect, test } from 'vitest';
import { invalidMessage } from '../../../src/workspace/validation/invalid-reasons.ts';
import { bars, chart, message, pie, points } from './blocks.ts';

const axis_config = { categories: ['1', '2'] };
const series = (...data: readonly object[]) => bars({ series: [{ name: 'Read', data }], axis_config });

describe('a chart', () => {
  test.each<[kind: string, block: object]>([
    ['slices', pie(...points(['opus', 0.5], ['sonnet', 12]))],
    ['bars', bars()],
    ['a line', bars({ type: 'line' })],
    ['areas with nothing and less than nothing', series(...points(['1', 0], ['2', -3]))],
    ['points in another order than the categories', series(...points(['2', 1], ['1', 2]))],
  ])('of %s is valid', (_, block) => {
    expect(invalidMessage(message(block))).toEqual([]);
  });

  test.each<[fault: string, block: object, reason: string]>([
    ['a kind that does not exist', chart({ type: 'donut' }), 'blocks[0].chart: type "donut" is not known here'],
    ['no title', { ...bars(), title: undefined }, 'blocks[0]: "title" is missing'],
    ['no axes', bars({ axis_config: undefined }), 'blocks[0].chart: "axis_config" is missing'],
    ['a misspelt key', bars({ legend: true }), 'blocks[0].chart: unknown key "legend"'],
    [
      'a slice of nothing',
      pie(...points(['a', 0])),
      'blocks[0].chart.segments[0].value: 0, a slice must be larger than 0',
    ],
    [
      'a number that is none',
      pie({ label: 'a', value: Number.NaN }),
      'blocks[0].chart.segments[0].value: must be number',
    ],
    [
      'two slices of one name',
      pie(...points(['a', 1], ['a', 2])),
      'blocks[0].chart.segments: "a" is there more than once',
    ],
    [
      'two series of one name',
      bars({ series: [1, 2].map(() => ({ name: 'Read', data: points(['1', 1], ['2', 1]) })) }),
      'blocks[0].chart.series: "Read" is there more than once',
    ],
    [
      'a category twice',
      bars({ series: [{ name: 'Read', data: points(['1', 1]) }], axis_config: { categories: ['1', '1'] } }),
      'blocks[0].chart.axis_config.categories: "1" is there more than once',
    ],
    ['a category without a point', series(...points(['1', 1])), 'blocks[0].chart.series[0].data: no point "2"'],
    [
      'a point without a category',
      series(...points(['1', 1], ['2', 1], ['3', 1])),
      'blocks[0].chart.series[0].data: "3" is no category',
    ],
    [
      'two points of a category',
      series(...points(['1', 1], ['2', 1], ['2', 3])),
      'blocks[0].chart.series[0].data: "2" is there more than once',
    ],
  ])('with %s is refused', (_, block, reason) => {
    expect(invalidMessage(message(block))).toEqual([reason]);
  });
});

describe('a table', () => {
  const cell = { type: 'raw_text', text: '1' };

  test.each<[fault: string, block: object, reason: string]>([
    [
      'rows of different lengths',
      { type: 'table', rows: [[cell, cell], [cell]] },
      'blocks[0].rows[1]: 1 cells, but 2 in the first row',
    ],
    [
      'more settings than columns',
      { type: 'table', rows: [[cell]], column_settings: [{ align: 'right' }, { align: 'right' }] },
      'blocks[0].column_settings: 2 settings for 1 columns',
    ],
    [
      'an empty cell',
      { type: 'table', rows: [[{ type: 'raw_text', text: '' }]] },
      'blocks[0].rows[0][0].text: 0 characters, at least 1',
    ],
    [
      'rows of different lengths to sort by',
      { type: 'data_table', caption: 'Turns', rows: [[cell, cell], [cell]] },
      'blocks[0].rows[1]: 1 cells, but 2 in the first row',
    ],
  ])('with %s is refused', (_, block, reason) => {
    expect(invalidMessage(message(block))).toEqual([reason]);
  });
});
