/** SQLite says these when it cannot write now, and some when it cannot even read; later it may. */
const NOT_NOW = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN)/;

/** Whether the database stood in the way, and not the data. */
export function isUnwritable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_NOW.test(String(error.code));
}
