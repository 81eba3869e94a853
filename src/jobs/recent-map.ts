/** A map of so many entries: of more, one that was not asked for lately is forgotten. */
export interface RecentMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

interface Entry<Value> {
  value: Value;
  /** Since it came, or since it was last spared. */
  wasAskedFor: boolean;
}

/**
 * Gives second chances ("clock"): asking only leaves a mark, so what stays costs nothing. When there are too many, the first in
 * line goes, unless somebody asked for it: then it loses its mark and goes to the end of the line.
 */
export function createRecentMap<Key, Value>(most: number): RecentMap<Key, Value> {
  const entries = new Map<Key, Entry<Value>>();

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry) entry.wasAskedFor = true;
      return entry?.value;
    },
    set(key, value) {
      const entry = entries.get(key);
      if (entry) {
        entry.value = value;
        entry.wasAskedFor = true;
        return;
      }
      if (entries.size === most) forgetOne();
      entries.set(key, { value, wasAskedFor: false });
    },
    delete: (key) => void entries.delete(key),
  };

  function forgetOne() {
    for (const [key, entry] of entries) {
      entries.delete(key);
      if (!entry.wasAskedFor) return;
      entry.wasAskedFor = false;
      entries.set(key, entry);
    }
  }
}
