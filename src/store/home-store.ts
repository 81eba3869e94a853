import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** Somebody's App Home as they last saw it. */
export interface Home {
  readonly slackUser: string;
  readonly openedAt: EpochMs;
  readonly publishedAt: EpochMs;
  /** Tells two views apart. */
  readonly fingerprint: string;
}

interface Row {
  slack_user: string;
  opened_at: number;
  published_at: number;
  fingerprint: string;
}

export function createHomeStore(db: Database) {
  const opened = db.prepare<{ slackUser: string; now: number; fingerprint: string }>(`
    INSERT INTO homes (slack_user, opened_at, published_at, fingerprint)
    VALUES (@slackUser, @now, @now, @fingerprint)
    ON CONFLICT (slack_user) DO UPDATE
    SET opened_at    = @now,
        published_at = @now,
        fingerprint  = @fingerprint
  `);
  const published = db.prepare<{ slackUser: string; now: number; fingerprint: string }>(`
    UPDATE homes
    SET published_at = @now,
        fingerprint  = @fingerprint
    WHERE slack_user = @slackUser
  `);
  const one = db.prepare<[string], Row>('SELECT * FROM homes WHERE slack_user = ?');
  const since = db.prepare<[number], Row>('SELECT * FROM homes WHERE opened_at >= ? ORDER BY published_at');

  return {
    /** Somebody opened App Home and was shown this. */
    opened: (slackUser: string, fingerprint: string, now: EpochMs) => void opened.run({ slackUser, fingerprint, now }),
    /** It was brought up to date. */
    published: (slackUser: string, fingerprint: string, now: EpochMs) =>
      void published.run({ slackUser, fingerprint, now }),
    find(slackUser: string): Home | undefined {
      const row = one.get(slackUser);
      return row && toHome(row);
    },
    /** Opened at `from` or later, the one that was brought up to date longest ago first. */
    openedSince: (from: EpochMs): readonly Home[] => since.all(from).map(toHome),
  };
}

function toHome(row: Row): Home {
  return {
    slackUser: row.slack_user,
    openedAt: epochMs(row.opened_at),
    publishedAt: epochMs(row.published_at),
    fingerprint: row.fingerprint,
  };
}
