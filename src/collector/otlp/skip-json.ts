/** Stands for an end where there is no value, or none that is easily passed over. */
export const NO_END = -1;

const code = (character: string) => character.charCodeAt(0);
const QUOTE = code('"');
const BACKSLASH = code('\\');
const COMMA = code(',');
const COLON = code(':');
const OPENING_BRACE = code('{');
const CLOSING_BRACE = code('}');
const OPENING_BRACKET = code('[');
const CLOSING_BRACKET = code(']');
const FIRST_PRINTABLE = code(' ');
const ZERO = code('0');
const NINE = code('9');

/** `\u` with its four digits is not among them: it could spell a name in another way. */
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
const NUMERAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LITERALS = new Set(['true', 'false', 'null']);
const LONGEST_PLAIN = 40;
/** As many as an integer has bits. */
const MAX_DEPTH = 30;

/**
 * Where the JSON value that begins at `from` ends, making nothing of it, which takes a fraction of the time of parsing it.
 * Only for what senders write in fact: no spaces between tokens, no `\u`. `NO_END` for all else, and for what is no JSON.
 */
export function skipJson(bytes: Uint8Array, from: number): number {
  let depth = 0;
  // A bit for each level, the innermost last: whether it is an object.
  let objects = 0;
  for (let at = from; ; ) {
    const first = bytes[at];
    if (first === OPENING_BRACE || first === OPENING_BRACKET) {
      if (depth === MAX_DEPTH) return NO_END;
      const isObject = first === OPENING_BRACE;
      if (bytes[at + 1] !== (isObject ? CLOSING_BRACE : CLOSING_BRACKET)) {
        depth += 1;
        objects = (objects << 1) | (isObject ? 1 : 0);
        at = isObject ? skipName(bytes, at + 1) : at + 1;
        if (at === NO_END) return NO_END;
        continue;
      }
      at += 2;
    } else {
      at = first === QUOTE ? skipString(bytes, at) : skipPlain(bytes, at);
      if (at === NO_END) return NO_END;
    }
    while (depth > 0 && bytes[at] === ((objects & 1) === 1 ? CLOSING_BRACE : CLOSING_BRACKET)) {
      depth -= 1;
      objects >>= 1;
      at += 1;
    }
    if (depth === 0) return at;
    if (bytes[at] !== COMMA) return NO_END;
    at = (objects & 1) === 1 ? skipName(bytes, at + 1) : at + 1;
    if (at === NO_END) return NO_END;
  }
}

/** A member's name with its colon. */
function skipName(bytes: Uint8Array, from: number): number {
  const end = bytes[from] === QUOTE ? skipString(bytes, from) : NO_END;
  return end !== NO_END && bytes[end] === COLON ? end + 1 : NO_END;
}

function skipString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte < FIRST_PRINTABLE) return NO_END;
    if (byte === BACKSLASH && !ESCAPED.has(bytes[++at] ?? 0)) return NO_END;
  }
  return NO_END;
}

/** A number, or true, false or null. */
function skipPlain(bytes: Uint8Array, from: number): number {
  let end = from;
  let digits = 0;
  for (; end < bytes.length && !isDelimiter(bytes[end]); end++) if (isDigit(bytes[end])) digits += 1;
  const length = end - from;
  // Nearly all numbers are counts.
  if (digits === length && length > 0 && (length === 1 || bytes[from] !== ZERO)) return end;
  if (length > LONGEST_PLAIN) return NO_END;
  const plain = String.fromCharCode(...bytes.subarray(from, end));
  return LITERALS.has(plain) || NUMERAL.test(plain) ? end : NO_END;
}

function isDelimiter(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSING_BRACE || byte === CLOSING_BRACKET;
}

function isDigit(byte = 0): boolean {
  return byte >= ZERO && byte <= NINE;
}
