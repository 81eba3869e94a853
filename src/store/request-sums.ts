import { type ApiRequest, contextTokens } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';
import type { HeldRequests } from './unsettled-requests.ts';

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

/** Adds up requests, with those that are held in memory: brought into their table for one answer, they would take ten times as long as it. */
export function createRequestSums(db: Database, held: HeldRequests) {
  const since = db.prepare<{ developer: number; from: number }, { ended_at: number; cost_micros: number | null }>(`
    SELECT ended_at, cost_micros
    FROM requests
    WHERE developer_id = @developer AND ended_at >= @from
    ORDER BY ended_at
  `);
  const sums = db.prepare<{ developer: number; from: number; to: number }, SumRow>(`
    SELECT
      count(*)                                                             AS requests,
      coalesce(sum(input_tokens + cache_read_tokens + cache_creation_tokens), 0) AS context_tokens,
      coalesce(sum(cache_read_tokens), 0)                                  AS cache_read_tokens,
      coalesce(sum(output_tokens), 0)                                      AS output_tokens,
      coalesce(sum(cost_micros), 0)                                        AS cost_micros,
      count(*) - count(cost_micros)                                        AS unpriced_requests
    FROM requests
    WHERE developer_id = @developer AND ended_at >= @from AND ended_at < @to
  `);

  return {
    /** When requests ended and what they cost, oldest first. */
    spentSince(developer: DeveloperId, from: EpochMs) {
      const settled = since
        .all({ developer, from })
        .map((row) => ({ at: epochMs(row.ended_at), costMicros: row.cost_micros ?? undefined }));
      const unsettled = heldOf(developer, ({ endedAt }) => endedAt >= from);
      if (unsettled.length === 0) return settled;
      const spent = unsettled.map(({ endedAt, costMicros }) => ({ at: endedAt, costMicros }));
      return [...settled, ...spent].toSorted((one, other) => one.at - other.at);
    },

    usage(developer: DeveloperId, from: EpochMs, to: EpochMs): Usage {
      const row = sums.get({ developer, from, to });
      const unsettled = heldOf(developer, ({ endedAt }) => endedAt >= from && endedAt < to);
      return unsettled.reduce(withRequest, row ? toUsage(row) : NO_USAGE);
    },
  };

  function heldOf(developer: DeveloperId, isAsked: (request: ApiRequest) => boolean): readonly ApiRequest[] {
    return held.of(developer).flatMap(({ request }) => (isAsked(request) ? [request] : []));
  }
}

function withRequest(usage: Usage, request: ApiRequest): Usage {
  return {
    requests: usage.requests + 1,
    contextTokens: usage.contextTokens + contextTokens(request),
    cacheReadTokens: usage.cacheReadTokens + request.cacheReadTokens,
    outputTokens: usage.outputTokens + request.outputTokens,
    costMicros: usage.costMicros + (request.costMicros ?? 0),
    unpricedRequests: usage.unpricedRequests + Number(request.costMicros === undefined),
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
