/** Texts that are remembered, and up to twice as many: sessions and prompts at work, models and versions. */
const KEPT_TEXTS = 10_000;

let newer = new Map<string, string>();
let older = new Map<string, string>();

/**
 * The same text, as the one object that was given for it before. Each request names its session, prompt, model and version
 * anew, and what is kept of it would hold four copies more; and two texts that are one object need not be compared.
 */
export function sameText<Text extends string>(text: Text): Text {
  const known = newer.get(text);
  // A map tells what is equal, and so of the same type.
  if (known !== undefined) return known as Text;
  const kept = older.get(text) ?? text;
  if (newer.size >= KEPT_TEXTS) {
    older = newer;
    newer = new Map();
  }
  newer.set(kept, kept);
  return kept as Text;
}
