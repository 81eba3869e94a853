import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import type { Database } from './database.ts';

/** A backup or a restore cannot be done; the message is a sentence for whoever typed the command. */
export class CopyRefused extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CopyRefused';
  }
}

export interface Copied {
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
}

export interface CopyOptions {
  readonly from: string;
  /** A new or empty file. */
  readonly to: string;
  readonly signal?: AbortSignal | undefined;
}

/** Between two steps a signal can end the copy; fewer pages at once take longer and spare nobody anything. */
const PAGES_AT_ONCE = 1000;
const PATIENCE_MS = 5_000;

/**
 * Copies a database as it stands at one moment, while others go on writing to it, and proves the copy: SQLite finds no
 * fault in it, and each table has as many rows. The copy is one file, without a log beside it. Throws `CopyRefused`.
 */
export async function copyDatabase({ from, to, signal }: CopyOptions): Promise<Copied> {
  const source = openSource(from);
  try {
    // Without a snapshot SQLite starts anew whenever somebody writes: under load it would never end.
    source.exec('BEGIN');
    const rows = countRows(source, from);
    await copyPages(source, to, signal);
    source.exec('COMMIT');
    return prove(to, { from, rows });
  } finally {
    source.close();
  }
}

async function copyPages(source: Database, to: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await source.backup(to, {
      progress() {
        signal?.throwIfAborted();
        return PAGES_AT_ONCE;
      },
    });
  } catch (error) {
    if (signal?.aborted) throw new CopyRefused('Stopped: nothing was written.', error);
    throw new CopyRefused(`The copy cannot be made: ${messageOf(error)}.`, error);
  }
}

/** Makes names that were given in a folder survive a power failure. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function openSource(path: string): Database {
  try {
    return new BetterSqlite3(path, { fileMustExist: true, timeout: PATIENCE_MS });
  } catch (error) {
    throw new CopyRefused(`${path} cannot be opened: ${messageOf(error)}.`, error);
  }
}

/** Rows by table. */
function countRows(db: Database, path: string): ReadonlyMap<string, number> {
  try {
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
    const count = (table: string) =>
      db
        .prepare<[], number>(`SELECT count(*) FROM "${table.replaceAll('"', '""')}"`)
        .pluck()
        .get() ?? 0;
    return new Map(tables.map((table) => [table, count(table)]));
  } catch (error) {
    throw new CopyRefused(`${path} cannot be read: ${messageOf(error)}.`, error);
  }
}

function prove(path: string, { from, rows }: { from: string; rows: ReadonlyMap<string, number> }): Copied {
  const copy = new BetterSqlite3(path, { fileMustExist: true });
  try {
    // The log's content becomes part of the file, so that one file is all there is to keep.
    copy.pragma('journal_mode = DELETE');
    const faults = copy.prepare<[], string>('PRAGMA integrity_check(3)').pluck().all();
    if (faults.join() !== 'ok')
      throw new CopyRefused(`${from} is damaged, and so is every copy of it: ${faults.join('; ')}.`);
    const copied = countRows(copy, path);
    for (const [table, count] of rows) {
      if (copied.get(table) !== count)
        throw new CopyRefused(`The copy has ${copied.get(table)} rows of ${table}, ${from} has ${count}.`);
    }
    const total = [...rows.values()].reduce((sum, count) => sum + count, 0);
    return { bytes: statSync(path).size, tables: rows.size, rows: total };
  } catch (error) {
    if (error instanceof CopyRefused) throw error;
    throw new CopyRefused(`${from} is damaged, and so is every copy of it: ${messageOf(error)}.`, error);
  } finally {
    copy.close();
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
