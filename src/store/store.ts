import { type EpochMs, epochMs } from '../model/time.ts';
import { openDatabase } from './database.ts';
import { createDeveloperStore } from './developer-store.ts';
import { createIncidentStore } from './incident-store.ts';
import { createNoticeStore } from './notice-store.ts';
import { createRateStore } from './rate-store.ts';
import { createReportStore } from './report-store.ts';
import { createRequestStore } from './request-store.ts';
import { createSessionStore } from './session-store.ts';
import { createTokenStore } from './token-store.ts';
import { createUndetectedStore } from './undetected-store.ts';
import { createUsageStore } from './usage-store.ts';
import { createVersionStore } from './version-store.ts';
import { createWindowStore } from './window-store.ts';

export type Store = ReturnType<typeof openStore>;

/** Opens the database with all its tables; `now` dates a new installation. */
export function openStore(path: string, now: EpochMs) {
  const db = openDatabase(path);
  db.prepare('INSERT INTO installation (id, installed_at) VALUES (1, ?) ON CONFLICT DO NOTHING').run(now);
  const installation = db.prepare<[], { installed_at: number }>('SELECT installed_at FROM installation');
  const developers = createDeveloperStore(db);
  /** Asked with every request, by every store that holds something back: the database itself answers ten times slower. */
  const commit = { isComing: false };
  const requests = createRequestStore(db);
  const sessions = createSessionStore(db, commit);
  const undetected = createUndetectedStore(db, commit);
  const windows = createWindowStore(db);
  const reports = createReportStore(db, commit);
  const usage = createUsageStore(db, commit);
  const versions = createVersionStore(db);
  const incidents = createIncidentStore(db);

  const holdingBack = [sessions, undetected, reports, usage, versions];

  // Made once: making one costs more than most of what runs in it.
  const savepoint = db.transaction((work: () => unknown) => work());
  const outermost = db.transaction((work: () => unknown) => {
    const result = work();
    flush();
    return result;
  }).immediate;

  return {
    developers: { ...developers, forSlackUser },
    tokens: createTokenStore(db),
    requests,
    sessions,
    undetected,
    windows: { ...windows, read: renaming(windows.read), claim: renaming(windows.claim) },
    reports,
    usage,
    versions,
    rates: createRateStore(db),
    incidents,
    notices: createNoticeStore(db),
    installedAt: (): EpochMs => epochMs(installation.get()?.installed_at ?? now),
    transaction,
    /** Runs `work` in the running transaction, or in one of its own. */
    together: <T>(work: () => T): T => (commit.isComing ? work() : transaction(work)),
    /** Throws when the database cannot be read. */
    ping: () => void installation.get(),
    close: () => void db.close(),
  };

  /**
   * Runs `work` whole or not at all; inside another transaction as a savepoint. The write lock is taken first: work that
   * read before another process wrote could not be written any more. What stores hold back is written before the commit.
   */
  function transaction<T>(work: () => T): T {
    return commit.isComing ? inner(work) : outer(work);
  }

  function outer<T>(work: () => T): T {
    commit.isComing = true;
    try {
      return outermost(work) as T;
    } catch (error) {
      forget();
      throw error;
    } finally {
      commit.isComing = false;
    }
  }

  function inner<T>(work: () => T): T {
    try {
      return savepoint(work) as T;
    } catch (error) {
      incidents.forget();
      throw error;
    }
  }

  /** Incidents name their window by its account, and what learns that account renames them. */
  function renaming<Args extends readonly unknown[], T>(learn: (...args: Args) => T) {
    return (...args: Args): T => {
      const result = learn(...args);
      incidents.forget();
      return result;
    };
  }

  /** Two developers may turn out to be one: what stores remember of them is read anew. */
  function forSlackUser(...args: Parameters<typeof developers.forSlackUser>) {
    flush();
    const developer = developers.forSlackUser(...args);
    forget();
    return developer;
  }

  function flush() {
    for (const store of holdingBack) store.flush();
  }

  function forget() {
    for (const store of [...holdingBack, incidents]) store.forget();
  }
}
