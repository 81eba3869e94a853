import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { Problem } from './problem.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

const MAX_INFLATED_BYTES = 32 * MIB;

/**
 * What a client sends every few seconds, and a relay for a hundred of them, is inflated on the spot, in a few milliseconds at
 * most: to hand it to another thread takes longer than to do it.
 */
const HERE_BYTES = 64 * KIB;
const HERE_INFLATED_BYTES = 4 * MIB;

/** Deflate cannot do more: https://zlib.net/zlib_tech.html. */
const MOST_TIMES = 1032;

/** Node cuts smaller buffers out of a common one, which cannot be given back by itself. */
const OWN_MEMORY_BYTES = Buffer.poolSize;

const inflate = promisify(gunzip);

/** The bytes of gzip; undefined where they are too many to wait for. Throws Problem 400 for what is no gzip. */
export function inflatedHere(raw: Buffer): Buffer<ArrayBuffer> | undefined {
  if (raw.length > HERE_BYTES) return undefined;
  try {
    return gunzipSync(raw, { maxOutputLength: HERE_INFLATED_BYTES, chunkSize: roomFor(raw, HERE_INFLATED_BYTES) });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw notGzip();
  }
}

/** The bytes of gzip. Rejects with Problem 400 for what is none and 413 beyond 32 MiB, found while inflating. */
export async function inflatedAside(raw: Buffer): Promise<Buffer<ArrayBuffer>> {
  try {
    return await inflate(raw, { maxOutputLength: MAX_INFLATED_BYTES, chunkSize: roomFor(raw, MAX_INFLATED_BYTES) });
  } catch (error) {
    if (error instanceof RangeError)
      throw new Problem(413, `A body may unfold to at most ${MAX_INFLATED_BYTES} bytes.`);
    throw notGzip();
  }
}

/**
 * Gives back the memory of an inflated body, of which nothing can be read any more. Left to the garbage collector, every
 * fiftieth body of a relay starts a pass over the whole heap, and each lies in memory that was never touched before:
 * together half of the time that a request took.
 */
export function giveBack({ buffer }: Buffer<ArrayBuffer>) {
  if (buffer.byteLength >= OWN_MEMORY_BYTES) buffer.transfer(0);
}

/** Room for the whole body at once: gzip ends with its length, or with whatever a liar wrote there. */
function roomFor(raw: Buffer, most: number): number {
  const told = raw.length < 4 ? 0 : raw.readUInt32LE(raw.length - 4);
  // zlib is done when a byte stays free.
  return Math.max(OWN_MEMORY_BYTES, Math.min(told, raw.length * MOST_TIMES, most) + 1);
}

function notGzip(): Problem {
  return new Problem(400, 'The body is not gzip, although its content-encoding says so.');
}
