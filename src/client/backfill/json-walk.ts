/** Only JSON.parse can tell. */
export const UNSURE = -1;

/**
 * Answers the index behind a member's value, or less than zero to go no further. Its name is the bytes from `from` up to and
 * without `to`, its value begins two bytes later.
 */
export type Member = (from: number, to: number) => number;

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
export const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const LOWER_U = 0x75;

/** Deeper than any line of a client; JSON.parse knows no end, the stack here does. */
const MAX_DEPTH = 200;

/** 1: stands for itself between quotes. All bytes of characters beyond ASCII do, for JSON.parse sees them decoded. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;
/** 1: plain, and means its own byte. */
const ASCII = PLAIN.slice().fill(0, 0x80);
const ESCAPES = tableOf('"\\/bfnrt');
const HEX = tableOf('0123456789abcdefABCDEF');
const DIGITS = tableOf('0123456789');

export const TRUE = wordBytes('true');
const FALSE = wordBytes('false');
export const NULL = wordBytes('null');

/**
 * Walks compact JSON where it lies, four bytes at a time, and makes no values of it. Where it answers an index, JSON.parse
 * would have accepted what lies before; where it answers UNSURE, it might or might not. Behind every text there must be a line
 * break, and the buffer must begin at a multiple of four bytes.
 */
export function createJsonWalk(bytes: Buffer) {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);

  return { plainStringEnd, objectEnd, valueEnd, digitsEnd, isWord };

  /** `from` is behind the opening quote; answers the index of the closing one. */
  function stringEnd(from: number): number {
    let at = from;
    for (;;) {
      at = plainEnd(at);
      if (bytes[at] === QUOTE) return at;
      if (bytes[at] !== BACKSLASH) return UNSURE;
      const escaped = bytes[at + 1] ?? 0;
      if (ESCAPES[escaped] === 1) at += 2;
      else if (escaped === LOWER_U && isHex(at + 2)) at += 6;
      else return UNSURE;
    }
  }

  function plainEnd(from: number): number {
    let at = from;
    for (; (at & 3) !== 0; at++) if (PLAIN[bytes[at] ?? 0] !== 1) return at;
    let word = at >> 2;
    while (isPlainWord(words[word] ?? 0)) word++;
    at = word << 2;
    while (PLAIN[bytes[at] ?? 0] === 1) at++;
    return at;
  }

  /** As `stringEnd`, for a string that means its own bytes: ASCII without escapes. */
  function plainStringEnd(from: number): number {
    let at = from;
    while (ASCII[bytes[at] ?? 0] === 1) at++;
    return bytes[at] === QUOTE ? at : UNSURE;
  }

  /** `at` is where the brace should be. Names with escapes are left to JSON.parse. */
  function objectEnd(at: number, member: Member): number {
    if (bytes[at] !== OPEN_BRACE) return UNSURE;
    if (bytes[at + 1] === CLOSE_BRACE) return at + 2;
    for (let next = at + 1; bytes[next] === QUOTE; next++) {
      const nameEnd = plainStringEnd(next + 1);
      if (nameEnd === UNSURE || bytes[nameEnd + 1] !== COLON) return UNSURE;
      next = member(next + 1, nameEnd);
      if (next < 0) return next;
      if (bytes[next] === CLOSE_BRACE) return next + 1;
      if (bytes[next] !== COMMA) return UNSURE;
    }
    return UNSURE;
  }

  function valueEnd(at: number, depth = 0): number {
    const first = bytes[at];
    if (first === QUOTE) {
      const end = stringEnd(at + 1);
      return end === UNSURE ? UNSURE : end + 1;
    }
    if (first === OPEN_BRACE) return depth > MAX_DEPTH ? UNSURE : anyObjectEnd(at, depth + 1);
    if (first === OPEN_BRACKET) return depth > MAX_DEPTH ? UNSURE : arrayEnd(at, depth + 1);
    for (const word of WORDS) if (first === word[0]) return isWord(at, word) ? at + word.length : UNSURE;
    return numberEnd(at);
  }

  function anyObjectEnd(at: number, depth: number): number {
    if (bytes[at + 1] === CLOSE_BRACE) return at + 2;
    for (let next = at + 1; bytes[next] === QUOTE; next++) {
      const nameEnd = stringEnd(next + 1);
      if (nameEnd === UNSURE || bytes[nameEnd + 1] !== COLON) return UNSURE;
      next = valueEnd(nameEnd + 2, depth);
      if (next === UNSURE) return UNSURE;
      if (bytes[next] === CLOSE_BRACE) return next + 1;
      if (bytes[next] !== COMMA) return UNSURE;
    }
    return UNSURE;
  }

  function arrayEnd(at: number, depth: number): number {
    if (bytes[at + 1] === CLOSE_BRACKET) return at + 2;
    for (let next = at + 1; ; next++) {
      next = valueEnd(next, depth);
      if (next === UNSURE) return UNSURE;
      if (bytes[next] === CLOSE_BRACKET) return next + 1;
      if (bytes[next] !== COMMA) return UNSURE;
    }
  }

  /** Numbers with an exponent are left to JSON.parse. */
  function numberEnd(from: number): number {
    const at = bytes[from] === MINUS ? from + 1 : from;
    const end = digitsEnd(at);
    if (end === at) return UNSURE;
    if (bytes[end] !== DOT) return end;
    const fractionEnd = digitsFrom(end + 1);
    return fractionEnd === end + 1 ? UNSURE : fractionEnd;
  }

  /** Of a whole number: nothing follows a leading zero. */
  function digitsEnd(from: number): number {
    return bytes[from] === ZERO ? from + 1 : digitsFrom(from);
  }

  function digitsFrom(from: number): number {
    let at = from;
    while (DIGITS[bytes[at] ?? 0] === 1) at++;
    return at;
  }

  /** Whether the bytes from `from` on begin with `word`. */
  function isWord(from: number, word: Uint8Array): boolean {
    for (let nth = 0; nth < word.length; nth++) if (bytes[from + nth] !== word[nth]) return false;
    return true;
  }

  function isHex(from: number): boolean {
    for (let at = from; at < from + 4; at++) if (HEX[bytes[at] ?? 0] !== 1) return false;
    return true;
  }
}

const WORDS = [TRUE, FALSE, NULL];

/** Whether none of four bytes is a control character, a quote or a backslash: subtracting borrows only from bytes that are less. */
function isPlainWord(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const odd =
    ((word - 0x20202020) & ~word) | ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes);
  return (odd & 0x80808080) === 0;
}

export function wordBytes(word: string): Uint8Array {
  return Uint8Array.from(word, (letter) => letter.charCodeAt(0));
}

function tableOf(letters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of wordBytes(letters)) table[byte] = 1;
  return table;
}
