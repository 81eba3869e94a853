import type { Scalar } from './attributes.ts';
import { isKept, KEPT_EVENTS, type KeptEvent, LONG_NAME } from './event-names.ts';
import { createWordFinder } from './known-words.ts';
import { readAnyValue, readKey, readValue } from './protobuf-attributes.ts';
import { delimitedTag, readEnd, readMessageEnd, readTag, skip, type Wire } from './wire.ts';

/** https://github.com/open-telemetry/opentelemetry-proto: logs, v1. */
const BODY = delimitedTag(5);
export const ATTRIBUTE = delimitedTag(6);
const EVENT_NAME = delimitedTag(12);

const OTHER = 'other';

const isEventName = createWordFinder(new Map([['event.name', true]]));
const findEvent = createWordFinder(
  new Map(KEPT_EVENTS.flatMap((name) => [name, LONG_NAME + name].map((word) => [word, name]))),
);

/** The kept event that the record from here to `end` tells of; undefined: another one. The wire stays where it stands. */
export function readEvent(wire: Wire, end: number): KeptEvent | undefined {
  const from = wire.at;
  let name = readNameAttribute(wire, end);
  if (name === undefined) {
    wire.at = from;
    name = readNameOrBody(wire, end);
  }
  wire.at = from;
  return typeof name === 'string' && isKept(name) ? name : undefined;
}

/** Looks no further than the first attribute of that name: of the records that nobody keeps the rest is not read. */
function readNameAttribute(wire: Wire, end: number): Scalar | undefined {
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag !== ATTRIBUTE) {
      skip(wire, tag, end);
      continue;
    }
    const attributeEnd = readMessageEnd(wire, end);
    const from = wire.at;
    if (!readKey(wire, attributeEnd, isEventName)) continue;
    wire.at = from;
    return readValue(wire, attributeEnd, readEventText);
  }
  return undefined;
}

function readNameOrBody(wire: Wire, end: number): Scalar | undefined {
  let name = '';
  let body: Scalar | undefined;
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag === EVENT_NAME) name = readEventText(wire, end);
    else if (tag === BODY) body = readAnyValue(wire, end, readEventText);
    else skip(wire, tag, end);
  }
  return name || body;
}

/** The short name of a kept event, `OTHER` for any other text, and the empty one for itself. */
function readEventText(wire: Wire, limit: number): string {
  const end = readEnd(wire, limit);
  const from = wire.at;
  wire.at = end;
  return from === end ? '' : (findEvent(wire.bytes, from, end) ?? OTHER);
}
