interface KnownWord<Meaning> {
  readonly bytes: Uint8Array;
  readonly meaning: Meaning;
}

/** Tells what a word in bytes means, without making a text of it: most of what comes in is none of the few that are known. */
export function createWordFinder<Meaning>(words: ReadonlyMap<string, Meaning>) {
  const byLength: KnownWord<Meaning>[][] = [];
  for (const [word, meaning] of words) {
    const bytes = Buffer.from(word);
    byLength[bytes.length] = [...(byLength[bytes.length] ?? []), { bytes, meaning }];
  }

  /** Undefined: the bytes from `from` to `end` are no known word. */
  return function find(bytes: Uint8Array, from: number, end: number): Meaning | undefined {
    for (const word of byLength[end - from] ?? []) if (isAt(bytes, from, word.bytes)) return word.meaning;
    return undefined;
  };
}

function isAt(bytes: Uint8Array, from: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[from + index] !== wanted[index]) return false;
  return true;
}
