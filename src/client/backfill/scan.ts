import { closeSync, openSync, readSync } from 'node:fs';
import type { Transcript } from './find-transcripts.ts';
import type { LineFields } from './line-fields.ts';
import type { ReadSoFar } from './progress-file.ts';
import { createTranscriptReader } from './read-transcript.ts';
import type { RequestBook } from './request-book.ts';
import { momentOf, wordOf } from './transcript-request.ts';

/** A compaction, in the words of `POST /v1/usage`. */
export interface TranscriptMarker {
  readonly session: string;
  readonly at: number;
  readonly kind: 'compaction';
}

export interface ScanDeps {
  readonly book: RequestBook;
  /** Answers whether the line may be read by now. */
  readonly onMarker: (marker: TranscriptMarker) => boolean;
}

const NEWLINE = 0x0a;

/** Reads what is new of one transcript after the other; answers how far, or undefined where it cannot be opened. */
export function createScan({ book, onMarker }: ScanDeps) {
  const read = createTranscriptReader();

  return (transcript: Transcript, known: ReadSoFar | undefined): ReadSoFar | undefined => {
    const { path, dev, ino, size, mtimeMs } = transcript;
    const fd = open(path);
    if (fd === undefined) return undefined;
    try {
      const from = goesOn(fd, transcript, known) ? known : undefined;
      const around = { session: transcript.session, promptId: from?.promptId };
      const offset = read(fd, { offset: from?.offset ?? 0, visit: (line) => visit(line, around) });
      return { dev, ino, size, mtimeMs, offset, ...(around.promptId !== undefined && { promptId: around.promptId }) };
    } finally {
      closeSync(fd);
    }
  };

  function visit(line: LineFields, around: { session: string; promptId: string | undefined }): boolean {
    if (line.type === 'assistant') return book.add(line, around);
    if (line.type === 'user') around.promptId = wordOf(line, 'promptId') ?? around.promptId;
    else if (line.text('subtype') === 'compact_boundary' && !line.isSidechain) return mark(line, around.session);
    return true;
  }

  function mark(line: LineFields, session: string): boolean {
    const at = momentOf(line);
    return at === undefined || onMarker({ session: wordOf(line, 'sessionId') ?? session, at, kind: 'compaction' });
  }
}

/** What went away meanwhile, or may not be read, has nothing to tell. */
function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

/** Whether it only grew: the same file, and still a line begins where the last was read. */
function goesOn(fd: number, { dev, ino, size }: Transcript, known: ReadSoFar | undefined): known is ReadSoFar {
  if (known?.dev !== dev || known.ino !== ino || known.offset > size) return false;
  if (known.offset === 0) return true;
  const before = Buffer.alloc(1);
  return readSync(fd, before, 0, 1, known.offset - 1) === 1 && before[0] === NEWLINE;
}
