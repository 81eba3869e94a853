import { type DeveloperId, type SessionId, sessionId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Settle } from './commit.ts';
import type { Database } from './database.ts';

/** What telemetry told of a session in some stretch of time. */
export interface Coverage {
  readonly session: SessionId;
  /** When the first and the last of its requests ended there. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Of those that a transcript tells as well: without titles, suggestions and other helpers. */
  readonly requests: number;
}

interface Row {
  session: string;
  from_at: number;
  to_at: number;
  requests: number;
}

/** Reads which requests came by telemetry: only it names a source, or comes of a client too old to name any. */
export function createCoverageReader(db: Database, settle: Settle) {
  const told = db.prepare<{ developer: number; from: number; to: number }, Row>(`
    SELECT session, min(ended_at) AS from_at, max(ended_at) AS to_at,
      count(*) FILTER (WHERE origin <> 'background' OR query_source LIKE 'agent:%') AS requests
    FROM api_requests
    WHERE developer_id = @developer AND ended_at >= @from AND ended_at < @to
      AND (query_source IS NOT NULL OR origin = 'unknown')
    GROUP BY session
  `);

  return {
    /** Of the developer's requests that ended from `from` up to and without `to`. */
    toldByTelemetry(developer: DeveloperId, span: { from: EpochMs; to: EpochMs }): readonly Coverage[] {
      settle(developer);
      return told.all({ developer, ...span }).map((row) => ({
        session: sessionId(row.session),
        from: epochMs(row.from_at),
        to: epochMs(row.to_at),
        requests: row.requests,
      }));
    },
  };
}
