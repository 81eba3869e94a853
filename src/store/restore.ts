import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { createPrivate, removeCompanions } from './backup.ts';
import { type Copied, CopyRefused, copyDatabase, messageOf, syncFolder } from './copy-database.ts';
import type { Database } from './database.ts';
import { knownSchema } from './migrate.ts';

export interface RestoreOptions {
  readonly file: string;
  readonly database: string;
  /** What the database that was there is called from now on: its name with this behind it. */
  readonly suffix: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Restored extends Copied {
  readonly schema: number;
  /** Where the database that was there is now; undefined: there was none. */
  readonly aside: string | undefined;
}

/**
 * Puts a backup in the place of the database, which is kept aside. The program must not run. Nothing is changed before
 * the backup's copy is proven. Throws `CopyRefused`.
 */
export async function restore({ file, database, suffix, signal }: RestoreOptions): Promise<Restored> {
  if (!existsSync(file)) throw new CopyRefused(`There is no backup at ${file}.`);
  if (existsSync(database) && realpathSync(file) === realpathSync(database))
    throw new CopyRefused(`${file} is the database itself: name the backup that shall take its place.`);
  // Before the long part; whoever starts meanwhile is found again below.
  takeAlone(database)?.close();
  mkdirSync(dirname(database), { recursive: true });
  const fresh = `${database}.${process.pid}.restoring`;
  createPrivate(fresh);
  try {
    const copied = await copyDatabase({ from: file, to: fresh, signal });
    const schema = prepare(fresh, file);
    keepOwner(fresh, database);
    return { ...copied, schema, aside: swap(fresh, database, suffix) };
  } finally {
    rmSync(fresh, { force: true });
    removeCompanions(fresh);
  }
}

/** Answers the schema of what is to be restored. */
function prepare(path: string, file: string): number {
  const db = new BetterSqlite3(path);
  try {
    const schema = Number(db.pragma('user_version', { simple: true }));
    const ours = db.prepare("SELECT 1 FROM sqlite_schema WHERE name IN ('installation', 'notices')").all();
    if (schema < 1 || ours.length < 2) throw new CopyRefused(`${file} is no backup of Quota Watch.`);
    if (schema > knownSchema()) {
      const found = `schema ${schema}, this program knows ${knownSchema()}`;
      throw new CopyRefused(`${file} was written by a newer Quota Watch (${found}): restore it with that version.`);
    }
    // What waited then may have been said since: Slack's history is asked before anything is posted.
    db.prepare("UPDATE notices SET state = 'sending' WHERE state = 'waiting'").run();
    return schema;
  } finally {
    db.close();
  }
}

/** Under one lock, so that no program starts on the old file. The name always leads to one of both, whole. */
function swap(fresh: string, database: string, suffix: string): string | undefined {
  const lock = takeAlone(database);
  try {
    if (!existsSync(database)) {
      removeCompanions(database);
      renameSync(fresh, database);
      syncFolder(dirname(resolve(database)));
      return undefined;
    }
    const aside = `${database}${suffix}`;
    linkSync(database, aside);
    // Only a damaged one still has a log of its own: it goes with it, for whoever wants to rescue what is in it.
    if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${aside}-wal`);
    removeCompanions(database);
    renameSync(fresh, database);
    syncFolder(dirname(resolve(database)));
    return aside;
  } finally {
    lock?.close();
  }
}

/**
 * Locks the database for nobody but us, its log written into it; undefined: there is none, or it is too damaged to be
 * locked. A running program holds a lock as long as it lives and not a moment longer, whatever ended it.
 */
function takeAlone(database: string): Database | undefined {
  if (!existsSync(database)) return undefined;
  const db = new BetterSqlite3(database, { timeout: 1000 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) throw isRunning(database, error);
    // Here the lock was asked for before the damage was seen.
    if (code.startsWith('SQLITE_CORRUPT')) return undefined;
    // Here it was not. A running program always has a log.
    if (code === 'SQLITE_NOTADB' && !existsSync(`${database}-wal`)) return undefined;
    if (code === 'SQLITE_NOTADB') throw cannotTell(database, error);
    throw new CopyRefused(`${database} cannot be replaced: ${messageOf(error)}.`, error);
  }
}

function isRunning(database: string, cause: unknown): CopyRefused {
  return new CopyRefused(
    `Quota Watch, or another program, has ${database} open: stop it first. Nothing was changed.`,
    cause,
  );
}

function cannotTell(database: string, cause: unknown): CopyRefused {
  return new CopyRefused(
    `${database} is too damaged to tell whether a program has it open. Make sure that Quota Watch is stopped, move ` +
      `${database}, ${database}-wal and ${database}-shm away, and try again. Nothing was changed.`,
    cause,
  );
}

/** Whoever restores may be root; the program is not. */
function keepOwner(fresh: string, database: string) {
  const like = statSync(existsSync(database) ? database : dirname(resolve(database)));
  if (like.isFile()) chmodSync(fresh, like.mode & 0o777);
  if (process.getuid?.() === 0) chownSync(fresh, like.uid, like.gid);
}
