import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Connection } from '../connection.ts';
import type { Transcript } from './find-transcripts.ts';

/** How far a transcript was read. */
export interface ReadSoFar {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  /** Everything before it was sent, or is nothing to send. */
  readonly offset: number;
  /** The prompt that was being answered there. */
  readonly promptId?: string | undefined;
}

/** How far everything was read, for one collector and developer. */
export interface Progress {
  /** From when on requests were sent, epoch ms. */
  readonly since: number;
  readonly files: Readonly<Record<string, ReadSoFar | undefined>>;
}

interface Kept extends Progress {
  readonly format: typeof FORMAT;
  readonly of: string;
}

const FORMAT = 1;

/** Undefined: nothing was read for this connection yet, or it is not known any more. */
export function readProgress(file: string, connection: Connection): Progress | undefined {
  try {
    const kept: Partial<Kept> = JSON.parse(readFileSync(file, 'utf8'));
    const { since, files } = kept;
    if (kept.format !== FORMAT || kept.of !== nameOf(connection)) return undefined;
    return typeof since === 'number' && typeof files === 'object' ? { since, files } : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all. */
export function writeProgress(file: string, connection: Connection, progress: Progress) {
  const kept: Kept = { format: FORMAT, of: nameOf(connection), ...progress };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Whether all of it was read, as far as can be told without reading it. */
export function isRead({ dev, ino, size, mtimeMs }: Transcript, known: ReadSoFar | undefined): boolean {
  return known?.dev === dev && known.ino === ino && known.offset === size && known.mtimeMs === mtimeMs;
}

/** The end of a token tells it from others, and is no secret. */
function nameOf({ url, token }: Connection): string {
  return `${url} ${token.slice(-6)}`;
}
