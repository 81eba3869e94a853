import type { ExchangeRate, PointsRange } from '../model/points.ts';
import type { QuotaWindow } from '../model/quota-window.ts';

/** Where a window stands between readings: used percent as `points`, with the range in which it lies. */
export interface Estimate extends PointsRange, Pick<ExchangeRate, 'learntFrom' | 'samples'> {
  /** Since the last reading. */
  readonly spentMicros: number;
}

/** Less than this is within what the reading rounds away. */
const WORTH_TELLING_POINTS = 0.5;

/**
 * The last reading plus what was spent since, at the learnt rate: never below the reading, never above 100, and up to a
 * point higher at most, because readings are whole percents. Undefined where there is nothing to add: nothing or an unknown
 * sum was spent, no rate is known, or the window is full. For windows that hold now.
 */
export function estimate(
  window: QuotaWindow,
  spentMicros: number | undefined,
  rate: ExchangeRate | undefined,
): Estimate | undefined {
  if (!rate || spentMicros === undefined || window.usedPercent >= 100) return undefined;
  const dollars = spentMicros / 1e6;
  const { points, low, high } = rate.perDollar;
  if (dollars * high < WORTH_TELLING_POINTS) return undefined;
  const used = (gained: number) => Math.min(100, window.usedPercent + gained);
  return {
    points: used(dollars * points),
    low: used(dollars * low),
    high: used(dollars * high + 1),
    learntFrom: rate.learntFrom,
    samples: rate.samples,
    spentMicros,
  };
}

/** The rate of a window; what is limited to some models is not filled by all dollars, so none is known for it. */
export function rateFor(rates: readonly ExchangeRate[], { kind, scope }: QuotaWindow): ExchangeRate | undefined {
  return scope === '' ? rates.find(({ windowKind }) => windowKind === kind) : undefined;
}
