import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';

/** The database was written by a newer program; running on it would lose what this one does not know. */
export class DatabaseTooNew extends Error {
  constructor(found: number, known: number) {
    super(
      `The database has schema ${found}, this program knows ${known}: start the newer program, or restore a backup.`,
    );
    this.name = 'DatabaseTooNew';
  }
}

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

/** Applies what is missing, each file in a transaction of its own, numbered by `user_version`. */
export function migrate(db: BetterSqlite3.Database, folder = MIGRATIONS): void {
  const files = filesOf(folder);
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > files.length) throw new DatabaseTooNew(version, files.length);
  for (const [index, file] of files.entries()) {
    if (index < version) continue;
    const apply = db.transaction(() => {
      db.exec(readFileSync(join(folder, file), 'utf8'));
      db.pragma(`user_version = ${index + 1}`);
    });
    apply.exclusive();
  }
}

/** The newest schema that this program can read and write. */
export function knownSchema(): number {
  return filesOf(MIGRATIONS).length;
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .toSorted();
}
