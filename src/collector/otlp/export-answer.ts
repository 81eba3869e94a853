import { JSON_TYPE } from '../media-type.ts';
import { delimitedTag, varintTag } from './wire.ts';

export type Signal = 'logs' | 'metrics' | 'traces';

/** What a sender is told about records that were refused for good; it must not send them again. */
export interface Rejected {
  readonly count: number;
  readonly message: string;
}

const REJECTED_FIELDS = {
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
  traces: 'rejectedSpans',
} as const satisfies Record<Signal, string>;

/**
 * The body of a successful export, in the encoding of the request, as the OTLP specification asks. Without `rejected` the
 * success is a full one.
 */
export function exportAnswer(mediaType: string, signal: Signal, rejected?: Rejected): Buffer {
  if (mediaType !== JSON_TYPE) return rejected ? delimited(PARTIAL_SUCCESS, partialSuccess(rejected)) : Buffer.alloc(0);
  if (!rejected) return Buffer.from('{}');
  const { count, message } = rejected;
  return Buffer.from(
    JSON.stringify({ partialSuccess: { [REJECTED_FIELDS[signal]]: String(count), errorMessage: message } }),
  );
}

/** Export…ServiceResponse{partial_success=1{rejected_…=1, error_message=2}}: the same numbers for every signal. */
const PARTIAL_SUCCESS = delimitedTag(1);
const REJECTED = varintTag(1);
const ERROR_MESSAGE = delimitedTag(2);

function partialSuccess({ count, message }: Rejected): Buffer {
  const rejected = Buffer.from([REJECTED, ...varint(count)]);
  return Buffer.concat([rejected, delimited(ERROR_MESSAGE, Buffer.from(message))]);
}

function delimited(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...varint(content.length)]), content]);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
