import type { JsonObject } from './json-object.ts';
import { stringsAt } from './strings-at.ts';

/** Slack answers `invalid_blocks` to a larger table. */
const TABLE_CHARACTERS = 10_000;

/** What is wrong with a `table` or `data_table` block whose cells are each valid alone. */
export function tableReasons({ rows, column_settings }: JsonObject, path: string): readonly string[] {
  const lengths = Array.isArray(rows) ? rows.map((row) => (Array.isArray(row) ? row.length : 0)) : [];
  const columns = lengths[0] ?? 0;
  const settings = Array.isArray(column_settings) ? column_settings.length : 0;
  const characters = stringsAt(rows, 'text', path).reduce((sum, { text }) => sum + text.length, 0);
  return [
    ...lengths.flatMap((length, index) =>
      length === columns ? [] : [`${path}.rows[${index}]: ${length} cells, but ${columns} in the first row`],
    ),
    ...(settings > columns ? [`${path}.column_settings: ${settings} settings for ${columns} columns`] : []),
    ...(characters > TABLE_CHARACTERS
      ? [`${path}: ${characters} characters in a table, at most ${TABLE_CHARACTERS}`]
      : []),
  ];
}
