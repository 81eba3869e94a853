import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { migrate } from './migrate.ts';

export type Database = BetterSqlite3.Database;

/** The file cannot be opened, or is no database. */
export class DatabaseUnusable extends Error {
  constructor(path: string, cause: Error) {
    super(
      `DATABASE_PATH=${path} cannot be used (${cause.message}): choose a file in a folder that this user can write.`,
      {
        cause,
      },
    );
    this.name = 'DatabaseUnusable';
  }
}

/** At start another process may still be migrating. */
const PATIENCE_AT_START_MS = 5_000;
/** Waiting for another process to finish writing stops everything else, health checks too. */
const PATIENCE_MS = 1_000;

/**
 * Opens (and creates) the database and brings it up to date. `:memory:` keeps nothing, nor does an
 * empty path, whose private file may grow beyond the memory.
 * @throws DatabaseTooNew when a newer program wrote it, DatabaseUnusable when the file cannot be opened or is none
 */
export function openDatabase(path: string, synchronous: 'FULL' | 'NORMAL' = 'FULL'): Database {
  const db = openFile(path);
  // Acknowledged means synced: with group commit one sync serves many requests.
  db.pragma(`synchronous = ${synchronous}`);
  // A migration may rebuild a table that others refer to.
  db.pragma('foreign_keys = OFF');
  migrate(db);
  db.pragma('foreign_keys = ON');
  db.pragma(`busy_timeout = ${PATIENCE_MS}`);
  planOnce(db);
  return db;
}

/**
 * Makes each statement be planned once. SQLite 3.54 looks at the values that a condition is bound to, in case they are 0 or
 * 1, and plans a join or an order anew whenever they changed: 10 to 150 µs for what runs in 2. A plus hides them.
 */
function planOnce(db: Database) {
  const prepare = db.prepare.bind(db);
  Object.assign(db, { prepare: (sql: string) => prepare(hidingValues(sql)) });
}

/** Unary plus changes no value, whatever its type. */
export function hidingValues(sql: string): string {
  return sql.replace(/(?<=(?:[=<>]|\bIS|\bIS NOT|\bLIMIT)\s*)(?=[@?])/g, '+');
}

function openFile(path: string): Database {
  try {
    if (path !== ':memory:' && path !== '') mkdirSync(dirname(path), { recursive: true });
    // Opened all the same, it would leave files beside it that cannot be written either, and outlive its mending.
    if (existsSync(path)) accessSync(path, constants.W_OK);
    const db = new BetterSqlite3(path, { timeout: PATIENCE_AT_START_MS });
    // The first to touch the file: a file that is no database shows here. One that nobody else can see needs no journal on disk.
    db.pragma(`journal_mode = ${path === '' ? 'MEMORY' : 'WAL'}`);
    return db;
  } catch (error) {
    throw error instanceof Error ? new DatabaseUnusable(path, error) : error;
  }
}
