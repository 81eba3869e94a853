export type HashSet = ReturnType<typeof createHashSet>;

export const HASH_BYTES = 8;
const FIRST_SLOTS = 1 << 12;

/**
 * A set of 52-bit hashes in 11 to 21 bytes each, where a `Set` of numbers takes about fifty: a year of transcripts is a million.
 * No hash is 0.
 */
export function createHashSet() {
  let slots = new Float64Array(FIRST_SLOTS);
  let size = 0;

  return {
    has: (hash: number): boolean => slots[slotOf(hash)] === hash,

    /** Answers whether it is new. */
    add(hash: number): boolean {
      const slot = slotOf(hash);
      if (slots[slot] === hash) return false;
      slots[slot] = hash;
      size += 1;
      if (size > slots.length * 0.75) grow();
      return true;
    },
  };

  /** Where it is, or would be. */
  function slotOf(hash: number): number {
    let slot = hash % slots.length;
    while (slots[slot] !== 0 && slots[slot] !== hash) slot = (slot + 1) % slots.length;
    return slot;
  }

  function grow() {
    const old = slots;
    slots = new Float64Array(old.length * 2);
    for (const hash of old) if (hash !== 0) slots[slotOf(hash)] = hash;
  }
}

/** The hashes that a file holds; what a crash left half written at its end is left out. */
export function hashesIn(bytes: Buffer): Float64Array {
  return new Float64Array(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % HASH_BYTES))).buffer);
}
