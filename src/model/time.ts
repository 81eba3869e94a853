declare const epochMsBrand: unique symbol;

/** Milliseconds since 1970-01-01T00:00:00Z; branded so that seconds and durations cannot slip in. */
export type EpochMs = number & { readonly [epochMsBrand]: true };

/** Marks a number as a point in time. Fractions are rounded: the database keeps whole milliseconds. */
export function epochMs(value: number): EpochMs {
  return Math.round(value) as EpochMs;
}

export function plus(at: EpochMs, durationMs: number): EpochMs {
  return epochMs(at + durationMs);
}

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
