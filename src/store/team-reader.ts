import { type DeveloperId, developerId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** How much the whole team has left, as far as its status lines told. */
export interface TeamHeadroom {
  /** The most left first, by the account of each that has most; those who used up all come last. */
  readonly most: readonly DeveloperId[];
  /** How many developers have a window that runs and was read. */
  readonly developers: number;
  /** Of these, how many have nothing left on any account. */
  readonly usedUp: number;
  /** When the first of those has something again; undefined: nobody waits. */
  readonly firstBackAt: EpochMs | undefined;
}

interface Row {
  developer_id: number;
  developers: number;
  used_up: number;
  first_back_at: number | null;
}

/** Reads how the team as a whole stands: of ten thousand people in one pass over what runs now. */
export function createTeamReader(db: Database) {
  // Of each window the one that resets last, as an early reset leaves the old one behind; windows of one model say
  // nothing of the others. The plus keeps the planner from reading a year of windows in the order of developers. People
  // rank by the percentage used, which is less than any moment, and where nothing is left by when it is back.
  const headroom = db.prepare<{ now: number; limit: number }, Row>(`
    WITH running AS (
      SELECT developer_id, account, kind, max(resets_at) AS resets_at, used_percent
      FROM windows
      WHERE resets_at > @now AND scope = ''
      GROUP BY +developer_id, account, kind
    ),
    accounts AS (
      SELECT developer_id, coalesce(max(iif(used_percent >= 100, resets_at, NULL)), max(used_percent)) AS rank
      FROM running
      GROUP BY developer_id, account
    ),
    people AS (
      SELECT developer_id, min(rank) AS rank
      FROM accounts
      GROUP BY developer_id
    )
    SELECT developer_id,
      count(*) OVER ()                            AS developers,
      sum(rank >= 100) OVER ()                    AS used_up,
      min(iif(rank >= 100, rank, NULL)) OVER ()   AS first_back_at
    FROM people
    ORDER BY rank, developer_id
    LIMIT @limit
  `);
  const heard = db.prepare<[number], { developers: number }>(`
    SELECT count(DISTINCT developer_id) AS developers FROM feeds WHERE last_at >= ?
  `);

  return {
    /** Who has the most headroom, and how the others stand. */
    headroom(now: EpochMs, limit: number): TeamHeadroom {
      const rows = headroom.all({ now, limit });
      const [first] = rows;
      return {
        most: rows.map((row) => developerId(row.developer_id)),
        developers: first?.developers ?? 0,
        usedUp: first?.used_up ?? 0,
        firstBackAt: first?.first_back_at == null ? undefined : epochMs(first.first_back_at),
      };
    },
    /** Of how many developers anything was heard since a moment. */
    heardSince: (from: EpochMs): number => heard.get(from)?.developers ?? 0,
  };
}
