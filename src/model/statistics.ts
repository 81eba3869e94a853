/** The middle value, or the mean of the two in the middle; undefined for no values. */
export function median(values: readonly number[]): number | undefined {
  const middle = middleOf(values);
  return middle && (middle.lower + middle.upper) / 2;
}

/** The two values in the middle; the same one twice where their number is odd. */
function middleOf(values: readonly number[]): { lower: number; upper: number } | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : { lower, upper };
}

/** What is usual of amounts that vary by factors: twice as much is as far from it as half of it. */
export interface LogBaseline {
  /** The median, in the unit of the values. */
  readonly typical: number;
  /** Robust standard deviation of the natural logarithms: from the median absolute deviation, so a few wild values move nothing. */
  readonly spread: number;
  /** How many values it was learnt from. */
  readonly count: number;
}

/** The median absolute deviation of normally distributed values, times this, is their standard deviation. */
const MAD_TO_DEVIATION = 1.4826;
/** Values that are all alike would make any difference infinite: nobody is steadier than a tenth. */
const LEAST_SPREAD = 0.1;

/** Learns what is usual from values above 0; others have no logarithm and are left out. Undefined for none. */
export function logBaseline(values: readonly number[]): LogBaseline | undefined {
  const known = values.filter((value) => value > 0);
  const middle = middleOf(known);
  if (!middle) return undefined;
  const { lower, upper } = middle;
  // The median of the logarithms, without their rounding.
  const typical = lower === upper ? upper : Math.sqrt(lower * upper);
  const deviation = median(known.map((value) => Math.abs(Math.log(value / typical)))) ?? 0;
  return { typical, spread: MAD_TO_DEVIATION * deviation, count: known.length };
}

/** How many robust deviations a value above 0 lies above what is usual; below it, negative. */
export function robustZ(value: number, { typical, spread }: LogBaseline): number {
  return Math.log(value / typical) / Math.max(spread, LEAST_SPREAD);
}
