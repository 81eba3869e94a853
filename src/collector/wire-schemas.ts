import { z } from 'zod';
import { DAY_MS, type EpochMs, epochMs, SECOND_MS } from '../model/time.ts';

const MAX_TEXT = 200;
const MAX_EMAIL = 254;

/** What is too long is looked at no further: expressions over megabytes take their time, and some the whole stack. */
const ENOUGH = { abort: true };

/** A thousand times the largest context of any model; and a sum of millions of them is still exact. */
export const MAX_TOKENS = 1_000_000_000;

/** A hundred thousand dollars for one request. */
export const MAX_COST_MICROS = 100_000_000_000;

/** 2020-01-01T00:00Z: earlier times are seconds taken for milliseconds, or a clock that was never set. */
export const EARLIEST = epochMs(1_577_836_800_000);

/** Beyond any window: spend limits run for a month, a year at most. */
const FARTHEST_MS = 400 * DAY_MS;

/**
 * Text that the database, the log and Slack can hold: well-formed Unicode without control characters such as NUL.
 * One expression, because every request has half a dozen of them.
 */
export const Text = z
  .string()
  .min(1)
  .max(MAX_TEXT, ENOUGH)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be well-formed text without control characters');

export const Email = z.string().max(MAX_EMAIL, ENOUGH).check(z.email()).toLowerCase();

/** ISO 8601 with an offset. */
export const IsoInstant = z.iso
  .datetime({ offset: true })
  .transform((text) => epochMs(Date.parse(text)))
  .refine((at) => at >= EARLIEST, 'must not be before 2020');

const Numeral = z
  .string()
  .regex(/^\s*[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*$/)
  .transform(Number);

/** A number as Claude Code's telemetry wrote it over time: a number, or (before 2.1.122) a string. */
const LooseNumber = z.union([z.number(), Numeral]);

/** A whole number from 0 to `max`, whatever way a foreign format spells it. */
export function looseCount(max: number) {
  return LooseNumber.pipe(z.number().min(0).max(max)).transform(Math.round);
}

/** An amount from 0 to `max`, fractions kept. */
export function looseAmount(max: number) {
  return LooseNumber.pipe(z.number().min(0).max(max));
}

/**
 * How long ago a sender read what it sends: our own client keeps what it cannot send at once. Absent: just now. Older than a
 * week is refused: no window that it tells of still holds.
 */
export const SecondsAgo = z
  .number()
  .min(0)
  .max((7 * DAY_MS) / SECOND_MS)
  .optional();

/**
 * A time as the status line writes it: epoch seconds, in early posts ISO text; milliseconds where the number
 * could not be seconds. Undefined: unreadable, or further from `now` than any window.
 */
export function statusLineTime(value: unknown, now: EpochMs): EpochMs | undefined {
  const at = typeof value === 'number' ? value * (value > SECONDS_END ? 1 : 1000) : IsoInstant.safeParse(value).data;
  if (at === undefined || !(Math.abs(at - now) <= FARTHEST_MS)) return undefined;
  return epochMs(at);
}

/** As seconds this is the year 5138, as milliseconds 1973. */
const SECONDS_END = 1e11;
