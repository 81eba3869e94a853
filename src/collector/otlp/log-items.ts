import type { JsonObject } from '../json-object.ts';
import type { Parsed, RecordOutcome } from '../parsed.ts';
import { readApiRequest } from './api-request-event.ts';
import { type Attributes, attributeOf, attributesOf, scalarOf } from './attributes.ts';
import { isKept, type KeptEvent, shortName } from './event-names.ts';
import { gather, type ReadRecord } from './gather.ts';
import { clientVersionOf, identityOf } from './identity.ts';
import { leaves } from './leaves.ts';
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
  return gather(readRecords(body));
}

function* readRecords(body: unknown): Generator<ReadRecord> {
  for (const { resource, leaf } of leaves(body, ['resourceLogs', 'scopeLogs', 'logRecords'])) {
    const name = eventName(leaf);
    if (!isKept(name)) {
      yield UNNEEDED;
      continue;
    }
    const attributes = attributesOf(leaf.attributes);
    const outcome = readEvent(READERS[name], leaf, {
      attributes,
      clientVersion: clientVersionOf(attributes, resource),
    });
    yield { outcome, origin: () => identityOf(attributes, resource) };
  }
}

interface Event {
  readonly attributes: Attributes;
  readonly clientVersion: string | undefined;
}

/** The record's own time is only looked at where the event has none that can be read. */
function readEvent(read: EventReader, record: JsonObject, { attributes, clientVersion }: Event): RecordOutcome {
  const outcome = read(attributes, clientVersion);
  const timed = outcome === 'malformed' ? withTime(attributes, record) : attributes;
  return timed === attributes ? outcome : read(timed, clientVersion);
}

const UNNEEDED: ReadRecord = { outcome: 'unneeded' };

/** The short name. */
function eventName(record: JsonObject): string {
  const name = attributeOf(record.attributes, 'event.name') ?? (record.eventName || scalarOf(record.body));
  return typeof name === 'string' ? shortName(name) : '';
}
