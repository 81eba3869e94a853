import { type EpochMs, epochMs } from '../../model/time.ts';
import { EARLIEST, IsoInstant } from '../wire-schemas.ts';
import type { Attributes } from './attributes.ts';

const NANOS_PER_MS = 1e6;

/** 9999-12-31: ISO 8601 has no plain spelling for what comes after. */
const LATEST = 253_402_214_400_000;

/** An OTLP time, nanoseconds as a string or a number, to the millisecond; undefined: unreadable, unset (0), before 2020 or after 9999. */
export function unixNano(value: unknown): EpochMs | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const at = Number(value) / NANOS_PER_MS;
  return at >= EARLIEST && at <= LATEST ? epochMs(at) : undefined;
}

/** The event's attributes with `event.timestamp`, where it is missing or unreadable, taken from the record's own time. */
export function withTime(attributes: Attributes, timeUnixNano: unknown): Attributes {
  if (IsoInstant.safeParse(attributes['event.timestamp']).success) return attributes;
  const at = unixNano(timeUnixNano);
  if (at === undefined) return attributes;
  return { ...attributes, 'event.timestamp': new Date(at).toISOString() };
}
