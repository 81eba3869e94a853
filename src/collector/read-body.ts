import type { FastifyRequest } from 'fastify';
import { giveBack, inflatedAside, inflatedHere } from './inflate.ts';
import { createInflateGate } from './inflate-gate.ts';
import { encodingOf } from './media-type.ts';
import { Problem } from './problem.ts';

const MIB = 1024 * 1024;

/** As it comes over the wire: a batch of 8,192 records of an OpenTelemetry Collector is 1 MiB compressed. */
export const MAX_BODY_BYTES = 4 * MIB;

/**
 * Objects and arrays in a body. An honest body of the largest size has about a million; one made of nothing but empty
 * ones would take a hundred times its size in memory.
 */
export const MAX_NODES = 2_000_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type BodyReader = <T>(request: FastifyRequest, decode: (body: Buffer) => T) => Promise<T>;

/**
 * Reads a request's body as bytes, inflated where needed, and hands it to `decode`, which must let go of it: afterwards it
 * is empty. Throws Problem 400 for broken gzip and 413 for what unfolds too far, found while inflating, so that a bomb never
 * does.
 */
export function createBodyReader(): BodyReader {
  const inTurn = createInflateGate();

  return async (request, decode) => {
    const { body } = request;
    const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    if (encodingOf(request) === 'identity') return decode(raw);
    const small = inflatedHere(raw);
    if (small) return decodeAndGiveBack(small, decode);
    return inTurn(raw.length, async () => decodeAndGiveBack(await inflatedAside(raw), decode));
  };
}

function decodeAndGiveBack<T>(body: Buffer<ArrayBuffer>, decode: (body: Buffer) => T): T {
  try {
    return decode(body);
  } finally {
    giveBack(body);
  }
}

/** The JSON value of a body. Throws Problem 400 that says where it breaks, 413 for more than `MAX_NODES`. */
export function parseJson(body: Buffer): unknown {
  // A node takes a byte at least, so that small bodies need no counting.
  if (body.length > MAX_NODES && countNodes(body) > MAX_NODES)
    throw new Problem(413, `A body may hold at most ${MAX_NODES} objects and arrays.`);
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    throw new Problem(400, `The body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;

function countNodes(body: Buffer): number {
  let count = 0;
  // Counted by place: to walk the bytes of the largest body takes ten times as long, half a second.
  for (let place = 0; place < body.length; place++) {
    if (body[place] === OPENING_BRACE || body[place] === OPENING_BRACKET) count += 1;
  }
  return count;
}
