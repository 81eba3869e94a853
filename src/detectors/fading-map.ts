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
  const entries = new Map<string, { readonly value: Value; readonly at: EpochMs }>();

  return {
    get: (key) => entries.get(key)?.value,
    set(key, value, at) {
      entries.delete(key);
      entries.set(key, { value, at });
      for (const [other, entry] of entries) {
        if (at - entry.at <= keptMs) return;
        entries.delete(other);
      }
    },
    keys: () => [...entries.keys()],
    values: () => [...entries.values()].map((entry) => entry.value),
  };
}
