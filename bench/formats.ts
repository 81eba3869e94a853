import { gzipSync } from 'node:zlib';
import { encodeLogs } from './otlp-protobuf.ts';
import { logsBody } from './telemetry.ts';
import type { TrafficRequest } from './traffic.ts';

/** A way to tell the collector of requests. */
export interface Format {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  body(requests: readonly TrafficRequest[]): string | Buffer;
}

export const WEBHOOK: Format = {
  path: '/v1/usage',
  headers: { 'content-type': 'application/json' },
  body: (requests) => JSON.stringify({ requests }),
};

/** Compressed, as `/quota connect` configures the client. */
export const OTLP_JSON: Format = {
  path: '/v1/logs',
  headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  body: (requests) => gzipSync(JSON.stringify(logsBody(requests))),
};

export const OTLP_PROTOBUF: Format = {
  path: '/v1/logs',
  headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
  body: (requests) => gzipSync(encodeLogs(logsBody(requests))),
};
