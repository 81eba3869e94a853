import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import { FULL_PERCENT } from '../windows/standing.ts';
import type { Database } from './database.ts';
import type { RunningWindows } from './running-windows.ts';

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

/** Reads how the team as a whole stands. */
export function createTeamReader(db: Database, running: RunningWindows) {
  const heard = db.prepare<[number], { developers: number }>(`
    SELECT count(DISTINCT developer_id) AS developers FROM feeds WHERE last_at >= ?
  `);

  return {
    /** Who has the most headroom, and how the others stand. */
    headroom(now: EpochMs, limit: number): TeamHeadroom {
      const people = running.standings(now);
      const waiting = people.flatMap(({ rank }) => (rank >= FULL_PERCENT ? [rank] : []));
      return {
        most: people
          .toSorted((one, other) => one.rank - other.rank || one.developer - other.developer)
          .slice(0, limit)
          .map(({ developer }) => developer),
        developers: people.length,
        usedUp: waiting.length,
        firstBackAt: waiting.length === 0 ? undefined : epochMs(waiting.reduce((one, other) => Math.min(one, other))),
      };
    },
    /** Of how many developers anything was heard since a moment. */
    heardSince: (from: EpochMs): number => heard.get(from)?.developers ?? 0,
  };
}
