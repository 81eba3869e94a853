import type { DeveloperId } from '../model/ids.ts';

/** Some of all developers. */
export type Whose = (developer: DeveloperId) => boolean;

export const everybody: Whose = () => true;

/** Takes the rows of some developers out of a map, and hands each on. */
export function take<Row extends { readonly developer: DeveloperId }>(
  rows: Map<string, Row>,
  whose: Whose,
  use: (row: Row) => void,
) {
  for (const [key, row] of rows) {
    if (!whose(row.developer)) continue;
    use(row);
    rows.delete(key);
  }
}
