import type { JsonObject } from '../json-object.ts';
import { attributeOf, attributesOf, scalarOf } from './attributes.ts';
import { isKept, shortName } from './event-names.ts';
import { leaves } from './leaves.ts';
import { type AnyLogRecord, OTHER_EVENT } from './log-record.ts';

/** The records of a logs body in OTLP/JSON. Throws Problem 400 where the body is no OTLP. */
export function* jsonLogRecords(body: unknown): Generator<AnyLogRecord> {
  for (const { resource, leaf } of leaves(body, ['resourceLogs', 'scopeLogs', 'logRecords'])) {
    const event = eventName(leaf);
    if (!isKept(event)) yield OTHER_EVENT;
    else yield { event, attributes: attributesOf(leaf.attributes), resource, timeUnixNano: leaf.timeUnixNano };
  }
}

/** The short name. */
function eventName(record: JsonObject): string {
  const name = attributeOf(record.attributes, 'event.name') ?? (record.eventName || scalarOf(record.body));
  return typeof name === 'string' ? shortName(name) : '';
}
