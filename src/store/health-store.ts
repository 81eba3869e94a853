import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EpochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** How much waits in the database, and how much room it takes. */
export interface StoreLevels {
  /** Sessions with data that no detector has judged. */
  readonly undetectedSessions: number;
  /** Notices that should be said by now. */
  readonly dueNotices: number;
  /** Since when the oldest of them has been due; undefined: none is. */
  readonly oldestDueAt: EpochMs | undefined;
  readonly openIncidents: number;
  readonly databaseBytes: number;
  /** Of the log that the next checkpoints write into the database. */
  readonly logBytes: number;
  /** Free on its disk for this user; undefined: it is on none. */
  readonly freeBytes: number | undefined;
}

/** What is asked of the database as a whole, by metrics and readiness. */
export function createHealthStore(db: Database) {
  const undetected = db.prepare<[], number>('SELECT count(*) FROM undetected').pluck();
  const due = db.prepare<{ now: number }, { notices: number; oldest: EpochMs | null }>(`
    SELECT count(*) AS notices, min(due_at) AS oldest
    FROM notices
    WHERE state IN ('waiting', 'sending') AND due_at <= @now
  `);
  const openIncidents = db.prepare<[], number>('SELECT count(*) FROM incidents WHERE resolved_at IS NULL').pluck();
  const newestIncident = db.prepare<[], number | null>('SELECT max(id) FROM incidents').pluck();
  // Only what changes is written: there and back again, so that nobody sees a change.
  const move = db.prepare<[number]>('UPDATE installation SET installed_at = installed_at + ?');
  const isOnDisk = db.name !== ':memory:' && db.name !== '';

  return {
    levels(now: EpochMs): StoreLevels {
      const { notices = 0, oldest = null } = due.get({ now }) ?? {};
      return {
        undetectedSessions: undetected.get() ?? 0,
        dueNotices: notices,
        oldestDueAt: oldest ?? undefined,
        openIncidents: openIncidents.get() ?? 0,
        databaseBytes: pragma('page_count') * pragma('page_size'),
        logBytes: isOnDisk ? (statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0) : 0,
        freeBytes: isOnDisk ? freeBytesFor(db.name) : undefined,
      };
    },
    /** Id of the incident that was written last; 0 for none. */
    newestIncident: (): number => newestIncident.get() ?? 0,
    /** Writes a page, to see whether that is possible; to be run in a transaction. Throws what SQLite says. */
    tryWriting() {
      move.run(1);
      move.run(-1);
    },
  };

  function pragma(name: 'page_count' | 'page_size'): number {
    return Number(db.pragma(name, { simple: true }));
  }
}

function freeBytesFor(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}
