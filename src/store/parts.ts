import type { DeveloperId } from '../model/ids.ts';

/** As `settled_up_to` has it. */
const PARTS = 128;

/** What is held of requests is written for a part of all developers at a time. */
export type Part = number;

export const partOf = (developer: DeveloperId): Part => developer % PARTS;

export const ALL_PARTS: readonly Part[] = Array.from({ length: PARTS }, (_, part) => part);

interface Owned {
  readonly developer: DeveloperId;
}

/** Rows that wait to be written, each under its key. */
export function createParted<Key, Row extends Owned>() {
  const parts = ALL_PARTS.map(() => new Map<Key, Row>());
  const ofPart = (developer: DeveloperId) => parts[partOf(developer)] as Map<Key, Row>;
  const rows = (part: Part): Iterable<Row> => parts[part]?.values() ?? [];

  return {
    get: (developer: DeveloperId, key: Key): Row | undefined => ofPart(developer).get(key),

    set(key: Key, row: Row) {
      ofPart(row.developer).set(key, row);
    },

    rows,

    /** Takes out the rows of some parts, and hands each on. */
    take(some: Iterable<Part>, use: (row: Row) => void) {
      for (const part of some) {
        for (const row of rows(part)) use(row);
        parts[part]?.clear();
      }
    },

    clear() {
      for (const rows of parts) rows.clear();
    },
  };
}

/** What waits to be written of each developer: one row, which `begin` makes. */
export function createPartedByDeveloper<Row extends Owned>(begin: (developer: DeveloperId) => Row) {
  const { get, set, rows, take, clear } = createParted<DeveloperId, Row>();
  const of = (developer: DeveloperId) => get(developer, developer);

  return {
    of,

    /** Begun where nothing waits yet. */
    obtain(developer: DeveloperId): Row {
      const known = of(developer);
      if (known) return known;
      const row = begin(developer);
      set(developer, row);
      return row;
    },

    rows,
    take,
    clear,
  };
}
