import type { QuotaWindow } from '../model/quota-window.ts';
import type { EpochMs } from '../model/time.ts';

/**
 * The windows that hold now: of each account, kind and scope the one that resets last, unless that time has passed.
 * After its reset a window is unknown until the next reading, so it is left out: never 0 %.
 */
export function currentWindows<W extends QuotaWindow>(windows: readonly W[], now: EpochMs): readonly W[] {
  const latest = new Map<string, W>();
  for (const window of windows) {
    if (window.resetsAt <= now) continue;
    const key = JSON.stringify([window.account, window.kind, window.scope]);
    const other = latest.get(key);
    if (!other || window.resetsAt > other.resetsAt) latest.set(key, window);
  }
  return [...latest.values()].toSorted((a, b) => a.resetsAt - b.resetsAt);
}
