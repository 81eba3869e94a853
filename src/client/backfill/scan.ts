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
  readonly onMarker: (marker: TranscriptMarker) => void;
}

const NEWLINE = 0x0a;

/** Reads what is new of one transcript after the other; answers how far. */
export function createScan({ book, onMarker }: ScanDeps) {
  const read = createTranscriptReader();

  return (transcript: Transcript, known: ReadSoFar | undefined): ReadSoFar => {
    const { path, dev, ino, size, mtimeMs } = transcript;
    const fd = openSync(path, 'r');
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
    else if (line.text('subtype') === 'compact_boundary' && !line.isSidechain) mark(line, around.session);
    return true;
  }

  function mark(line: LineFields, session: string) {
    const at = momentOf(line);
    if (at !== undefined) onMarker({ session: wordOf(line, 'sessionId') ?? session, at, kind: 'compaction' });
  }
}

/** Whether it only grew: the same file, and still a line begins where the last was read. */
function goesOn(fd: number, { dev, ino, size }: Transcript, known: ReadSoFar | undefined): known is ReadSoFar {
  if (known?.dev !== dev || known.ino !== ino || known.offset > size) return false;
  if (known.offset === 0) return true;
  const before = Buffer.alloc(1);
  return readSync(fd, before, 0, 1, known.offset - 1) === 1 && before[0] === NEWLINE;
}
