import type { Parsed, RecordOutcome } from '../parsed.ts';
import { readApiRequest } from './api-request-event.ts';
import type { Attributes } from './attributes.ts';
import type { KeptEvent } from './event-names.ts';
import { gather, type ReadRecord } from './gather.ts';
import { clientVersionOf, identityOf } from './identity.ts';
import { jsonLogRecords } from './json-log-records.ts';
import { type AnyLogRecord, type LogRecord, OTHER_EVENT } from './log-record.ts';
import { protobufLogRecords } from './protobuf-log-records.ts';
import { readApiError, readCompaction } from './session-events.ts';
import { withTime } from './unix-nano.ts';

type EventReader = (event: Attributes, clientVersion: string | undefined) => RecordOutcome;

const READERS = {
  api_request: readApiRequest,
  api_error: readApiError,
  api_retries_exhausted: readApiError,
  compaction: readCompaction,
} satisfies Record<KeptEvent, EventReader>;

/**
 * The events of an OTLP logs body that are kept; all others, nine of ten, are counted and never looked into. Throws Problem
 * 400 where the body is no OTLP.
 */
export function logItems(body: unknown): Parsed {
  return gather(readRecords(jsonLogRecords(body)));
}

/** The same of a body in protobuf. Throws RangeError where the bytes make no sense. */
export function protobufLogItems(body: Buffer): Parsed {
  return gather(readRecords(protobufLogRecords(body)));
}

function* readRecords(records: Iterable<AnyLogRecord>): Generator<ReadRecord> {
  for (const record of records) yield record === OTHER_EVENT ? UNNEEDED : readRecord(record);
}

const UNNEEDED: ReadRecord = { outcome: 'unneeded' };

function readRecord(record: LogRecord): ReadRecord {
  const { attributes, resource } = record;
  return { outcome: readEvent(record), origin: () => identityOf(attributes, resource) };
}

/** The record's own time is only looked at where the event has none that can be read. */
function readEvent({ event, attributes, resource, timeUnixNano }: LogRecord): RecordOutcome {
  const read: EventReader = READERS[event];
  const clientVersion = clientVersionOf(attributes, resource);
  const outcome = read(attributes, clientVersion);
  const timed = outcome === 'malformed' ? withTime(attributes, timeUnixNano) : attributes;
  return timed === attributes ? outcome : read(timed, clientVersion);
}
