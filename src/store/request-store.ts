import type { ApiRequest } from '../model/api-request.ts';
import { type DeveloperId, sessionId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** `conflict`: the id is known with another payload; the first one stands. */
export type Kept = 'accepted' | 'duplicate' | 'conflict';

/** A request with when it arrived. */
export interface StoredRequest {
  readonly request: ApiRequest;
  readonly receivedAt: EpochMs;
}

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

interface Row {
  id: number;
  session: string;
  origin: ApiRequest['origin'];
  agent: string | null;
  query_source: string | null;
  model: string;
  client_version: string | null;
  prompt_id: string | null;
  request_id: string | null;
  client_request_id: string | null;
  sequence: number | null;
  started_at: number;
  ended_at: number;
  told_at: number | null;
  received_at: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_creation_tokens: number;
  cache_creation_5m_tokens: number | null;
  cache_creation_1h_tokens: number | null;
  cost_micros: number | null;
}

export function createRequestStore(db: Database) {
  const byRequestId = db.prepare<{ developer: number; id: string }, Row>(`
    SELECT * FROM requests WHERE developer_id = @developer AND request_id = @id
  `);
  const byClientRequestId = db.prepare<{ developer: number; id: string }, Row>(`
    SELECT * FROM requests WHERE developer_id = @developer AND client_request_id = @id
  `);
  // A sequence makes the moment a name of its own, which also finds a row that has other names. Two searches, because
  // one with OR reads the whole session.
  const byMoment = db.prepare<Moment, Row>(`
    SELECT * FROM (
      SELECT * FROM requests
      WHERE developer_id = @developer AND session = @session AND ended_at = @toldAt AND told_at IS NULL
      UNION ALL
      SELECT * FROM requests
      WHERE developer_id = @developer AND session = @session AND told_at = @toldAt
    )
    WHERE sequence IS @sequence AND agent IS @agent AND model = @model
      AND (request_id IS NULL OR (@requestId IS NULL AND @sequence IS NOT NULL))
      AND (client_request_id IS NULL OR (@clientRequestId IS NULL AND @sequence IS NOT NULL))
    LIMIT 1
  `);
  // Feeds name a request in different ways: whichever name comes next must find it too.
  const learnNames = db.prepare<{ id: number; requestId: string | null; clientRequestId: string | null }>(`
    UPDATE OR IGNORE requests
    SET request_id        = coalesce(request_id, @requestId),
        client_request_id = coalesce(client_request_id, @clientRequestId)
    WHERE id = @id AND (request_id IS NULL OR client_request_id IS NULL)
  `);
  // By position, which takes two thirds of the time of names, and every request of everybody comes through here.
  const insert = db.prepare<readonly (string | number | null)[]>(`
    INSERT INTO requests (
      developer_id, session, origin, agent, query_source, model, client_version, prompt_id, request_id,
      client_request_id, sequence, started_at, ended_at, told_at, received_at, input_tokens, output_tokens,
      cache_read_tokens, cache_creation_tokens, cache_creation_5m_tokens, cache_creation_1h_tokens, cost_micros
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
  `);
  const ofSession = db.prepare<{ developer: number; session: string; from: number }, Row>(`
    SELECT * FROM requests
    WHERE developer_id = @developer AND session = @session AND ended_at >= @from
    ORDER BY ended_at, sequence, id
  `);
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
    /**
     * Keeps a request once, in whatever order its feeds come: by `request_id`, then `client_request_id`, then (session,
     * time, sequence). Without a sequence, the moment finds only a nameless request for a nameless one.
     */
    keep(developer: DeveloperId, request: ApiRequest, receivedAt: EpochMs): Kept {
      // The indexes refuse a name that is known, so most requests need no search of their own.
      const namesake = isFoundByMoment(request) ? find(developer, request) : undefined;
      if (!namesake && insert.run(valuesOf(request, { developer, receivedAt })).changes > 0) return 'accepted';
      const known = namesake ?? find(developer, request);
      // Refused by an index, so one of the names is there.
      if (!known) throw new Error('a request is known and cannot be found');
      const { requestId = null, clientRequestId = null } = request;
      learnNames.run({ id: known.id, requestId, clientRequestId });
      return isSame(known, request) ? 'duplicate' : 'conflict';
    },

    /** The requests of a session that ended at `from` or later, in event order. */
    ofSession: (developer: DeveloperId, session: string, from: EpochMs): readonly StoredRequest[] =>
      ofSession.all({ developer, session, from }).map(toStored),

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

  function find(developer: DeveloperId, request: ApiRequest): Row | undefined {
    const { requestId, clientRequestId } = request;
    const byId = requestId === undefined ? undefined : byRequestId.get({ developer, id: requestId });
    if (byId) return byId;
    const byClientId =
      clientRequestId === undefined ? undefined : byClientRequestId.get({ developer, id: clientRequestId });
    if (byClientId) return byClientId;
    return isFoundByMoment(request) ? byMoment.get(momentOf(developer, request)) : undefined;
  }
}

/** A sequence makes the moment a name; without one, it finds only what has no other name. */
function isFoundByMoment({ requestId, clientRequestId, sequence }: ApiRequest): boolean {
  return sequence !== undefined || (requestId === undefined && clientRequestId === undefined);
}

interface Moment {
  developer: number;
  session: string;
  toldAt: number;
  sequence: number | null;
  agent: string | null;
  model: string;
  requestId: string | null;
  clientRequestId: string | null;
}

function momentOf(developer: DeveloperId, request: ApiRequest): Moment {
  const { session, endedAt, toldAt = endedAt, model } = request;
  const { sequence = null, agent = null, requestId = null, clientRequestId = null } = request;
  return { developer, session, toldAt, sequence, agent, model, requestId, clientRequestId };
}

/** The values of a request in the order of the columns above. */
function valuesOf(request: ApiRequest, { developer, receivedAt }: { developer: DeveloperId; receivedAt: EpochMs }) {
  return [
    developer,
    request.session,
    request.origin,
    request.agent ?? null,
    request.querySource ?? null,
    request.model,
    request.clientVersion ?? null,
    request.promptId ?? null,
    request.requestId ?? null,
    request.clientRequestId ?? null,
    request.sequence ?? null,
    request.startedAt,
    request.endedAt,
    request.toldAt ?? null,
    receivedAt,
    request.inputTokens,
    request.outputTokens,
    request.cacheReadTokens,
    request.cacheCreationTokens,
    request.cacheCreation5mTokens ?? null,
    request.cacheCreation1hTokens ?? null,
    request.costMicros ?? null,
  ];
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

/** Times and costs may differ between feeds of one request; what the model counted may not. */
function isSame(row: Row, request: ApiRequest): boolean {
  return (
    row.session === request.session &&
    row.model === request.model &&
    row.input_tokens === request.inputTokens &&
    row.output_tokens === request.outputTokens &&
    row.cache_read_tokens === request.cacheReadTokens &&
    row.cache_creation_tokens === request.cacheCreationTokens
  );
}

function toStored(row: Row): StoredRequest {
  const request: ApiRequest = {
    session: sessionId(row.session),
    origin: row.origin,
    agent: row.agent ?? undefined,
    querySource: row.query_source ?? undefined,
    model: row.model,
    clientVersion: row.client_version ?? undefined,
    promptId: row.prompt_id ?? undefined,
    requestId: row.request_id ?? undefined,
    clientRequestId: row.client_request_id ?? undefined,
    sequence: row.sequence ?? undefined,
    startedAt: epochMs(row.started_at),
    endedAt: epochMs(row.ended_at),
    toldAt: row.told_at === null ? undefined : epochMs(row.told_at),
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheCreationTokens: row.cache_creation_tokens,
    cacheCreation5mTokens: row.cache_creation_5m_tokens ?? undefined,
    cacheCreation1hTokens: row.cache_creation_1h_tokens ?? undefined,
    costMicros: row.cost_micros ?? undefined,
  };
  return { request, receivedAt: epochMs(row.received_at) };
}
