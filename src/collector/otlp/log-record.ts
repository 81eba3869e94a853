import type { Attributes } from './attributes.ts';
import type { KeptEvent } from './event-names.ts';

/** A log record that is kept, whatever way it was written. */
export interface LogRecord {
  readonly event: KeptEvent;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  /** Nanoseconds, as `unixNano` reads them. */
  readonly timeUnixNano: unknown;
}

/** What stands for a record of another event. */
export const OTHER_EVENT = 'other event';
export type AnyLogRecord = LogRecord | typeof OTHER_EVENT;
