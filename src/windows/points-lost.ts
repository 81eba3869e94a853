import type { ExchangeRate, PointsLost, PointsUnknown } from '../model/points.ts';

/** What is learnt of a developer's windows, or why nothing is. */
export type KnownRates = readonly ExchangeRate[] | Exclude<PointsUnknown, 'no_price'>;

/** The window that people run out of first; the week for those who have no other. */
const PREFERRED = ['five_hour', 'seven_day'] as const;

/** Points of a window that `extraCostMicros` took, with their range; unknown with its reason. Undefined costs have no price. */
export function pointsLost(extraCostMicros: number | undefined, rates: KnownRates): PointsLost {
  if (extraCostMicros === undefined) return { is: 'unknown', because: 'no_price' };
  if (typeof rates === 'string') return { is: 'unknown', because: rates };
  const rate = PREFERRED.map((kind) => rates.find(({ windowKind }) => windowKind === kind)).find(Boolean);
  if (!rate) return { is: 'unknown', because: 'too_few_readings' };
  const dollars = extraCostMicros / 1e6;
  const { points, low, high } = rate.perDollar;
  const { windowKind, learntFrom } = rate;
  return {
    is: 'known',
    windowKind,
    learntFrom,
    points: dollars * points,
    low: dollars * low,
    high: dollars * high,
  };
}
