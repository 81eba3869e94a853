import { type SessionId, sessionId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Fact } from '../model/usage-item.ts';
import type { Database } from './database.ts';

/** Facts of a session whose developer telemetry has yet to name. */
export interface UnclaimedReport {
  readonly id: number;
  readonly receivedAt: EpochMs;
  readonly facts: readonly Fact[];
}

/** What status lines and hooks told with a team token, until telemetry names whose session it is. */
export function createUnclaimedStore(db: Database) {
  const hold = db.prepare<{ session: string; at: number; report: string }>(`
    INSERT INTO unclaimed_reports (session, received_at, report)
    VALUES (@session, @at, @report)
  `);
  const held = db.prepare<[string], { id: number; received_at: number; report: string }>(`
    SELECT id, received_at, report FROM unclaimed_reports WHERE session = ? ORDER BY id
  `);
  const release = db.prepare<[string]>('DELETE FROM unclaimed_reports WHERE session = ?');
  const expire = db.prepare<[number]>('DELETE FROM unclaimed_reports WHERE received_at < ?');
  const waiting = db.prepare<[], { session: string }>('SELECT DISTINCT session FROM unclaimed_reports');

  /** Asked with every item that a team token brings, and mostly empty. */
  let sessions = read();

  return {
    hold(session: SessionId, facts: readonly Fact[], at: EpochMs) {
      hold.run({ session, at, report: JSON.stringify(facts) });
      sessions.add(session);
    },
    /** Hands out what waited for this session's owner, once. */
    release(session: SessionId): readonly UnclaimedReport[] {
      if (!sessions.delete(session)) return NOTHING;
      const rows = held.all(session);
      release.run(session);
      // The rows hold what `hold` wrote, so their shape is known.
      return rows.map((row) => ({
        id: row.id,
        receivedAt: epochMs(row.received_at),
        facts: JSON.parse(row.report) as Fact[],
      }));
    },
    /** Drops what nobody claimed; answers how many. */
    expire(before: EpochMs): number {
      const { changes } = expire.run(before);
      if (changes > 0) sessions = read();
      return changes;
    },
    /** The transaction was undone. */
    forget() {
      sessions = read();
    },
  };

  function read(): Set<SessionId> {
    return new Set(waiting.all().map((row) => sessionId(row.session)));
  }
}

const NOTHING: readonly UnclaimedReport[] = [];
