import type { Definitions, Schema } from './schema.ts';

const TEXT: Schema = { type: 'string' };
const NUMBER: Schema = { type: 'number' };

/**
 * The block of charts, live since June 2026 and not in `@slack/types` yet:
 * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export const CHART_DEFINITIONS: Definitions = {
  DataVisualizationBlock: exactly(
    { type: { const: 'data_visualization' }, title: TEXT, chart: ref('Chart'), block_id: TEXT },
    ['block_id'],
  ),
  Chart: { anyOf: ['PieChart', 'BarChart', 'AreaChart', 'LineChart'].map(ref) },
  PieChart: exactly({ type: { const: 'pie' }, segments: listOf('ChartPoint') }),
  BarChart: seriesChart('bar'),
  AreaChart: seriesChart('area'),
  LineChart: seriesChart('line'),
  ChartSeries: exactly({ name: TEXT, data: listOf('ChartPoint') }),
  ChartPoint: exactly({ label: TEXT, value: NUMBER }),
  ChartAxes: exactly({ categories: { type: 'array', items: TEXT }, x_label: TEXT, y_label: TEXT }, [
    'x_label',
    'y_label',
  ]),
};

function seriesChart(type: string): Schema {
  return exactly({ type: { const: type }, series: listOf('ChartSeries'), axis_config: ref('ChartAxes') });
}

/** An object of these fields and no other. */
function exactly(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

function listOf(definition: string): Schema {
  return { type: 'array', items: ref(definition) };
}

function ref(definition: string): Schema {
  return { $ref: `#/definitions/${definition}` };
}
