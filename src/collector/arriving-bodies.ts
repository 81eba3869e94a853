import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { TokenOwner } from '../store/token-store.ts';
import { ownerOfRequest } from './authenticate.ts';
import { COME_BACK_AFTER_S, Overloaded } from './delivery.ts';
import { Problem } from './problem.ts';
import { MAX_BODY_BYTES } from './read-body.ts';

const MIB = 1024 * 1024;

export interface ArrivalLimits {
  /** Of all bodies that are on their way. */
  readonly bytes: number;
  /** Of those with tokens of one owner: who takes their whole share shuts nobody else out. */
  readonly bytesOfOne: number;
}

/** Sixteen of the largest bodies of one owner, and four such owners: a team's bodies are a few kilobytes each. */
const LIMITS: ArrivalLimits = { bytes: 256 * MIB, bytesOfOne: 64 * MIB };
/** Who sends somewhat too much is heard out, and nothing of it kept: whoever is hung up on while sending reads no answer. */
const HEARD_OUT_BYTES = 16 * MIB;

type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Collects the bytes of bodies, for Fastify. Slow senders may hold a body back just before its end: together they may hold
 * no more than the limits, then Overloaded sends them away. Problem 413 for a body of more than `MAX_BODY_BYTES`; 400 for
 * one that breaks off.
 */
export function createBodyCollector({ bytes: most, bytesOfOne }: ArrivalLimits = LIMITS) {
  const arriving = new Map<Key, number>();
  let total = 0;

  return function collect(request: FastifyRequest, payload: IncomingMessage, done: Done) {
    const key = keyOf(ownerOfRequest(request));
    const chunks: Buffer[] = [];
    let size = 0;
    let kept = 0;
    const toldSize = Number(request.headers['content-length'] ?? 0);
    if (toldSize > HEARD_OUT_BYTES) return done(tooLarge());
    payload.on('data', onData);
    payload.on('end', onEnd);
    payload.on('error', onError);

    function onData(chunk: Buffer) {
      size += chunk.length;
      if (isTooLarge()) {
        letGo();
        if (size > HEARD_OUT_BYTES) settle(tooLarge());
        return;
      }
      chunks.push(chunk);
      kept += chunk.length;
      count(key, chunk.length);
      if (total > most || (arriving.get(key) ?? 0) > bytesOfOne) settle(new Overloaded(COME_BACK_AFTER_S));
    }

    function onEnd() {
      if (isTooLarge()) settle(tooLarge());
      else settle(null, Buffer.concat(chunks, size));
    }

    function onError() {
      settle(new Problem(400, 'The connection ended before the body did.'));
    }

    function settle(error: Error | null, body?: Buffer) {
      payload.off('data', onData);
      payload.off('end', onEnd);
      payload.off('error', onError);
      letGo();
      done(error, body);
    }

    function isTooLarge(): boolean {
      return Math.max(size, toldSize) > MAX_BODY_BYTES;
    }

    function letGo() {
      count(key, -kept);
      kept = 0;
      chunks.length = 0;
    }
  };

  function count(key: Key, bytes: number) {
    total += bytes;
    const left = (arriving.get(key) ?? 0) + bytes;
    if (left > 0) arriving.set(key, left);
    else arriving.delete(key);
  }
}

type Key = ReturnType<typeof keyOf>;

function keyOf(owner: TokenOwner) {
  return owner.of === 'team' ? 'team' : owner.developer;
}

function tooLarge(): Problem {
  return new Problem(413, `The body is too large: send at most ${MAX_BODY_BYTES} bytes.`);
}
