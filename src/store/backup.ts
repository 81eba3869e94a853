import { closeSync, existsSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Copied, CopyRefused, copyDatabase, messageOf, syncFolder } from './copy-database.ts';

export interface BackupOptions {
  readonly database: string;
  readonly file: string;
  /** Whether a file that is there already may be replaced. */
  readonly overwrite: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What SQLite keeps beside a database; of another file under the same name it would be read as this one's. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/**
 * Writes a proven copy of the database to a file, while the program runs. The file appears whole or not at all, and only
 * its owner can read it. Throws `CopyRefused`.
 */
export async function backUp({ database, file, overwrite, signal }: BackupOptions): Promise<Copied> {
  refuseBadNames({ database, file, overwrite });
  const partial = `${file}.${process.pid}.partial`;
  createPrivate(partial);
  try {
    const copied = await copyDatabase({ from: database, to: partial, signal });
    removeCompanions(file);
    renameSync(partial, file);
    syncFolder(dirname(resolve(file)));
    return copied;
  } finally {
    rmSync(partial, { force: true });
    removeCompanions(partial);
  }
}

/** Before a file takes the name of another database. */
export function removeCompanions(file: string): void {
  for (const companion of COMPANIONS) rmSync(`${file}${companion}`, { force: true });
}

/** Personal data: readable by nobody else, from the first byte. */
export function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    throw new CopyRefused(`${file} cannot be written: ${messageOf(error)}.`, error);
  }
}

function refuseBadNames({ database, file, overwrite }: Omit<BackupOptions, 'signal'>) {
  if (!existsSync(database))
    throw new CopyRefused(`There is no database at ${database} (DATABASE_PATH): nothing to back up.`);
  // A folder that is missing may be a disk that is not mounted: making it would hide that.
  if (!existsSync(dirname(resolve(file)))) throw new CopyRefused(`The folder ${dirname(file)} does not exist.`);
  if (!existsSync(file)) return;
  if (statSync(file).isDirectory()) throw new CopyRefused(`${file} is a folder: name a file in it.`);
  if (realpathSync(file) === realpathSync(database))
    throw new CopyRefused(`${file} is the database itself: name another file.`);
  if (!overwrite) throw new CopyRefused(`${file} exists: name another file, or add --force to replace it.`);
}
