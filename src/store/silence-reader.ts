import type { SilentFeed } from '../detectors/data-silence.ts';
import { type DeveloperId, developerId } from '../model/ids.ts';
import { DAY_MS, type EpochMs, epochMs } from '../model/time.ts';
import type { Settle } from './commit.ts';
import type { Database } from './database.ts';

/** A feed that was last heard before the other one, which is still heard. */
export type QuietFeed = Pick<SilentFeed, 'feed' | 'lastHeardAt'> & { readonly developer: DeveloperId };

interface FeedsRow {
  developer_id: number;
  status_line_at: number;
  telemetry_at: number;
}

interface MissedRow {
  missed: number;
  first_at: number | null;
  last_at: number | null;
}

/** Reads which feeds fell silent, and what the other one told since. */
export function createSilenceReader(db: Database, settle: Settle) {
  const connected = db.prepare<{ connectedSince: number }>(`
    SELECT 1 FROM feeds WHERE feed = 'status_line' AND last_at >= @connectedSince LIMIT 1
  `);
  const uneven = db.prepare<{ quietSince: number; aliveSince: number; connectedSince: number; now: number }, FeedsRow>(`
    SELECT * FROM (
      SELECT developer_id,
        max(last_at) FILTER (WHERE feed = 'status_line')               AS status_line_at,
        max(last_at) FILTER (WHERE feed IN ('telemetry', 'webhook'))   AS telemetry_at
      FROM feeds
      WHERE developer_id IN (SELECT developer_id FROM feeds WHERE feed = 'status_line' AND last_at >= @connectedSince)
      GROUP BY developer_id
    )
    WHERE min(status_line_at, telemetry_at) BETWEEN @connectedSince AND @quietSince
      AND max(status_line_at, telemetry_at) BETWEEN @aliveSince AND @now
  `);
  const requestsSince = db.prepare<{ developer: number; after: number }, MissedRow>(`
    SELECT count(*) AS missed, min(ended_at) AS first_at, max(ended_at) AS last_at
    FROM api_requests
    WHERE developer_id = @developer AND ended_at > @after AND query_source LIKE 'repl\\_main\\_thread%' ESCAPE '\\'
  `);
  // An idle status line is drawn again without telling of work: only where its count of requests grew it does.
  const countedSince = db.prepare<{ developer: number; after: number; from: number }, MissedRow>(`
    SELECT coalesce(sum(grown), 0) AS missed, min(at) AS first_at, max(at) AS last_at
    FROM (
      SELECT at, requests - lag(requests) OVER (PARTITION BY session ORDER BY at) AS grown
      FROM cache_reports
      WHERE developer_id = @developer AND at >= @from
    )
    WHERE at > @after AND grown > 0
  `);

  return {
    /**
     * Developers of whose two feeds one was heard at `aliveSince` or later, and the other not since `quietSince`;
     * one that was last heard before `connectedSince` was given up.
     */
    quietFeeds(since: {
      quietSince: EpochMs;
      aliveSince: EpochMs;
      connectedSince: EpochMs;
      now: EpochMs;
    }): readonly QuietFeed[] {
      // Where nobody has a status line, the question ends here, in a tenth of the time.
      if (!connected.get({ connectedSince: since.connectedSince })) return [];
      return uneven.all(since).map(({ developer_id, status_line_at, telemetry_at }) => ({
        developer: developerId(developer_id),
        feed: status_line_at < telemetry_at ? ('status_line' as const) : ('telemetry' as const),
        lastHeardAt: epochMs(Math.min(status_line_at, telemetry_at)),
      }));
    },

    /** What the other feed told of interactive work after `after`; undefined for nothing. */
    missedBy({ developer, feed, lastHeardAt }: QuietFeed, after: EpochMs): SilentFeed | undefined {
      settle(developer);
      const row =
        feed === 'status_line'
          ? requestsSince.get({ developer, after })
          : countedSince.get({ developer, after, from: after - DAY_MS });
      if (!row || row.first_at === null || row.last_at === null) return undefined;
      const [firstMissedAt, lastMissedAt] = [epochMs(row.first_at), epochMs(row.last_at)];
      return { feed, lastHeardAt, missed: row.missed, firstMissedAt, lastMissedAt };
    },
  };
}
