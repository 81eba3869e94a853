import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { createHashSet, HASH_BYTES, type HashSet, hashesIn } from './hash-set.ts';
import type { Ids } from './request-book.ts';

/**
 * Remembers in a file which requests were sent, so that an interrupted run goes on where it was, and a copy that comes later
 * counts no second time. Of the ids only hashes of 52 bits are kept: among a million of them, a pair is alike once in ten
 * thousand machines.
 */
export function createSentIds(file: string) {
  let loaded: HashSet | undefined;

  return {
    has({ messageId, requestId, isSidechain }: Ids): boolean {
      if (messageId === undefined) return false;
      const known = ids();
      if (known.has(exactly(messageId, requestId))) return true;
      return known.has(isSidechain ? message(messageId) : side(messageId));
    },

    /** Of a batch that the collector acknowledged. */
    add(batch: readonly Ids[]) {
      const known = ids();
      const news = batch.flatMap(hashesOf).filter(known.add);
      mkdirSync(dirname(file), { recursive: true });
      dropHalfWritten(file);
      appendFileSync(file, new Uint8Array(Float64Array.from(news).buffer), { mode: 0o600 });
    },

    /** Another collector, or another developer, knows none of them. */
    forget() {
      loaded = undefined;
      rmSync(file, { force: true });
    },
  };

  function ids(): HashSet {
    loaded ??= load(file);
    return loaded;
  }
}

/** Empty where there is no such file. */
function load(file: string): HashSet {
  const known = createHashSet();
  try {
    for (const hash of hashesIn(readFileSync(file))) known.add(hash);
  } catch {
    return known;
  }
  return known;
}

/** What a crash left would shift all that is written behind it. */
function dropHalfWritten(file: string) {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size % HASH_BYTES !== 0) truncateSync(file, size - (size % HASH_BYTES));
}

function hashesOf({ messageId, requestId, isSidechain }: Ids): readonly number[] {
  if (messageId === undefined) return [];
  const hashes = [exactly(messageId, requestId), message(messageId)];
  return isSidechain ? [...hashes, side(messageId)] : hashes;
}

const exactly = (messageId: string, requestId: string | undefined) => hashOf(`${messageId} ${requestId ?? ''}`);
const message = (messageId: string) => hashOf(`${messageId}\n`);
const side = (messageId: string) => hashOf(`${messageId}\t`);

/** 52 bits of two multiplicative hashes that begin and multiply differently; never 0. */
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
  return (other & 0xfffff) * 2 ** 32 + (one >>> 0) || 1;
}
