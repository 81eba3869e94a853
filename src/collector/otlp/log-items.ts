import type { JsonObject } from '../json-object.ts';
import type { Parsed, RecordOutcome } from '../parsed.ts';
import { readApiRequest } from './api-request-event.ts';
import { type Attributes, attributeOf, attributesOf, scalarOf } from './attributes.ts';
import { gather, type ReadRecord } from './gather.ts';
import { clientVersionOf, identityOf } from './identity.ts';
import { leaves } from './leaves.ts';
import { readApiError, readCompaction } from './session-events.ts';
import { withTime } from './unix-nano.ts';

type EventReader = (event: Attributes, clientVersion: string | undefined) => RecordOutcome;

const READERS: ReadonlyMap<string, EventReader> = new Map<string, EventReader>([
  ['api_request', readApiRequest],
  ['api_error', readApiError],
  ['api_retries_exhausted', readApiError],
  ['compaction', readCompaction],
]);

/**
 * The events of an OTLP logs body that are kept; all others, nine of ten, are counted and never looked into. Throws Problem
 * 400 where the body is no OTLP.
 */
export function logItems(body: unknown): Parsed {
  return gather(readRecords(body));
}

function* readRecords(body: unknown): Generator<ReadRecord> {
  for (const { resource, leaf } of leaves(body, ['resourceLogs', 'scopeLogs', 'logRecords'])) {
    const read = READERS.get(eventName(leaf));
    if (!read) {
      yield { outcome: 'unneeded' };
      continue;
    }
    const attributes = attributesOf(leaf.attributes);
    const outcome = read(withTime(attributes, leaf), clientVersionOf(attributes, resource));
    yield { outcome, origin: () => identityOf(attributes, resource) };
  }
}

/** The short name: clients wrote the long one into the attribute at times, and always write it into the body. */
function eventName(record: JsonObject): string {
  const name = attributeOf(record.attributes, 'event.name') ?? (record.eventName || scalarOf(record.body));
  return typeof name === 'string' ? name.replace(/^claude_code\./, '') : '';
}
