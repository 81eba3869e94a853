import type { SessionWrites } from '../detectors/ttl-downgrade.ts';
import type { CountedRequest } from '../detectors/usage-minute.ts';
import type { Spent } from '../detectors/window-shares.ts';
import { type AccountId, type DeveloperId, type SessionId, sessionId, UNKNOWN_ACCOUNT } from '../model/ids.ts';
import { DAY_MS, type EpochMs, epochMs } from '../model/time.ts';
import type { Settle } from './commit.ts';
import type { Database } from './database.ts';
import { type CallerRow, toCall } from './request-row.ts';
import { createSilenceReader } from './silence-reader.ts';

/** From one moment on, up to and without another. */
export interface Span {
  readonly from: EpochMs;
  readonly before: EpochMs;
}

interface InSpan {
  developer: number;
  from: number;
  before: number;
}

interface CountedRow extends CallerRow {
  sequence: number | null;
  ended_at: number;
  output_tokens: number;
  cache_read_tokens: number;
  cost_micros: number | null;
}

interface SpentRow {
  prompt_id: string | null;
  session: string;
  model: string;
  is_headless: number;
  requests: number;
  cost_micros: number;
  unpriced_requests: number;
}

interface WritesRow {
  session: string;
  one_hour: number;
  last_one_hour_at: number | null;
  five_minutes: number;
  first_five_minutes_at: number | null;
}

/** What each developer used, by the hour and by the prompt: their own past, and who took what of a window. */
export function createUsageStore(db: Database, settle: Settle) {
  const silence = createSilenceReader(db, settle);

  const activeHours = db.prepare<InSpan, { tokens: number }>(`
    SELECT sum(cache_read_tokens) AS tokens
    FROM usage_hours
    WHERE developer_id = @developer AND hour_at >= @from AND hour_at < @before
    GROUP BY hour_at
    HAVING tokens > 0
  `);
  // Left to itself, the planner reads all prompts of the developer by the primary key.
  const activeDays = db.prepare<InSpan, { model: string; cost_micros: number }>(`
    SELECT model, avg(cost_micros) AS cost_micros
    FROM prompts INDEXED BY prompts_by_time
    WHERE developer_id = @developer AND ended_at >= @from AND ended_at < @before AND unpriced_requests = 0
    GROUP BY model, ended_at / ${DAY_MS}
  `);
  const promptCosts = db.prepare<InSpan & { but: string }, { cost_micros: number }>(`
    SELECT cost_micros
    FROM prompts INDEXED BY prompts_by_time
    WHERE developer_id = @developer AND ended_at >= @from AND ended_at < @before AND unpriced_requests = 0
      AND prompt_id <> @but
  `);
  const requests = db.prepare<InSpan, CountedRow>(`
    SELECT session, origin, agent, query_source, model, client_version, prompt_id, sequence, ended_at, output_tokens,
      cache_read_tokens, cost_micros
    FROM api_requests
    WHERE developer_id = @developer AND ended_at >= @from AND ended_at < @before
    ORDER BY ended_at
  `);
  // The dollars of other accounts, and of models that the window does not limit, took nothing of it.
  const spent = db.prepare<{ developer: number; account: string; scope: string; after: number; to: number }, SpentRow>(`
    SELECT prompt_id, session, coalesce(max(iif(origin = 'main', model, NULL)), max(model)) AS model,
      origin IN ('agent', 'background') OR query_source IS 'sdk'                            AS is_headless,
      count(*)                                                                              AS requests,
      coalesce(sum(cost_micros), 0)                                                         AS cost_micros,
      count(*) - count(cost_micros)                                                         AS unpriced_requests
    FROM api_requests LEFT JOIN sessions USING (developer_id, session)
    WHERE developer_id = @developer AND ended_at > @after AND ended_at <= @to
      AND (@scope = '' OR instr(model, @scope) > 0)
      AND (account = @account OR '${UNKNOWN_ACCOUNT}' IN (coalesce(account, '${UNKNOWN_ACCOUNT}'), @account))
    GROUP BY prompt_id, session, is_headless
  `);
  const sessionWrites = db.prepare<InSpan & { model: string }, WritesRow>(`
    SELECT session,
      count(*) FILTER (WHERE cache_creation_1h_tokens > 0)      AS one_hour,
      max(ended_at) FILTER (WHERE cache_creation_1h_tokens > 0) AS last_one_hour_at,
      count(*) FILTER (WHERE cache_creation_1h_tokens = 0)      AS five_minutes,
      min(ended_at) FILTER (WHERE cache_creation_1h_tokens = 0) AS first_five_minutes_at
    FROM api_requests
    WHERE developer_id = @developer AND ended_at >= @from AND ended_at < @before
      AND query_source LIKE 'repl\\_main\\_thread%' ESCAPE '\\' AND model = @model
      AND (cache_creation_1h_tokens > 0 OR (cache_creation_1h_tokens = 0 AND cache_creation_5m_tokens > 0))
    GROUP BY session
  `);

  return {
    ...silence,

    /** Cache reads of each hour with any, in tokens and in no order; hours of UTC that began in the span. */
    readsOfActiveHours: (developer: DeveloperId, span: Span): readonly number[] =>
      settled(developer, () => activeHours.all({ developer, ...span })).map(({ tokens }) => tokens),

    /** For each model, what a prompt cost on average on each UTC day with any, micro-dollars and in no order. */
    dailyCostPerPrompt(developer: DeveloperId, span: Span): ReadonlyMap<string, readonly number[]> {
      const days = Map.groupBy(
        settled(developer, () => activeDays.all({ developer, ...span })),
        ({ model }) => model,
      );
      return new Map([...days].map(([model, rows]) => [model, rows.map((row) => row.cost_micros)]));
    },

    /** What each prompt but one cost that ended in the span, micro-dollars; without those that nobody can price. */
    promptCosts: (developer: DeveloperId, span: Span, but: string): readonly number[] =>
      settled(developer, () => promptCosts.all({ developer, ...span, but })).map((row) => row.cost_micros),

    /** What counts for an hour's use of the requests that ended in the span, oldest first. */
    requests: (developer: DeveloperId, span: Span): readonly CountedRequest[] =>
      settled(developer, () => requests.all({ developer, ...span })).map(toCounted),

    /** Who spent what after one reading of a window and up to the next. */
    spentBetween: (
      developer: DeveloperId,
      { account, scope }: { account: AccountId; scope: string },
      { after, to }: { after: EpochMs; to: EpochMs },
    ): readonly Spent[] => settled(developer, () => spent.all({ developer, account, scope, after, to })).map(toSpent),

    /** Where interactive sessions wrote a model's cache, as far as their clients split it. */
    sessionWrites: (developer: DeveloperId, model: string, span: Span): ReadonlyMap<SessionId, SessionWrites> =>
      new Map(
        settled(developer, () => sessionWrites.all({ developer, model, ...span })).map((row) => [
          sessionId(row.session),
          toWrites(row),
        ]),
      ),
  };

  function settled<T>(developer: DeveloperId, read: () => T): T {
    settle(developer);
    return read();
  }
}

function toCounted(row: CountedRow): CountedRequest {
  return {
    ...toCall(row),
    sequence: row.sequence ?? undefined,
    endedAt: epochMs(row.ended_at),
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    costMicros: row.cost_micros ?? undefined,
  };
}

function toSpent(row: SpentRow): Spent {
  return {
    promptId: row.prompt_id ?? undefined,
    session: sessionId(row.session),
    model: row.model,
    isHeadless: row.is_headless === 1,
    requests: row.requests,
    costMicros: row.cost_micros,
    unpricedRequests: row.unpriced_requests,
  };
}

function toWrites(row: WritesRow): SessionWrites {
  return {
    oneHour: row.one_hour,
    lastOneHourAt: row.last_one_hour_at === null ? undefined : epochMs(row.last_one_hour_at),
    fiveMinutes: row.five_minutes,
    firstFiveMinutesAt: row.first_five_minutes_at === null ? undefined : epochMs(row.first_five_minutes_at),
  };
}
