import { createHash } from 'node:crypto';
import { type EpochMs, MINUTE_MS } from '../model/time.ts';

/** No office types this many different wrong tokens within a minute; a guesser does. */
const GUESSES_PER_MINUTE = 20;

/** Bounds the memory that a distributed guesser can claim. */
const MAX_ADDRESSES = 10_000;

/**
 * Counts the different wrong tokens that an address tried within the current minute. A client that repeats one revoked
 * token counts once, so it cannot lock out colleagues behind the same address.
 */
export function createGuessLimit() {
  let startedAt = 0;
  let guesses = new Map<string, Set<string>>();

  const forgetOld = (now: EpochMs) => {
    if (now - startedAt < MINUTE_MS && guesses.size < MAX_ADDRESSES) return;
    startedAt = now;
    guesses = new Map();
  };

  return {
    /** Seconds until the address may guess again; undefined: it may now. */
    retryAfterS(address: string, now: EpochMs): number | undefined {
      forgetOld(now);
      if ((guesses.get(address)?.size ?? 0) < GUESSES_PER_MINUTE) return undefined;
      return Math.max(1, Math.ceil((startedAt + MINUTE_MS - now) / 1000));
    },
    wrong(address: string, token: string) {
      const known = guesses.get(address) ?? new Set();
      guesses.set(address, known.add(createHash('sha256').update(token).digest('base64')));
    },
  };
}
