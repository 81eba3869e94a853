import { median } from '../src/model/statistics.ts';

/** A goal with what was measured of it: the middle of its rounds. */
export type Result = {
  readonly goal: string;
  readonly unit: Unit;
  readonly measured: number;
  readonly rounds: readonly number[];
} & Bound;

type Bound = { readonly atLeast: number } | { readonly atMost: number };
type Unit = 'times' | 'ms' | 'MB' | 'bytes' | 'requests/s';

/** A number that explains a result and is held to nothing. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit | 'µs of processor each' | 'records' | 'incidents' | 'requests';
}

export interface Measured {
  readonly results: readonly Result[];
  readonly figures: readonly Figure[];
}

export function result(told: Omit<Result, 'measured' | 'atLeast' | 'atMost'>, bound: Bound): Result {
  return { ...told, measured: middle(told.rounds), ...bound };
}

export function isMet(result: Result): boolean {
  return 'atLeast' in result ? result.measured >= result.atLeast : result.measured <= result.atMost;
}

/** The median. Throws for no values: nothing was measured. */
export function middle(values: readonly number[]): number {
  const value = median(values);
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** The value that 99 of 100 do not exceed. Throws for no values. */
export function p99(values: readonly number[]): number {
  const value = values.toSorted((a, b) => a - b).at(Math.ceil(values.length * 0.99) - 1);
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** What each round's ratio was. */
export function ratios<T>(of: readonly T[], to: readonly T[], value: (one: T) => number): readonly number[] {
  return of.flatMap((one, round) => {
    const other = to[round];
    return other === undefined ? [] : value(one) / value(other);
  });
}
