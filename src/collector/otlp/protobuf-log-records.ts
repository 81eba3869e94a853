import { MAX_NODES } from '../read-body.ts';
import { type Attributes, noAttributes } from './attributes.ts';
import { type AnyLogRecord, OTHER_EVENT } from './log-record.ts';
import { readAttribute } from './protobuf-attributes.ts';
import { ATTRIBUTE, readEvent } from './protobuf-event.ts';
import {
  createWire,
  delimitedTag,
  expectEnd,
  fixed64Tag,
  readFixed64,
  readMessageEnd,
  readTag,
  skip,
  type Wire,
} from './wire.ts';

/** https://github.com/open-telemetry/opentelemetry-proto: logs and resource, v1. */
const RESOURCE_LOGS = delimitedTag(1);
const RESOURCE = delimitedTag(1);
const RESOURCE_ATTRIBUTE = delimitedTag(1);
const SCOPE_LOGS = delimitedTag(2);
const LOG_RECORD = delimitedTag(2);
const TIME_UNIX_NANO = fixed64Tag(1);

/**
 * The records of a logs body in protobuf. Nothing is made of those that are not kept, nor is it read further than to their
 * names. Throws RangeError where the bytes make no sense, or hold more than `MAX_NODES` messages.
 */
export function* protobufLogRecords(body: Buffer): Generator<AnyLogRecord> {
  const wire = createWire(body, MAX_NODES);
  for (const resourceEnd of messages(wire, body.length, RESOURCE_LOGS)) {
    const resource = readResource(wire, resourceEnd);
    for (const scopeEnd of messages(wire, resourceEnd, SCOPE_LOGS))
      for (const recordEnd of messages(wire, scopeEnd, LOG_RECORD)) yield readRecord(wire, recordEnd, resource);
  }
}

/** Goes to each message of a field and yields where it ends; what its reader leaves is passed over. */
function* messages(wire: Wire, end: number, wanted: number): Generator<number> {
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag !== wanted) {
      skip(wire, tag, end);
      continue;
    }
    const messageEnd = readMessageEnd(wire, end);
    yield messageEnd;
    wire.at = messageEnd;
  }
  expectEnd(wire, end);
}

/** The resource is looked for first, as it may stand behind its records. The wire stays where it stands. */
function readResource(wire: Wire, end: number): Attributes {
  const from = wire.at;
  let attributes = noAttributes();
  for (const resourceEnd of messages(wire, end, RESOURCE)) {
    attributes = noAttributes();
    while (wire.at < resourceEnd) {
      const tag = readTag(wire);
      if (tag === RESOURCE_ATTRIBUTE) readAttribute(wire, resourceEnd, attributes);
      else skip(wire, tag, resourceEnd);
    }
    expectEnd(wire, resourceEnd);
  }
  wire.at = from;
  return attributes;
}

function readRecord(wire: Wire, end: number, resource: Attributes): AnyLogRecord {
  const event = readEvent(wire, end);
  if (event === undefined) return OTHER_EVENT;
  const attributes = noAttributes();
  let timeUnixNano: number | undefined;
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag === ATTRIBUTE) readAttribute(wire, end, attributes);
    else if (tag === TIME_UNIX_NANO) timeUnixNano = readFixed64(wire);
    else skip(wire, tag, end);
  }
  expectEnd(wire, end);
  return { event, attributes, resource, timeUnixNano };
}
