import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import { createCallers } from './callers.ts';
import type { Settle } from './commit.ts';
import type { Database } from './database.ts';
import { createNewest } from './newest.ts';
import { createRequestNames, type Place } from './request-names.ts';
import { type RequestRow, type RequestValues, requestValues, type StoredRequest, toStored } from './request-row.ts';
import { createRequestSums } from './request-sums.ts';
import type { UnsettledRequest, UnsettledRequests } from './unsettled-requests.ts';

/** `conflict`: the id is known with another payload; the first one stands. */
export type Kept = 'accepted' | 'duplicate' | 'conflict';

interface Moment {
  developer: number;
  session: string;
  toldAt: number;
  sequence: number | null;
  agent: string | null;
  model: string;
  isNamed: number;
  isClientNamed: number;
}

export interface RequestStoreDeps {
  readonly held: Pick<UnsettledRequests, 'of' | 'resembles'>;
  /** Holds a request that is new. */
  accept(request: UnsettledRequest): void;
  readonly settle: Settle;
}

export type RequestStore = ReturnType<typeof createRequestStore>;

export function createRequestStore(db: Database, { held, accept, settle }: RequestStoreDeps) {
  const callers = createCallers(db);
  const names = createRequestNames(db);
  const at = db.prepare<{ developer: number } & Place, RequestRow>(`
    SELECT * FROM api_requests WHERE developer_id = @developer AND ended_at = @endedAt AND nth = @nth
  `);
  // A sequence makes the moment a name of its own, which also finds a row that has other names. Two searches, because
  // one with OR reads all of the developer's.
  const byMoment = db.prepare<Moment, RequestRow>(`
    SELECT api_requests.*
    FROM (
      SELECT developer_id, ended_at, nth
      FROM requests
      WHERE developer_id = @developer AND ended_at = @toldAt AND told_at IS NULL
      UNION ALL
      SELECT developer_id, ended_at, nth
      FROM requests INDEXED BY requests_by_told
      WHERE developer_id = @developer AND told_at = @toldAt
    ) CROSS JOIN api_requests USING (developer_id, ended_at, nth)
    WHERE session = @session AND sequence IS @sequence AND agent IS @agent AND model = @model
      AND NOT (has_request_id        AND (@isNamed       OR @sequence IS NULL))
      AND NOT (has_client_request_id AND (@isClientNamed OR @sequence IS NULL))
    LIMIT 1
  `);
  const nextNth = db
    .prepare<{ developer: number; endedAt: number }, number | null>(`
      SELECT max(nth) + 1 FROM requests WHERE developer_id = @developer AND ended_at = @endedAt
    `)
    .pluck();
  const newestMoment = db
    .prepare<{ developer: number }, number>(`
      SELECT max(
        coalesce((SELECT max(ended_at) FROM requests WHERE developer_id = @developer), 0),
        coalesce((
          SELECT max(told_at) FROM requests INDEXED BY requests_by_told
          WHERE developer_id = @developer AND told_at IS NOT NULL
        ), 0)
      )
    `)
    .pluck();
  /** By any clock. */
  const newest = createNewest((developer) => newestMoment.get({ developer }) ?? 0);
  // By position, which takes half the time of names, because every request of everybody comes through here.
  const insert = db.prepare<[RequestValues<number>]>(`
    INSERT INTO requests (
      developer_id, ended_at, nth, caller_id, sequence, duration_ms, told_at, underway_ms, has_request_id,
      has_client_request_id, input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens,
      cache_creation_5m_tokens, cache_creation_1h_tokens, cost_micros
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
  `);
  // Feeds name a request in different ways: whichever name comes next must find it too.
  const noteNames = db.prepare<{ developer: number; isNamed: number; isClientNamed: number } & Place>(`
    UPDATE requests
    SET has_request_id        = @isNamed,
        has_client_request_id = @isClientNamed
    WHERE developer_id = @developer AND ended_at = @endedAt AND nth = @nth
  `);
  const ofSession = db.prepare<{ developer: number; session: string; from: number }, RequestRow>(`
    SELECT * FROM api_requests
    WHERE developer_id = @developer AND ended_at >= @from AND session = @session
    ORDER BY ended_at, sequence, nth
  `);

  return {
    ...createRequestSums(db, held),

    /**
     * Keeps a request once, in whatever order its feeds come: by `request_id`, then `client_request_id`, then (session,
     * time, sequence). Without a sequence, the moment finds only a nameless request for a nameless one.
     */
    keep(developer: DeveloperId, request: ApiRequest, receivedAt: EpochMs): Kept {
      // The tables alone tell in which ways two are one.
      if (held.resembles(developer, request)) settle(developer);
      else if (isBeyondTables(developer, request)) return add(developer, request, { receivedAt, nth: 0 });
      const place = names.place(developer, request);
      const known = place ? at.get({ developer, ...place }) : namesakeOf(developer, request);
      if (!place && !known) {
        // Another one may have ended in the same millisecond.
        return add(developer, request, { receivedAt, nth: nextNth.get({ developer, endedAt: request.endedAt }) ?? 0 });
      }
      // The row may be gone before its names are: the request was counted when it came.
      if (!known) return 'duplicate';
      learnNames(developer, request, known);
      return isSame(known, request) ? 'duplicate' : 'conflict';
    },

    /** Writes a request that is held into its tables. What stands there is never replaced. */
    write,

    /** The requests of a session that ended at `from` or later, in event order. */
    ofSession(developer: DeveloperId, session: string, from: EpochMs): readonly StoredRequest[] {
      const settled = ofSession.all({ developer, session, from }).map(toStored);
      const others = held.of(developer).filter(({ request }) => request.session === session && request.endedAt >= from);
      return others.length === 0 ? settled : [...settled, ...others].toSorted(inEventOrder);
    },

    /** These callers were removed. */
    dropCallers: callers.drop,

    /** A transaction was undone, or the tables were changed from elsewhere. */
    forget() {
      callers.forget();
      names.forget();
      newest.forget();
    },
  };

  /** Most requests come in order, and their names rise with time: the tables need not be searched. */
  function isBeyondTables(developer: DeveloperId, request: ApiRequest): boolean {
    const { endedAt, toldAt = endedAt } = request;
    return Math.min(endedAt, toldAt) > newest.of(developer) && !names.knows(developer, request);
  }

  function namesakeOf(developer: DeveloperId, request: ApiRequest): RequestRow | undefined {
    return isFoundByMoment(request) ? byMoment.get(momentOf(developer, request)) : undefined;
  }

  function add(developer: DeveloperId, request: ApiRequest, placed: Pick<UnsettledRequest, 'receivedAt' | 'nth'>) {
    accept({ developer, request, caller: callers.of(developer, request), ...placed });
    return 'accepted' as const;
  }

  function write(one: UnsettledRequest) {
    const { developer, request, nth } = one;
    const { endedAt, toldAt = endedAt, requestId, clientRequestId } = request;
    insert.run(requestValues(one, [Number(requestId !== undefined), Number(clientRequestId !== undefined)]));
    names.add(developer, request, { endedAt, nth });
    newest.raise(developer, Math.max(endedAt, toldAt));
  }

  function learnNames(developer: DeveloperId, { requestId, clientRequestId }: ApiRequest, row: RequestRow) {
    const place = { endedAt: row.ended_at, nth: row.nth };
    const gives = (kind: 'request' | 'client', id: string | undefined) =>
      id !== undefined && names.give({ developer, kind, id }, place);
    const isNews = {
      request: row.has_request_id === 0 && gives('request', requestId),
      client: row.has_client_request_id === 0 && gives('client', clientRequestId),
    };
    if (!isNews.request && !isNews.client) return;
    const isNamed = Number(isNews.request || row.has_request_id === 1);
    const isClientNamed = Number(isNews.client || row.has_client_request_id === 1);
    noteNames.run({ developer, ...place, isNamed, isClientNamed });
  }
}

/** Of the same moment and sequence, those that are not in the table yet came later. */
function inEventOrder({ request: one }: StoredRequest, { request: other }: StoredRequest): number {
  return one.endedAt - other.endedAt || (one.sequence ?? -1) - (other.sequence ?? -1);
}

/** A sequence makes the moment a name; without one, it finds only what has no other name. */
function isFoundByMoment({ requestId, clientRequestId, sequence }: ApiRequest): boolean {
  return sequence !== undefined || (requestId === undefined && clientRequestId === undefined);
}

function momentOf(developer: DeveloperId, request: ApiRequest): Moment {
  const { session, endedAt, toldAt = endedAt, model, sequence = null, agent = null } = request;
  const isNamed = Number(request.requestId !== undefined);
  const isClientNamed = Number(request.clientRequestId !== undefined);
  return { developer, session, toldAt, sequence, agent, model, isNamed, isClientNamed };
}

/** Times and costs may differ between feeds of one request; what the model counted may not. */
function isSame(row: RequestRow, request: ApiRequest): boolean {
  return (
    row.session === request.session &&
    row.model === request.model &&
    row.input_tokens === request.inputTokens &&
    row.output_tokens === request.outputTokens &&
    row.cache_read_tokens === request.cacheReadTokens &&
    row.cache_creation_tokens === request.cacheCreationTokens
  );
}
