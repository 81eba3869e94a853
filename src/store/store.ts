import { type EpochMs, epochMs } from '../model/time.ts';
import { openDatabase } from './database.ts';
import { createDeveloperStore } from './developer-store.ts';
import { createIncidentStore } from './incident-store.ts';
import { createNoticeStore } from './notice-store.ts';
import { createReportStore } from './report-store.ts';
import { createRequestStore } from './request-store.ts';
import { createSessionStore } from './session-store.ts';
import { createTokenStore } from './token-store.ts';
import { createWindowStore } from './window-store.ts';

export type Store = ReturnType<typeof openStore>;

/** Opens the database with all its tables; `now` dates a new installation. */
export function openStore(path: string, now: EpochMs) {
  const db = openDatabase(path);
  db.prepare('INSERT INTO installation (id, installed_at) VALUES (1, ?) ON CONFLICT DO NOTHING').run(now);
  const installation = db.prepare<[], { installed_at: number }>('SELECT installed_at FROM installation');
  return {
    developers: createDeveloperStore(db),
    tokens: createTokenStore(db),
    requests: createRequestStore(db),
    sessions: createSessionStore(db),
    windows: createWindowStore(db),
    reports: createReportStore(db),
    incidents: createIncidentStore(db),
    notices: createNoticeStore(db),
    installedAt: (): EpochMs => epochMs(installation.get()?.installed_at ?? now),
    /**
     * Runs `work` whole or not at all; inside another transaction as a savepoint. The write lock is taken first: work that
     * read before another process wrote could not be written any more.
     */
    transaction: <T>(work: () => T): T => db.transaction(work).immediate(),
    /** Throws when the database cannot be read. */
    ping: () => void installation.get(),
    close: () => void db.close(),
  };
}
