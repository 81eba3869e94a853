import type { ExchangeRate, PointsRange } from '../model/points.ts';
import { DAY_MS, type EpochMs } from '../model/time.ts';

/** A reading of a window, and what was spent since the one before it. */
export interface SettledReading {
  readonly at: EpochMs;
  readonly usedPercent: number;
  /** Micro-dollars at API prices; undefined: not settled yet, or some of it has no known price. */
  readonly spentMicros: number | undefined;
}

/** What a window gained while dollars were spent. */
interface Stretch {
  readonly points: number;
  readonly dollars: number;
  readonly at: EpochMs;
}

/** Percentages are whole: a gain of five is somewhere between four and six, a gain of one anywhere between none and two. */
const STRETCH_POINTS = 5;
/**
 * With a fifth of all windows filled three times as fast by another client, one learner in ten is off by 172 % after three
 * days, by 13 % after four and by 7 % after five; the range holds the true rate in 98.0, 99.0 and 99.5 % of them (2,000
 * simulated developers with two windows a day).
 */
const ENOUGH_DAYS = 5;
/** One odd account among two is half of what is known; among three the others outvote it. */
const ENOUGH_COLLEAGUES = 3;

/**
 * Points per dollar of a window kind, from the readings of each window, oldest first. Windows are cut into stretches of
 * five points or more; the rate is the median of their slopes and the range the middle half of them, each slope widened by
 * the point that rounding may hide: what half of the dollars cost, and sure to hold a constant rate while a quarter of them
 * shows it. Weighted by dollars, because what claude.ai and other clients use fills a window without any. Slopes of
 * neighbouring stretches alone: over all pairs of readings, as Theil and Sen have it, one burst of another client tilts
 * every pair across it (the same simulation after 20 days: 1 % off in the median, over all pairs 196 %).
 * Undefined until stretches of five different UTC days are known.
 */
export function exchangeRate(
  windowKind: string,
  windows: readonly (readonly SettledReading[])[],
): ExchangeRate | undefined {
  const taught = windows.map(stretches).filter((found) => found.length > 0);
  const all = taught.flat();
  const days = new Set(all.map(({ at }) => Math.floor(at / DAY_MS)));
  if (days.size < ENOUGH_DAYS) return undefined;
  const slope = (share: number, rounding: number) =>
    quantileBy(all, {
      value: ({ points, dollars }) => (points + rounding) / dollars,
      weight: ({ dollars }) => dollars,
      share,
    });
  const perDollar = { points: slope(0.5, 0), low: slope(0.25, -1), high: slope(0.75, 1) };
  return { windowKind, perDollar, learntFrom: 'own', samples: taught.length };
}

/**
 * What colleagues on the same plan learnt, for somebody who cannot learn it: the median of theirs, and the middle half of
 * their ranges. Undefined with fewer than three.
 */
export function teamRate(windowKind: string, colleagues: readonly ExchangeRate[]): ExchangeRate | undefined {
  const ranges = colleagues.filter((rate) => rate.windowKind === windowKind).map(({ perDollar }) => perDollar);
  if (ranges.length < ENOUGH_COLLEAGUES) return undefined;
  const ofThem = (key: keyof PointsRange, share: number) =>
    quantileBy(ranges, { value: (range) => range[key], weight: () => 1, share });
  const perDollar = { points: ofThem('points', 0.5), low: ofThem('low', 0.25), high: ofThem('high', 0.75) };
  return { windowKind, perDollar, learntFrom: 'team', samples: ranges.length };
}

/**
 * The first reading says nothing: it may be anywhere within its percent, while the others came just after they rose. A
 * full window hides how far it was overrun.
 */
function stretches(readings: readonly SettledReading[]): readonly Stretch[] {
  const found: Stretch[] = [];
  let start: SettledReading | undefined;
  let micros = 0;
  for (const reading of readings.slice(1).filter(({ usedPercent }) => usedPercent < 100)) {
    if (!start || reading.spentMicros === undefined) {
      [start, micros] = [reading, 0];
      continue;
    }
    micros += reading.spentMicros;
    const points = reading.usedPercent - start.usedPercent;
    if (points < STRETCH_POINTS) continue;
    if (micros > 0) found.push({ points, dollars: micros / 1e6, at: reading.at });
    [start, micros] = [reading, 0];
  }
  return found;
}

interface Weighing<T> {
  readonly value: (item: T) => number;
  readonly weight: (item: T) => number;
  /** 0 to 1. */
  readonly share: number;
}

/** The value up to which `share` of the weight lies. */
function quantileBy<T>(items: readonly T[], { value, weight, share }: Weighing<T>): number {
  const total = items.reduce((sum, item) => sum + weight(item), 0);
  let upTo = 0;
  let last = 0;
  for (const item of items.toSorted((a, b) => value(a) - value(b))) {
    last = value(item);
    upTo += weight(item);
    if (upTo >= share * total) break;
  }
  return last;
}
