import { readSync } from 'node:fs';
import type { LineFields } from './line-fields.ts';
import { createLineWalker, UNWANTED } from './line-walker.ts';
import { parsedLine } from './parsed-line.ts';

/** Answers whether to go on; where not, the line counts as not read. */
type Visit = (line: LineFields) => boolean;

export interface ReadFrom {
  /** Where to begin in the file, in bytes. */
  readonly offset: number;
  readonly visit: Visit;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** Fits the processor’s cache: what was read is still there when it is walked. */
const FIRST_BYTES = 1 << 18;

/** What is not JSON, and so no line of a client. */
const BROKEN = 'broken';

/**
 * Reads the lines of open files, one file after the other. A line is in memory only while it may be wanted, and once. Answers
 * the offset behind the last line that was read; a last line without its end waits for the rest, unless it is whole.
 * `firstBytes`: a multiple of four; memory grows with the longest line that may be wanted.
 */
export function createTranscriptReader(firstBytes = FIRST_BYTES) {
  let bytes = bytesOf(firstBytes);
  let walker = createLineWalker(bytes);

  return (fd: number, { offset, visit }: ReadFrom): number => {
    /** Where in the file the first byte in memory is, and where the next line. */
    let memoryAt = offset;
    let lineAt = offset;
    let filled = 0;
    /** The line goes on, and nobody wants it. */
    let isSkipping = false;

    for (;;) {
      const got = readSync(fd, bytes, filled, bytes.length - 1 - filled, memoryAt + filled);
      const end = filled + got;
      bytes[end] = NEWLINE;
      let at = 0;
      if (isSkipping) {
        at = bytes.indexOf(NEWLINE) + 1;
        isSkipping = at > end;
        if (!isSkipping) lineAt = memoryAt + at;
      }
      while (at < end) {
        const walked = walker.walk(at);
        const lineEnd = walked >= 0 && bytes[walked] === NEWLINE ? walked : bytes.indexOf(NEWLINE, at);
        const goesOn = lineEnd === end && got > 0;
        // It is walked again once more of it is here; of what nobody wants no more is needed.
        if (goesOn && walked !== UNWANTED) break;
        const line = walked === UNWANTED ? walker.fields : lineOf(at, { walked, lineEnd });
        if (line === BROKEN && lineEnd === end) return lineAt;
        if (line !== BROKEN && line?.type !== undefined && !visit(line)) return lineAt;
        isSkipping = goesOn;
        at = goesOn ? end : lineEnd + 1;
        if (!goesOn && !(walked === UNWANTED && lineEnd === end)) lineAt = memoryAt + Math.min(at, end);
      }
      if (got === 0) return lineAt;
      const from = Math.min(at, end);
      memoryAt += from;
      filled = end - from;
      makeRoom(from, end);
    }
  };

  function lineOf(at: number, { walked, lineEnd }: { walked: number; lineEnd: number }) {
    if (walked >= 0 && (walked === lineEnd || (walked + 1 === lineEnd && bytes[walked] === RETURN)))
      return walker.fields;
    try {
      return parsedLine(JSON.parse(bytes.toString('utf8', at, lineEnd)));
    } catch {
      return BROKEN;
    }
  }

  /** Moves what is left of a line to the front, and makes the memory larger where the line fills it all. */
  function makeRoom(from: number, end: number) {
    if (end - from < bytes.length - 1) return void bytes.copyWithin(0, from, end);
    const larger = bytesOf(bytes.length * 2);
    bytes.copy(larger, 0, from, end);
    bytes = larger;
    walker = createLineWalker(bytes);
  }
}

/** Aligned, as the walker needs it. */
function bytesOf(length: number): Buffer {
  return Buffer.from(new ArrayBuffer(length));
}
