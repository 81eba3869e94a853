/** Points of a quota window with the range in which they lie; equal bounds where they were read. */
export interface PointsRange {
  readonly points: number;
  readonly low: number;
  readonly high: number;
}

/**
 * What dollars are worth in a window, learnt from readings: points per dollar at API prices, with its range.
 * `own` from the developer's readings, `team` the median of colleagues on the same plan.
 */
export interface ExchangeRate {
  readonly windowKind: string;
  readonly perDollar: PointsRange;
  readonly learntFrom: 'own' | 'team';
  /** Windows that taught it, or colleagues. */
  readonly samples: number;
}

/** Why nobody can tell the points. */
export type PointsUnknown = 'no_price' | 'no_readings' | 'too_few_readings';

/** What an incident took of a window beyond what it should have; unknown with its reason. */
export type PointsLost =
  | ({ readonly is: 'known'; readonly windowKind: string; readonly learntFrom: 'own' | 'team' } & PointsRange)
  | { readonly is: 'unknown'; readonly because: PointsUnknown };
