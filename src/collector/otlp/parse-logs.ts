import { isUtf8 } from 'node:buffer';
import { parseJson } from '../read-body.ts';
import { isKept, shortName } from './event-names.ts';
import { NO_END, skipJson } from './skip-json.ts';

const RECORDS = Buffer.from('"logRecords":[');
const ATTRIBUTES = Buffer.from('"attributes":[');
const EVENT_NAME = Buffer.from('{"key":"event.name","value":{"stringValue":"');
const NESTED = 'kvlistValue';
const COMMA = ','.charCodeAt(0);
const QUOTE = '"'.charCodeAt(0);
const OPENING_BRACE = '{'.charCodeAt(0);

const UNWANTED = Buffer.from('{}');

/**
 * The JSON value of a logs body, with those log records empty whose `event.name` says that they are not kept: most of what
 * clients send, and it need not be parsed. Throws Problem as `parseJson` does.
 */
export function parseLogs(body: Buffer): unknown {
  try {
    return parseJson(thinLogs(body));
  } catch {
    // Its fault is told where it stands in what was sent.
    return parseJson(body);
  }
}

/** The body without those records; the body itself where it is not written as clients write it, or is no JSON. */
function thinLogs(body: Buffer): Buffer {
  // Whatever is passed over must be sound: nobody looks at it again.
  if (!isUtf8(body)) return body;
  const kept: Buffer[] = [];
  let keptUntil = 0;
  for (let at = body.indexOf(RECORDS); at >= 0; at = body.indexOf(RECORDS, at)) {
    at += RECORDS.length;
    while (body[at] === OPENING_BRACE) {
      const end = skipJson(body, at);
      if (end === NO_END) return body;
      if (!mayBeKept(body.subarray(at, end))) {
        kept.push(body.subarray(keptUntil, at), UNWANTED);
        keptUntil = end;
      }
      at = body[end] === COMMA ? end + 1 : end;
    }
  }
  return Buffer.concat([...kept, body.subarray(keptUntil)]);
}

/** False is certain. */
function mayBeKept(record: Buffer): boolean {
  const attributes = record.indexOf(ATTRIBUTES);
  const at = attributes < 0 ? -1 : record.indexOf(EVENT_NAME, attributes);
  // Inside a list of its own it would be no attribute of the record.
  if (at < 0 || record.subarray(attributes, at).includes(NESTED)) return true;
  const from = at + EVENT_NAME.length;
  const name = record.toString('latin1', from, record.indexOf(QUOTE, from));
  return name === '' || isKept(shortName(name));
}
