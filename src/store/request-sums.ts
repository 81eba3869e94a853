import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** Sums over a stretch of time. */
export interface Usage {
  readonly requests: number;
  readonly contextTokens: number;
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
  /** Of the requests whose cost is known. */
  readonly costMicros: number;
  readonly unpricedRequests: number;
}

/** Adds up requests. */
export function createRequestSums(db: Database) {
  const since = db.prepare<{ developer: number; from: number }, { ended_at: number; cost_micros: number | null }>(`
    SELECT ended_at, cost_micros
    FROM requests
    WHERE developer_id = @developer AND ended_at >= @from
    ORDER BY ended_at
  `);
  const SUMS = `
    count(*)                                                             AS requests,
    coalesce(sum(input_tokens + cache_read_tokens + cache_creation_tokens), 0) AS context_tokens,
    coalesce(sum(cache_read_tokens), 0)                                  AS cache_read_tokens,
    coalesce(sum(output_tokens), 0)                                      AS output_tokens,
    coalesce(sum(cost_micros), 0)                                        AS cost_micros,
    count(*) - count(cost_micros)                                        AS unpriced_requests
  `;
  const sums = db.prepare<{ developer: number; from: number; to: number }, SumRow>(`
    SELECT ${SUMS} FROM requests
    WHERE developer_id = @developer AND ended_at >= @from AND ended_at < @to
  `);
  const sumsByDeveloper = db.prepare<{ from: number; to: number }, SumRow & { developer_id: number }>(`
    SELECT developer_id, ${SUMS} FROM requests
    WHERE developer_id IN (SELECT id FROM developers) AND ended_at >= @from AND ended_at < @to
    GROUP BY developer_id
  `);

  return {
    /** When requests ended and what they cost, oldest first. */
    spentSince: (developer: DeveloperId, from: EpochMs) =>
      since
        .all({ developer, from })
        .map((row) => ({ at: epochMs(row.ended_at), costMicros: row.cost_micros ?? undefined })),

    usage(developer: DeveloperId, from: EpochMs, to: EpochMs): Usage {
      const row = sums.get({ developer, from, to });
      return row ? toUsage(row) : NO_USAGE;
    },

    usageByDeveloper: (from: EpochMs, to: EpochMs): ReadonlyMap<DeveloperId, Usage> =>
      new Map(sumsByDeveloper.all({ from, to }).map((row) => [row.developer_id as DeveloperId, toUsage(row)])),
  };
}

const NO_USAGE: Usage = {
  requests: 0,
  contextTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 0,
  costMicros: 0,
  unpricedRequests: 0,
};

interface SumRow {
  requests: number;
  context_tokens: number;
  cache_read_tokens: number;
  output_tokens: number;
  cost_micros: number;
  unpriced_requests: number;
}

function toUsage(row: SumRow): Usage {
  return {
    requests: row.requests,
    contextTokens: row.context_tokens,
    cacheReadTokens: row.cache_read_tokens,
    outputTokens: row.output_tokens,
    costMicros: row.cost_micros,
    unpricedRequests: row.unpriced_requests,
  };
}
