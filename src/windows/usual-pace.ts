import type { Rise } from '../model/quota-window.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../model/time.ts';
import { usedAt } from './forecast.ts';

/**
 * For each hour with any use before the running one, the most points that 60 minutes up to a reading in it took, in no
 * order: what the last 60 minutes can be held against. Hours by the clock would cut a burst in two. `windows` are the
 * rises of each window, oldest first.
 */
export function busiestPerHour(windows: readonly (readonly Rise[])[], before: EpochMs): readonly number[] {
  const busiest = new Map<number, number>();
  for (const rises of windows) {
    for (const rise of rises) {
      const points = rise.usedPercent - (usedAt(rises, rise.at - HOUR_MS) ?? rise.usedPercent);
      const hour = Math.floor(rise.at / HOUR_MS);
      if (points > 0) busiest.set(hour, Math.max(points, busiest.get(hour) ?? 0));
    }
  }
  return [...busiest].filter(([hour]) => hour < Math.floor(before / HOUR_MS)).map(([, points]) => points);
}

/** Points that each UTC day with any use took before the running one, in no order. */
export const gainsPerDay = (windows: readonly (readonly Rise[])[], before: EpochMs) =>
  gainsPer(DAY_MS, windows, before);

/** The value below which `share` (0 to 1) of the values lie (nearest rank); undefined for no values. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** A period's points, and whether the percentage was read in it. */
interface Gain {
  readonly points: number;
  readonly isRead: boolean;
}

function gainsPer(periodMs: number, windows: readonly (readonly Rise[])[], before: EpochMs): readonly number[] {
  const gains = new Map<number, Gain>();
  const pieces = windows.flatMap((rises) => rises.flatMap((rise, n) => spread(rises[n - 1] ?? rise, rise, periodMs)));
  for (const { period, points, isRead } of pieces) {
    const known = gains.get(period);
    gains.set(period, { points: (known?.points ?? 0) + points, isRead: isRead || known?.isRead === true });
  }
  // The running period is what is judged: it must not be part of what it is held against.
  return [...gains]
    .filter(([period, gain]) => period < Math.floor(before / periodMs) && isUse(gain))
    .map(([, { points }]) => points);
}

/** Percentages are whole numbers: less than a point between two readings, as over a weekend, is no sign of work. */
function isUse({ points, isRead }: Gain): boolean {
  return isRead ? points > 0 : points >= 1;
}

/**
 * The gain between two rises, which happened somewhere in between, spread evenly over the periods from the one to the
 * other. A first rise gained nothing: nobody knows when that was used.
 */
function spread(from: Rise, to: Rise, periodMs: number): readonly (Gain & { readonly period: number })[] {
  if (from.at === to.at) return [];
  const first = Math.floor(from.at / periodMs);
  const last = Math.floor(to.at / periodMs);
  const gained = to.usedPercent - from.usedPercent;
  return Array.from({ length: last - first + 1 }, (_, n) => {
    const period = first + n;
    const spentMs = Math.min(to.at, (period + 1) * periodMs) - Math.max(from.at, period * periodMs);
    return { period, points: (gained * spentMs) / (to.at - from.at), isRead: n === 0 || period === last };
  });
}
