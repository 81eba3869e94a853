import type { DeveloperId } from '../model/ids.ts';

/** Beyond these all are read anew. */
const KEPT_DEVELOPERS = 20_000;

/** Remembers what is greatest of a developer in a table, so that what is greater need not be searched for there. */
export function createNewest<T extends number | string>(read: (developer: DeveloperId) => T) {
  const newest = new Map<DeveloperId, T>();

  return {
    of(developer: DeveloperId): T {
      const known = newest.get(developer);
      if (known !== undefined) return known;
      if (newest.size === KEPT_DEVELOPERS) newest.clear();
      const found = read(developer);
      newest.set(developer, found);
      return found;
    },

    /** It was written. */
    raise(developer: DeveloperId, value: T) {
      const known = newest.get(developer);
      if (known !== undefined && value > known) newest.set(developer, value);
    },

    /** A transaction was undone, or the table was changed from elsewhere. */
    forget: () => newest.clear(),
  };
}
