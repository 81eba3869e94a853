import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Ids } from './request-book.ts';

export type SentIds = ReturnType<typeof createSentIds>;

const BYTES = 8;

/**
 * Remembers in a file which requests were sent, so that an interrupted run goes on where it was, and a copy that comes later
 * counts no second time. Of the ids only hashes of 52 bits are kept: among a million, one in ten thousand runs mistakes one.
 */
export function createSentIds(file: string) {
  let loaded: Set<number> | undefined;

  return {
    has({ messageId, requestId, isSidechain }: Ids): boolean {
      const known = ids();
      if (messageId === undefined || known.size === 0) return false;
      if (known.has(exactly(messageId, requestId))) return true;
      return known.has(isSidechain ? message(messageId) : side(messageId));
    },

    /** Of a batch that the collector acknowledged. */
    add(batch: readonly Ids[]) {
      const known = ids();
      const news = batch.flatMap(hashesOf).filter((hash) => !known.has(hash));
      for (const hash of news) known.add(hash);
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, new Uint8Array(Float64Array.from(news).buffer), { mode: 0o600 });
    },

    /** Another collector, or another developer, knows none of them. */
    forget() {
      loaded = undefined;
      rmSync(file, { force: true });
    },
  };

  /** Most runs find nothing new, and need none of it. */
  function ids(): Set<number> {
    loaded ??= new Set(load(file));
    return loaded;
  }
}

function hashesOf({ messageId, requestId, isSidechain }: Ids): readonly number[] {
  if (messageId === undefined) return [];
  const hashes = [exactly(messageId, requestId), message(messageId)];
  return isSidechain ? [...hashes, side(messageId)] : hashes;
}

const exactly = (messageId: string, requestId: string | undefined) => hashOf(`${messageId} ${requestId ?? ''}`);
const message = (messageId: string) => hashOf(`${messageId}\n`);
const side = (messageId: string) => hashOf(`${messageId}\t`);

/** Empty where there is none; what a crash left half written is left out. */
function load(file: string): Float64Array {
  try {
    const bytes = readFileSync(file);
    return new Float64Array(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % BYTES))).buffer);
  } catch {
    return new Float64Array();
  }
}

/** 52 bits of two multiplicative hashes that begin and multiply differently. */
function hashOf(text: string): number {
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b);
    other ^= other >>> 13;
  }
  one ^= one >>> 15;
  return (other & 0xfffff) * 2 ** 32 + (one >>> 0);
}
