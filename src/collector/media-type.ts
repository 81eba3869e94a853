import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';

const ENCODINGS = ['identity', 'gzip', 'x-gzip'];

/** A hook that refuses other content types and encodings before any of the body is read. Throws Problem 415. */
export function requireMediaType(allowed: readonly string[]) {
  return async (request: FastifyRequest) => {
    const mediaType = mediaTypeOf(request);
    if (!allowed.includes(mediaType)) throw new Problem(415, `${expectation(allowed)} ${wayOut(mediaType)}`.trim());
    const encoding = encodingOf(request);
    if (!ENCODINGS.includes(encoding)) throw new Problem(415, 'Send the body as it is, or compressed with gzip.');
  };
}

/** The content type without parameters, in lower case; empty where the sender named none. */
export function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase();
}

export function encodingOf(request: FastifyRequest): string {
  return (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
}

function expectation(allowed: readonly string[]): string {
  return `Send the content type ${allowed.join(' or ')}.`;
}

function wayOut(mediaType: string): string {
  if (!mediaType.startsWith('application/grpc')) return '';
  return 'gRPC is not offered: set OTEL_EXPORTER_OTLP_PROTOCOL to http/json or http/protobuf.';
}
