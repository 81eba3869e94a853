import { describe, expect, test } from 'vitest';
import { turnsChart } from '../../../src/slack/views/turns-chart.ts';
import { evidence, minutes, NOON, seconds } from '../../support/builders.ts';
import { broken, resumed } from '../incidents.ts';
import { fine } from '../seen.ts';

const READING = { now: minutes(20), zone: 'Asia/Tokyo' };
const chartOf = (incident: Parameters<typeof turnsChart>[0]) => fine(turnsChart(incident, READING)).blocks[1];
const typesOf = ({ blocks }: { readonly blocks: readonly { readonly type: string }[] }) =>
  blocks.map(({ type }) => type);

describe('the chart of a broken cache', () => {
  test('draws what each turn read against what it wrote', () => {
    const turns = [
      evidence({ at: seconds(-31), readTokens: 75_000, writtenTokens: 2000 }),
      evidence({ readTokens: 14_512, writtenTokens: 66_888 }),
    ];
    expect(chartOf(broken({ turns }))).toEqual({
      type: 'data_visualization',
      title: 'Tokens read from the cache, and written to it',
      chart: {
        type: 'bar',
        series: [
          { name: 'Read', data: [point('20:59:29', 75_000), point('21:00:00', 14_512)] },
          { name: 'Written', data: [point('20:59:29', 2000), point('21:00:00', 66_888)] },
        ],
        axis_config: {
          categories: ['20:59:29', '21:00:00'],
          x_label: 'Turn, by its time in Asia/Tokyo',
          y_label: 'Tokens',
        },
      },
    });
  });

  test('tells apart turns of one second, because Slack takes each name once', () => {
    const turns = [evidence(), evidence(), evidence({ at: seconds(1) }), evidence()];
    expect(chartOf(broken({ turns }))).toMatchObject({
      chart: { axis_config: { categories: ['21:00:00', '21:00:00 (2)', '21:00:01', '21:00:00 (3)'] } },
    });
  });

  test('of more turns than Slack draws shows the newest 20', () => {
    const turns = Array.from({ length: 30 }, (_, index) => evidence({ at: seconds(index), readTokens: index }));
    const chart = chartOf(broken({ turns, misses: 30 }));
    expect(chart).toMatchObject({ chart: { series: [{ data: { length: 20 } }, {}] } });
    expect(JSON.stringify(chart)).toContain('{"label":"21:00:29","value":29}');
  });

  test('stands above the numbers, which stay where Slack draws none, and as text where it takes no table either', () => {
    const message = fine(turnsChart(resumed(), READING));
    expect(typesOf(message)).toEqual(['section', 'data_visualization', 'table', 'context']);
    expect(typesOf(message.plainer ?? message)).toEqual(['section', 'table', 'context']);
    expect(typesOf(message.plainer?.plainer ?? message)).toEqual(['section', 'rich_text', 'context']);
    expect(message.plainer?.plainer?.plainer).toBeUndefined();
    expect(new Set([message.text, message.plainer?.text, message.plainer?.plainer?.text]).size).toBe(1);
  });

  test('as text has aligned columns', () => {
    const turns = [evidence({ at: NOON, gapMs: 3_900_000 }), evidence({ at: seconds(10), contextTokens: 1_240_000 })];
    const text = turnsChart(broken({ turns }), READING).plainer?.plainer?.blocks[1];
    expect(text).toMatchObject({
      elements: [
        {
          elements: [
            {
              text: [
                '    Time        Gap  Context  Expected  Read  Written  Rewritten',
                '21:00:00  1 h 5 min      80k       75k   15k      65k        60k',
                '21:00:10       10 s     1.2M       75k   15k      65k        60k',
              ].join('\n'),
            },
          ],
        },
      ],
    });
  });
});

function point(label: string, value: number) {
  return { label, value };
}
