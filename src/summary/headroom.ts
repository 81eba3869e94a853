import { median } from '../model/statistics.ts';

/** What was left of the weekly quotas that reset in the week. */
export interface Headroom {
  readonly windows: number;
  /** Half of them had at least so many percent left when they reset, as far as was read. */
  readonly medianLeft: number;
  readonly usedUp: number;
}

/** From the highest percentage that was read of each; undefined where none reset. */
export function headroom(usedPercents: readonly number[]): Headroom | undefined {
  const left = usedPercents.map((used) => Math.min(100, Math.max(0, 100 - used)));
  const medianLeft = median(left);
  if (medianLeft === undefined) return undefined;
  return { windows: left.length, medianLeft, usedUp: left.filter((percent) => percent === 0).length };
}
