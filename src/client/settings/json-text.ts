/** Where something stands in a text: the first character, and the one behind the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an object, or an item of an array; `start` is where its key begins, for items where the value does. */
export interface Child extends Span {
  /** Undefined for items. */
  readonly key: string | undefined;
  readonly value: Span;
}

/** Where the one value of a JSON text stands. Here and below the text is JSON: `JSON.parse` took it. */
export function rootOf(text: string): Span {
  const start = pastSpace(text, 0);
  return { start, end: pastValue(text, start) };
}

/** The members or items of the object or array that begins at `start`, as they stand there. */
export function childrenOf(text: string, start: number): readonly Child[] {
  const children: Child[] = [];
  const isObject = text[start] === '{';
  for (let at = pastSpace(text, start + 1); text[at] !== '}' && text[at] !== ']'; ) {
    const keyEnd = isObject ? pastString(text, at) : at;
    const valueStart = isObject ? pastSpace(text, pastSpace(text, keyEnd) + 1) : at;
    const end = pastValue(text, valueStart);
    const key: unknown = isObject ? JSON.parse(text.slice(at, keyEnd)) : undefined;
    children.push({
      key: key === undefined ? undefined : String(key),
      start: at,
      end,
      value: { start: valueStart, end },
    });
    at = pastSpace(text, end);
    if (text[at] === ',') at = pastSpace(text, at + 1);
  }
  return children;
}

function pastSpace(text: string, from: number): number {
  let at = from;
  while (SPACE.has(text[at] ?? '')) at += 1;
  return at;
}

const SPACE = new Set([' ', '\t', '\r', '\n']);

function pastString(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at = next(QUOTE_OR_ESCAPE, text, text[at] === '\\' ? at + 2 : at);
  return at + 1;
}

const QUOTE_OR_ESCAPE = /["\\]/g;
const BRACKET_OR_STRING = /["[\]{}]/g;
const BEHIND_LITERAL = /[^\w.+-]|$/g;

/** Nested values are passed without recursion: a file may be nested deeper than any stack. */
function pastValue(text: string, from: number): number {
  if (text[from] === '"') return pastString(text, from);
  if (text[from] !== '{' && text[from] !== '[') return next(BEHIND_LITERAL, text, from);
  let at = from + 1;
  for (let depth = 1; depth > 0; ) {
    at = next(BRACKET_OR_STRING, text, at);
    if (text[at] === '"') at = pastString(text, at);
    else {
      depth += text[at] === '{' || text[at] === '[' ? 1 : -1;
      at += 1;
    }
  }
  return at;
}

/** Where the next match stands; JSON is never at its end before what is looked for. */
function next(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
