/** A measured value with the 95 % confidence interval in which the true one lies. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The two-sided 95 % quantile of the normal distribution. */
const Z = 1.959964;
/** What each side of an exact interval leaves out. */
const TAIL = 0.025;

/** A share of `of` with Wilson's score interval; undefined for none at all: nothing is known then. */
export function share(hits: number, of: number): Estimate | undefined {
  if (of === 0) return undefined;
  const value = hits / of;
  const spread = Z * Math.sqrt((value * (1 - value)) / of + (Z * Z) / (4 * of * of));
  const middle = value + (Z * Z) / (2 * of);
  const scale = 1 + (Z * Z) / of;
  return { value, low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/** Events per `unit` of an exposure with the exact Poisson interval (Garwood 1936); undefined without exposure. */
export function rate(events: number, exposure: number, unit: number): Estimate | undefined {
  if (exposure === 0) return undefined;
  const per = (mean: number) => (mean * unit) / exposure;
  return { value: per(events), low: per(lowestMean(events)), high: per(highestMean(events)) };
}

/** The mean at which so many events or more are as rare as the tail. */
function lowestMean(events: number): number {
  return events === 0 ? 0 : meanWhere((mean) => 1 - atMost(events - 1, mean) < TAIL, events);
}

/** The mean at which so many events or fewer are as rare as the tail. */
function highestMean(events: number): number {
  return meanWhere((mean) => atMost(events, mean) > TAIL, events + 10 * Math.sqrt(events + 1) + 10);
}

/** The greatest mean up to `limit` for which the condition, once lost, stays lost. */
function meanWhere(holds: (mean: number) => boolean, limit: number): number {
  let [low, high] = [0, limit];
  // 60 halvings leave less than a double can tell.
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The probability of at most so many events of a Poisson distribution; by logarithms, so that no mean is too large. */
function atMost(events: number, mean: number): number {
  let logOfTerm = -mean;
  let sum = Math.exp(logOfTerm);
  for (let n = 1; n <= events; n++) {
    logOfTerm += Math.log(mean / n);
    sum += Math.exp(logOfTerm);
  }
  return sum;
}

/** Median and 90th percentile of what was measured. */
export interface Spread {
  readonly of: number;
  readonly median: number;
  readonly p90: number;
}

/** Undefined for no values; of an even number of values the median is the mean of the middle two, the 90th percentile by nearest rank. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]] as const;
  const p90 = sorted[Math.ceil(0.9 * sorted.length) - 1];
  if (middle[0] === undefined || middle[1] === undefined || p90 === undefined) return undefined;
  return { of: sorted.length, median: (middle[0] + middle[1]) / 2, p90 };
}
