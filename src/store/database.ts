import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { migrate } from './migrate.ts';

export type Database = BetterSqlite3.Database;

/**
 * Opens (and creates) the database and brings it up to date. `:memory:` keeps nothing.
 * @throws DatabaseTooNew when a newer program wrote it
 */
export function openDatabase(path: string): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new BetterSqlite3(path);
  db.pragma('journal_mode = WAL');
  // Acknowledged means synced: with group commit one sync serves many requests.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('busy_timeout = 5000');
  migrate(db);
  return db;
}
