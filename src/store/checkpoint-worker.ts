import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite3 from 'better-sqlite3';

/** Little is left for a commit to do when the log is full; more often only syncs the disk more. */
const EVERY_MS = 500;

const db = new BetterSqlite3(workerData, { fileMustExist: true });
const timer = setInterval(checkpoint, EVERY_MS);
parentPort?.once('message', () => {
  clearInterval(timer);
  db.close();
});

/** Waits for nobody, and nobody waits for it. */
function checkpoint() {
  try {
    db.pragma('wal_checkpoint(PASSIVE)');
  } catch (error) {
    // A full disk may have room again: until then the log keeps what was committed.
    if (!(error instanceof BetterSqlite3.SqliteError)) throw error;
  }
}
