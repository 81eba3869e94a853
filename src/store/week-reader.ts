import { type DeveloperId, developerId } from '../model/ids.ts';
import { PLANS, type Plan } from '../model/plans.ts';
import { type EpochMs, epochMs, HOUR_MS } from '../model/time.ts';
import type { WeekUsage } from '../summary/week-usage.ts';
import type { Settle } from './commit.ts';
import type { Database } from './database.ts';
import { type IncidentRow, type StoredIncident, toStored } from './incident-store.ts';

/** From one moment on, up to and without another. */
interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Developers from one id to another, both with it. */
export interface Slice {
  readonly first: DeveloperId;
  readonly last: DeveloperId;
}

export interface DeveloperUsage extends WeekUsage {
  readonly developer: DeveloperId;
}

interface UsageRow {
  developer_id: number;
  requests: number;
  context_tokens: number;
  cache_read_tokens: number;
  cost_micros: number;
  unpriced_requests: number;
}

type InSlice = Span & Slice;

/**
 * Reads a week of the whole team in parts that are small enough to do something else in between: of ten thousand
 * developers it is a million rows.
 */
export function createWeekReader(db: Database, settle: Settle) {
  const OF_SLICE = 'developer_id IN (SELECT id FROM developers WHERE id BETWEEN @first AND @last)';

  const slice = db.prepare<{ after: number; limit: number }, { first: number | null; last: number | null }>(`
    SELECT min(id) AS first, max(id) AS last
    FROM (SELECT id FROM developers WHERE id > @after ORDER BY id LIMIT @limit)
  `);
  const hours = db.prepare<InSlice, UsageRow>(`
    SELECT developer_id,
      sum(requests)                                                   AS requests,
      sum(input_tokens + cache_read_tokens + cache_creation_tokens)   AS context_tokens,
      sum(cache_read_tokens)                                          AS cache_read_tokens,
      sum(cost_micros)                                                AS cost_micros,
      sum(unpriced_requests)                                          AS unpriced_requests
    FROM usage_hours
    WHERE ${OF_SLICE} AND hour_at >= @from AND hour_at < @to
    GROUP BY developer_id
  `);
  const requests = db.prepare<InSlice, UsageRow>(`
    SELECT developer_id,
      count(*)                                                        AS requests,
      sum(input_tokens + cache_read_tokens + cache_creation_tokens)   AS context_tokens,
      sum(cache_read_tokens)                                          AS cache_read_tokens,
      coalesce(sum(cost_micros), 0)                                   AS cost_micros,
      count(*) - count(cost_micros)                                   AS unpriced_requests
    FROM requests
    WHERE ${OF_SLICE} AND ended_at >= @from AND ended_at < @to
    GROUP BY developer_id
  `);
  const plans = db.prepare<[], { id: number; plan: string }>('SELECT id, plan FROM developers WHERE plan IS NOT NULL');
  const quotas = db.prepare<InSlice, { used_percent: number }>(`
    SELECT used_percent
    FROM windows
    WHERE ${OF_SLICE} AND kind = 'seven_day' AND scope = '' AND resets_at >= @from AND resets_at < @to
  `);
  const incidents = db.prepare<Span & { afterAt: number; afterId: number; limit: number }, IncidentRow>(`
    SELECT * FROM incidents
    WHERE opened_at >= @from AND opened_at < @to AND (opened_at, id) > (@afterAt, @afterId) AND severity <> 'recorded'
    ORDER BY opened_at, id
    LIMIT @limit
  `);
  const recorded = db.prepare<Span, { resumes: number; rewritten_tokens: number }>(`
    SELECT count(*) AS resumes,
      coalesce(sum(max(
        evidence ->> '$.rewrittenTokens',
        coalesce(evidence ->> '$.clientCount.rewrittenTokens', 0)
      )), 0) AS rewritten_tokens
    FROM incidents
    WHERE opened_at >= @from AND opened_at < @to AND severity = 'recorded' AND kind = 'resume_reprocess'
  `);

  return {
    /** The next so many developers by their ids; undefined after the last. */
    nextSlice(after: DeveloperId | undefined, limit: number): Slice | undefined {
      const found = slice.get({ after: after ?? 0, limit });
      if (!found || found.first === null || found.last === null) return undefined;
      return { first: developerId(found.first), last: developerId(found.last) };
    },

    /** What each of them used whose requests ended in the span, from hourly sums; only broken hours are read by the request. */
    usage(of: Slice, { from, to }: Span): readonly DeveloperUsage[] {
      const whole = { from: epochMs(Math.ceil(from / HOUR_MS) * HOUR_MS), to: epochMs(to - (to % HOUR_MS)) };
      settle();
      if (whole.from >= whole.to) return requests.all({ ...of, from, to }).map(toUsage);
      return [
        ...hours.all({ ...of, ...whole }),
        ...(from < whole.from ? requests.all({ ...of, from, to: whole.from }) : []),
        ...(whole.to < to ? requests.all({ ...of, from: whole.to, to }) : []),
      ].map(toUsage);
    },

    /** Of everybody who told it. */
    plans: (): ReadonlyMap<DeveloperId, Plan> =>
      new Map(
        plans.all().flatMap(({ id, plan: told }) => {
          const plan = PLANS.find((known) => known === told);
          return plan ? [[developerId(id), plan] as const] : [];
        }),
      ),

    /** The highest percentage read of each of their weekly quotas that reset in the span. */
    weeklyQuotas: (of: Slice, span: Span): readonly number[] =>
      quotas.all({ ...of, ...span }).map((row) => row.used_percent),

    /** The next so many incidents that opened in the span, oldest first, without those that are only recorded. */
    incidents(span: Span, after: StoredIncident | undefined, limit: number): readonly StoredIncident[] {
      const [afterAt, afterId] = after ? [after.incident.openedAt, after.id] : [span.from, 0];
      return incidents.all({ ...span, afterAt, afterId, limit }).map(toStored);
    },

    /** Resumes that opened in the span and were too small for an alert. */
    recordedResumes(span: Span): { readonly resumes: number; readonly rewrittenTokens: number } {
      const row = recorded.get(span);
      return { resumes: row?.resumes ?? 0, rewrittenTokens: row?.rewritten_tokens ?? 0 };
    },
  };
}

function toUsage(row: UsageRow): DeveloperUsage {
  return {
    developer: developerId(row.developer_id),
    requests: row.requests,
    contextTokens: row.context_tokens,
    cacheReadTokens: row.cache_read_tokens,
    costMicros: row.cost_micros,
    unpricedRequests: row.unpriced_requests,
  };
}
