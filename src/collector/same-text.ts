/** Models and versions that are remembered, and up to twice as many: far more than there are. */
const KEPT_TEXTS = 500;

let newer = new Map<string, string>();
let older = new Map<string, string>();

/**
 * The same text, as the one object that was given for it before. For words that come with each request and are few: what is
 * kept of it would hold copies of them, and two texts that are one object need not be compared.
 */
export function sameText(text: string): string {
  const known = newer.get(text);
  if (known !== undefined) return known;
  const kept = older.get(text) ?? text;
  if (newer.size >= KEPT_TEXTS) {
    older = newer;
    newer = new Map();
  }
  newer.set(kept, kept);
  return kept;
}
