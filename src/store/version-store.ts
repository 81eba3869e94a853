import { type DeveloperId, developerId } from '../model/ids.ts';
import { DAY_MS, type EpochMs } from '../model/time.ts';
import { addCounts, type CacheCounts, type DeveloperRates, type VersionRates } from '../model/version-rates.ts';
import type { Commit, Settle } from './commit.ts';
import type { Database } from './database.ts';
import { ALL_PARTS, createPartedByDeveloper, type Part } from './parts.ts';

/** Whose turn it was, with which client, and when. */
export interface CountedTurn {
  readonly developer: DeveloperId;
  readonly clientVersion: string;
  readonly at: EpochMs;
}

/** What is to be added to a row of a developer. */
interface Day {
  readonly dayAt: number;
  readonly clientVersion: string;
  counts: CacheCounts;
}

interface Unwritten {
  readonly developer: DeveloperId;
  readonly days: Day[];
}

type Misses = Pick<CacheCounts, 'boundaryMisses' | 'resumeRewrites'>;

interface CountsRow {
  client_version: string;
  boundaries: number;
  boundary_misses: number;
  mid_turns: number;
  mid_turn_misses: number;
  resumes: number;
  resume_rewrites: number;
}

/** How the cache did by client version and UTC day. What is added waits to be written for many commits (settling.ts), so that a turn costs no statement. */
export function createVersionStore(db: Database, commit: Commit, settle: Settle) {
  const SUMS = `
    sum(boundaries) AS boundaries, sum(boundary_misses) AS boundary_misses,
    sum(mid_turns) AS mid_turns, sum(mid_turn_misses) AS mid_turn_misses,
    sum(resumes) AS resumes, sum(resume_rewrites) AS resume_rewrites
  `;
  // By position, which takes half the time of names, because everybody at work comes through here.
  const write = db.prepare<(number | string)[]>(`
    INSERT INTO version_days (
      day_at, client_version, developer_id, boundaries, boundary_misses, mid_turns, mid_turn_misses, resumes,
      resume_rewrites
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (day_at, client_version, developer_id) DO UPDATE
    SET boundaries      = boundaries      + excluded.boundaries,
        boundary_misses = boundary_misses + excluded.boundary_misses,
        mid_turns       = mid_turns       + excluded.mid_turns,
        mid_turn_misses = mid_turn_misses + excluded.mid_turn_misses,
        resumes         = resumes         + excluded.resumes,
        resume_rewrites = resume_rewrites + excluded.resume_rewrites
  `);
  const byVersion = db.prepare<{ from: number; to: number }, CountsRow & { developers: number }>(`
    SELECT client_version, count(DISTINCT developer_id) AS developers, ${SUMS}
    FROM version_days
    WHERE day_at >= @from AND day_at < @to
    GROUP BY client_version
    ORDER BY client_version
  `);
  const misses = db.prepare<{ clientVersion: string; from: number; to: number }, Misses>(`
    SELECT coalesce(sum(boundary_misses), 0) AS boundaryMisses, coalesce(sum(resume_rewrites), 0) AS resumeRewrites
    FROM version_days
    WHERE day_at >= @from AND day_at < @to AND client_version = @clientVersion
  `);
  const byDeveloper = db.prepare<{ from: number; to: number }, CountsRow & { developer_id: number }>(`
    SELECT client_version, developer_id, ${SUMS}
    FROM version_days
    WHERE day_at >= @from AND day_at < @to
    GROUP BY client_version, developer_id
    ORDER BY client_version, developer_id
  `);

  const unwritten = createPartedByDeveloper((developer): Unwritten => ({ developer, days: [] }));

  return {
    /** Adds what a turn counts. */
    add({ developer, clientVersion, at }: CountedTurn, counts: CacheCounts) {
      const { days } = unwritten.obtain(developer);
      const dayAt = dayOf(at);
      const known = days.find((day) => day.dayAt === dayAt && day.clientVersion === clientVersion);
      if (known) known.counts = addCounts(known.counts, counts);
      else days.push({ dayAt, clientVersion, counts });
      if (!commit.isComing) flush(ALL_PARTS);
    },
    /** The team's counts by client version, of whole UTC days: from that of `from` to that before `to`'s end. */
    rates(from: EpochMs, to: EpochMs): readonly VersionRates[] {
      settle();
      return byVersion
        .all({ from: dayOf(from), to })
        .map((row) => ({ clientVersion: row.client_version, developers: row.developers, ...toCounts(row) }));
    },
    /** The same by client version and developer. */
    ratesByDeveloper(from: EpochMs, to: EpochMs): readonly DeveloperRates[] {
      settle();
      return byDeveloper.all({ from: dayOf(from), to }).map((row) => ({
        clientVersion: row.client_version,
        developer: developerId(row.developer_id),
        ...toCounts(row),
      }));
    },
    /** What one version missed in these days: answered in a tenth of the time that all counts take. */
    misses(clientVersion: string, from: EpochMs, to: EpochMs): Misses {
      settle();
      return misses.get({ clientVersion, from: dayOf(from), to }) ?? { boundaryMisses: 0, resumeRewrites: 0 };
    },
    /** Writes what was added of some parts. */
    flush,
    /** The transaction was undone. */
    forget: () => unwritten.clear(),
  };

  function flush(parts: Iterable<Part>) {
    unwritten.take(parts, ({ developer, days }) => {
      for (const day of days) writeDay(developer, day);
    });
  }

  function writeDay(developer: DeveloperId, { dayAt, clientVersion, counts }: Day) {
    write.run(
      dayAt,
      clientVersion,
      developer,
      counts.boundaries,
      counts.boundaryMisses,
      counts.midTurns,
      counts.midTurnMisses,
      counts.resumes,
      counts.resumeRewrites,
    );
  }
}

function dayOf(at: EpochMs): number {
  return at - (at % DAY_MS);
}

function toCounts(row: CountsRow): CacheCounts {
  return {
    boundaries: row.boundaries,
    boundaryMisses: row.boundary_misses,
    midTurns: row.mid_turns,
    midTurnMisses: row.mid_turn_misses,
    resumes: row.resumes,
    resumeRewrites: row.resume_rewrites,
  };
}
