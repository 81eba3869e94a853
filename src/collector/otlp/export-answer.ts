import protobuf from 'protobufjs/minimal.js';
import { JSON_TYPE } from '../media-type.ts';

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
  if (mediaType !== JSON_TYPE) return Buffer.from(rejected ? partialSuccess(rejected) : []);
  if (!rejected) return Buffer.from('{}');
  const { count, message } = rejected;
  return Buffer.from(
    JSON.stringify({ partialSuccess: { [REJECTED_FIELDS[signal]]: String(count), errorMessage: message } }),
  );
}

/** Export…ServiceResponse{partial_success=1{rejected_…=1, error_message=2}}: the same numbers for every signal. */
function partialSuccess({ count, message }: Rejected): Uint8Array {
  return protobuf.Writer.create()
    .uint32(0x0a)
    .fork()
    .uint32(0x08)
    .int64(count)
    .uint32(0x12)
    .string(message)
    .ldelim()
    .finish();
}
