import { createJsonWalk, type Member, NULL, OPEN_BRACE, QUOTE, TRUE, UNSURE, wordBytes } from './json-walk.ts';
import type { CountName, LineFields, TextName } from './line-fields.ts';

/** Nothing is wanted of the line but its `promptId`: it was not walked to its end. */
export const UNWANTED = -2;

/** Answers the index behind the value that begins at `value`, or less than zero. */
type Read = (value: number) => number;

/** A member that is looked for, and in which line it was met last. */
interface Wanted {
  readonly word: Uint8Array;
  readonly read: Read;
  line: number;
}

const ASSISTANT = wordBytes('assistant"');
const SYSTEM = wordBytes('system"');
const USER = wordBytes('user"');
const PROGRESS = wordBytes('progress"');
const ZERO = 0x30;
/** With more digits a number may not be exact. */
const MAX_DIGITS = 15;

/** Reads the fields of one line after the other in a buffer, and makes no values of the rest; see `createJsonWalk`. */
export function createLineWalker(bytes: Buffer) {
  const { objectEnd, valueEnd, plainStringEnd, digitsEnd, isWord } = createJsonWalk(bytes);
  let line = 0;
  let type: LineFields['type'];
  let isSidechain = false;
  const texts: Readonly<Record<TextName, Span>> = {
    sessionId: newSpan(),
    timestamp: newSpan(),
    requestId: newSpan(),
    version: newSpan(),
    agentId: newSpan(),
    promptId: newSpan(),
    messageId: newSpan(),
    model: newSpan(),
    subtype: newSpan(),
  };
  const counts: Readonly<Record<CountName, Count>> = {
    input: newCount(),
    output: newCount(),
    read: newCount(),
    written: newCount(),
    written5m: newCount(),
    written1h: newCount(),
  };

  const ofUsage = level({
    input_tokens: count('input'),
    output_tokens: count('output'),
    cache_read_input_tokens: count('read'),
    cache_creation_input_tokens: count('written'),
    cache_creation: nested(
      level({ ephemeral_5m_input_tokens: count('written5m'), ephemeral_1h_input_tokens: count('written1h') }),
    ),
  });
  const ofMessage = level({ id: text('messageId'), model: text('model'), usage: nested(ofUsage) });
  const ofLine = level({
    type: readType,
    isSidechain: readSidechain,
    message: nested(ofMessage),
    sessionId: text('sessionId'),
    timestamp: text('timestamp'),
    requestId: text('requestId'),
    version: text('version'),
    agentId: text('agentId'),
    promptId: text('promptId'),
    subtype: text('subtype'),
  });

  const fields: LineFields = {
    get type() {
      return type;
    },
    get isSidechain() {
      return isSidechain;
    },
    text(name) {
      const span = texts[name];
      return span.line === line ? bytes.toString('latin1', span.from, span.to) : undefined;
    },
    count(name) {
      const found = counts[name];
      return found.line === line ? found.value : undefined;
    },
  };

  return {
    /** Of the line that was walked last, until its bytes change. */
    fields,

    /** Answers the index behind the object that begins at `at`, UNWANTED, or UNSURE where only JSON.parse can tell. */
    walk(at: number): number {
      line += 1;
      type = undefined;
      isSidechain = false;
      return objectEnd(at, ofLine);
    },
  };

  /** Of a name that comes twice JSON.parse keeps the last: such lines are left to it. */
  function level(reads: Readonly<Record<string, Read>>): Member {
    const byLength: Wanted[][] = [];
    for (const [name, read] of Object.entries(reads)) {
      byLength[name.length] ??= [];
      byLength[name.length]?.push({ word: wordBytes(name), read, line: 0 });
    }
    return (from, to) => {
      const sameLength = byLength[to - from] ?? NONE;
      for (let nth = 0; nth < sameLength.length; nth++) {
        const wanted = sameLength[nth];
        if (!wanted || !isWord(from, wanted.word)) continue;
        if (wanted.line === line) return UNSURE;
        wanted.line = line;
        return wanted.read(to + 2);
      }
      return valueEnd(to + 2);
    };
  }

  function nested(member: Member): Read {
    return (value) => (bytes[value] === OPEN_BRACE ? objectEnd(value, member) : valueEnd(value));
  }

  function text(name: TextName): Read {
    const span = texts[name];
    return (value) => {
      if (bytes[value] !== QUOTE) return valueEnd(value);
      const end = plainStringEnd(value + 1);
      if (end === UNSURE) return UNSURE;
      span.line = line;
      span.from = value + 1;
      span.to = end;
      return end + 1;
    };
  }

  function count(name: CountName): Read {
    const found = counts[name];
    return (value) => {
      if (isWord(value, NULL)) return value + NULL.length;
      const end = digitsEnd(value);
      if (end === value || end - value > MAX_DIGITS) return UNSURE;
      found.line = line;
      found.value = 0;
      for (let at = value; at < end; at++) found.value = found.value * 10 + (bytes[at] ?? ZERO) - ZERO;
      return end;
    };
  }

  function readType(value: number): number {
    if (bytes[value] !== QUOTE) return UNSURE;
    if (isWord(value + 1, ASSISTANT)) type = 'assistant';
    else if (isWord(value + 1, SYSTEM)) type = 'system';
    else if (isWord(value + 1, USER)) type = 'user';
    else if (isWord(value + 1, PROGRESS) || plainStringEnd(value + 1) === UNSURE) return UNSURE;
    return type === 'assistant' || type === 'system' ? valueEnd(value) : UNWANTED;
  }

  function readSidechain(value: number): number {
    isSidechain = isWord(value, TRUE);
    return valueEnd(value);
  }
}

const NONE: readonly Wanted[] = [];

interface Span {
  line: number;
  from: number;
  to: number;
}

interface Count {
  line: number;
  value: number;
}

function newSpan(): Span {
  return { line: 0, from: 0, to: 0 };
}

function newCount(): Count {
  return { line: 0, value: 0 };
}
