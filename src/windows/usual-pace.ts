import type { Rise } from '../model/quota-window.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../model/time.ts';

/** Points that each period with any use took, in no order; `windows` are the rises of each window, oldest first. */
function gainsPer(periodMs: number, windows: readonly (readonly Rise[])[], before: EpochMs): readonly number[] {
  const gains = new Map<number, number>();
  for (const rises of windows) {
    let last = rises[0];
    for (const rise of rises.slice(1)) {
      const period = Math.floor(rise.at / periodMs);
      const points = rise.usedPercent - (last?.usedPercent ?? 0);
      last = rise;
      // The running period is what is judged: it must not be part of what it is held against.
      if (period < Math.floor(before / periodMs)) gains.set(period, (gains.get(period) ?? 0) + points);
    }
  }
  return [...gains.values()].filter((points) => points > 0);
}

export const gainsPerHour = (windows: readonly (readonly Rise[])[], before: EpochMs) =>
  gainsPer(HOUR_MS, windows, before);

export const gainsPerDay = (windows: readonly (readonly Rise[])[], before: EpochMs) =>
  gainsPer(DAY_MS, windows, before);

/** The value below which `share` (0 to 1) of the values lie (nearest rank); undefined for no values. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
