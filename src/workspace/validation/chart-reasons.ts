import { isJsonObject, type JsonObject, objectsIn } from './json-object.ts';

/**
 * What is wrong with a `data_visualization` block whose fields have the right types and lengths: Slack draws nothing
 * where points and categories do not match. https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export function chartReasons({ chart }: JsonObject, path: string): readonly string[] {
  if (!isJsonObject(chart)) return [];
  const at = `${path}.chart`;
  const segments = objectsIn(chart.segments);
  const series = objectsIn(chart.series);
  const categories = isJsonObject(chart.axis_config) ? textsOf(chart.axis_config.categories) : [];
  // Without axes the type is wrong already.
  const onAxes = isJsonObject(chart.axis_config) ? series : [];
  return [
    ...repeatedTexts(segments.map(labelOf), `${at}.segments`),
    ...segments.flatMap((segment, index) => notPositive(segment.value, `${at}.segments[${index}].value`)),
    ...repeatedTexts(categories, `${at}.axis_config.categories`),
    ...repeatedTexts(textsOf(series.map(({ name }) => name)), `${at}.series`),
    ...onAxes.flatMap((one, index) => uncovered(one, categories, `${at}.series[${index}].data`)),
  ];
}

const labelOf = ({ label }: JsonObject): string => String(label);

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Whole and half slices alike take a share of the pie. */
function notPositive(value: unknown, path: string): readonly string[] {
  return typeof value === 'number' && value <= 0 ? [`${path}: ${value}, a slice must be larger than 0`] : [];
}

function repeatedTexts(texts: readonly string[], path: string): readonly string[] {
  const twice = texts.filter((text, index) => texts.indexOf(text) !== index);
  return [...new Set(twice)].map((text) => `${path}: "${text}" is there more than once`);
}

/** Each category needs exactly one point, and no point may stand outside the categories. */
function uncovered({ data }: JsonObject, categories: readonly string[], path: string): readonly string[] {
  const labels = objectsIn(data).map(labelOf);
  return [
    ...categories.filter((category) => !labels.includes(category)).map((category) => `${path}: no point "${category}"`),
    ...labels.filter((label) => !categories.includes(label)).map((label) => `${path}: "${label}" is no category`),
    ...repeatedTexts(labels, path),
  ];
}
