import { type DeveloperId, developerId } from '../model/ids.ts';
import { DAY_MS, type EpochMs } from '../model/time.ts';
import type { CacheCounts } from '../model/version-rates.ts';
import type { Settle } from './commit.ts';
import type { Database } from './database.ts';

/** How one client version did on one UTC day, and for whom. */
export interface VersionDay extends CacheCounts {
  readonly clientVersion: string;
  readonly developers: readonly DeveloperId[];
}

interface Row extends CacheCounts {
  clientVersion: string;
  developers: string;
}

/** Reads the counts of client versions a day at a time: a month of a large team takes longer than an answer may. */
export function createVersionDayReader(db: Database, settle: Settle) {
  const ofDay = db.prepare<{ day: number }, Row>(`
    SELECT client_version AS clientVersion, group_concat(developer_id) AS developers,
      sum(boundaries) AS boundaries, sum(boundary_misses) AS boundaryMisses,
      sum(mid_turns) AS midTurns, sum(mid_turn_misses) AS midTurnMisses,
      sum(resumes) AS resumes, sum(resume_rewrites) AS resumeRewrites
    FROM version_days
    WHERE day_at = @day
    GROUP BY client_version
  `);

  return {
    /** The versions of the UTC day that a moment lies in. */
    of(at: EpochMs): readonly VersionDay[] {
      settle();
      return ofDay.all({ day: at - (at % DAY_MS) }).map((row) => ({
        ...row,
        developers: row.developers.split(',').map((id) => developerId(Number(id))),
      }));
    },
  };
}
