import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** A version of Claude Code that somebody works with. */
export interface Client {
  readonly version: string;
  readonly sessions: number;
  readonly lastSeenAt: EpochMs;
}

/** Reads which client versions somebody uses. */
export function createClientReader(db: Database) {
  const ofDeveloper = db.prepare<
    { developer: number; from: number },
    { version: string; sessions: number; last_seen_at: number }
  >(`
    SELECT client_version AS version, count(*) AS sessions, max(last_seen_at) AS last_seen_at
    FROM sessions
    WHERE developer_id = @developer AND last_seen_at >= @from AND client_version IS NOT NULL
    GROUP BY client_version
  `);

  return {
    /** The versions of the sessions that were seen at `from` or later, in no order. */
    of: (developer: DeveloperId, from: EpochMs): readonly Client[] =>
      ofDeveloper
        .all({ developer, from })
        .map(({ last_seen_at, ...client }) => ({ ...client, lastSeenAt: epochMs(last_seen_at) })),
  };
}
