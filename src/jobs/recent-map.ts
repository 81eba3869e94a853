/** A map of so many entries: of more, the one that was asked for longest ago is forgotten. */
export interface RecentMap<Key, Value> {
  /** The value, which is then the newest. */
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

export function createRecentMap<Key, Value>(most: number): RecentMap<Key, Value> {
  /** Longest not asked for first. */
  const entries = new Map<Key, Value>();
  /** Mostly the same is asked for again: its place is the last already. */
  let newest: { readonly key: Key; readonly value: Value } | undefined;

  return {
    get(key) {
      if (newest?.key === key) return newest.value;
      const value = entries.get(key);
      if (value !== undefined) place(key, value);
      return value;
    },
    set(key, value) {
      place(key, value);
      const oldest = entries.keys().next();
      if (entries.size > most && !oldest.done) entries.delete(oldest.value);
    },
    delete(key) {
      entries.delete(key);
      newest = undefined;
    },
  };

  function place(key: Key, value: Value) {
    entries.delete(key);
    entries.set(key, value);
    newest = { key, value };
  }
}
