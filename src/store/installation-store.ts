import { randomBytes } from 'node:crypto';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

interface Row {
  installed_at: number;
  pseudonym_secret: Buffer;
}

const SECRET_BYTES = 32;

/** What is true of the installation as a whole; `now` dates a new one. */
export function createInstallationStore(db: Database, now: EpochMs) {
  db.prepare('INSERT INTO installation (id, installed_at) VALUES (1, ?) ON CONFLICT DO NOTHING').run(now);
  db.prepare('UPDATE installation SET pseudonym_secret = ? WHERE pseudonym_secret IS NULL').run(
    randomBytes(SECRET_BYTES),
  );
  const one = db.prepare<[], Row>('SELECT installed_at, pseudonym_secret FROM installation');

  return {
    installedAt: (): EpochMs => epochMs(read().installed_at),
    /** What pseudonyms are made with; the same for good, and known to nobody. */
    pseudonymSecret: (): Uint8Array => read().pseudonym_secret,
    /** Throws when the database cannot be read. */
    ping: () => void read(),
  };

  function read(): Row {
    const row = one.get();
    if (!row) throw new Error('the installation that was just written is missing');
    return row;
  }
}
