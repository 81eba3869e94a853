import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Database } from './database.ts';

/** Pages of the log at which SQLite writes into the database by itself, inside a commit. */
const ALONE = 1000;
/** With help: 128 MiB. By then the helper has written nearly all of it, and the log can begin anew. */
const WITH_HELP = 32_000;
/** The helper holds next to nothing. */
const LITTLE = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 };

/**
 * Brings what the log holds into the database beside the main thread: inside a commit, as SQLite does it by itself, all
 * else waits for it. Without help, or when it dies, SQLite goes on by itself.
 */
export function createCheckpoints(db: Database) {
  let helper: Worker | undefined;

  return {
    /** A database in memory needs no help. */
    start(onFailure: (error: unknown) => void) {
      if (db.memory) return;
      db.pragma(`wal_autocheckpoint = ${WITH_HELP}`);
      helper = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
        workerData: db.name,
        resourceLimits: LITTLE,
      });
      helper.on('error', (error) => {
        helper = undefined;
        db.pragma(`wal_autocheckpoint = ${ALONE}`);
        onFailure(error);
      });
    },

    /** Resolves once nobody but the main thread has the database open. */
    async stop() {
      if (!helper) return;
      const ended = once(helper, 'exit');
      helper.postMessage('stop');
      helper = undefined;
      db.pragma(`wal_autocheckpoint = ${ALONE}`);
      await ended;
    },
  };
}
