import type { EpochMs } from '../model/time.ts';

/** A map that forgets entries once they were not set for a while, in event time. */
export interface FadingMap<Value> {
  get(key: string): Value | undefined;
  /** Sets an entry as of `at`, which never goes back, and forgets those that were set longer ago than they are kept. */
  set(key: string, value: Value, at: EpochMs): void;
  keys(): readonly string[];
  values(): readonly Value[];
}

export function createFadingMap<Value>(keptMs: number): FadingMap<Value> {
  /** Set longest ago first. */
  const entries = new Map<string, Entry<Value>>();
  /** Mostly the next one is the same again: its place is the last already. */
  let newest: Entry<Value> | undefined;

  return {
    get: (key) => (newest?.key === key ? newest.value : entries.get(key)?.value),
    set(key, value, at) {
      if (newest?.key === key) {
        newest.value = value;
        newest.at = at;
      } else {
        newest = { key, value, at };
        entries.delete(key);
        entries.set(key, newest);
      }
      // Most maps hold one entry, and that is the newest.
      if (entries.size > 1) forget(at);
    },
    keys: () => [...entries.keys()],
    values: () => [...entries.values()].map((entry) => entry.value),
  };

  function forget(at: EpochMs) {
    for (const entry of entries.values()) {
      if (at - entry.at <= keptMs) return;
      entries.delete(entry.key);
    }
  }
}

interface Entry<Value> {
  readonly key: string;
  value: Value;
  at: EpochMs;
}
