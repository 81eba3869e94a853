import type { ApiRequest } from '../model/api-request.ts';
import { sessionId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { UnsettledRequest } from './unsettled-requests.ts';

/** A request with when it arrived. Its ids need not be read back: they only tell whether it came before. */
export interface StoredRequest {
  readonly request: ApiRequest;
  readonly receivedAt: EpochMs;
}

/** A row of `callers`. */
export interface CallerRow {
  session: string;
  origin: ApiRequest['origin'];
  agent: string | null;
  query_source: string | null;
  model: string;
  client_version: string | null;
  prompt_id: string | null;
}

/** A row of `api_requests`. */
export interface RequestRow extends CallerRow {
  nth: number;
  has_request_id: number;
  has_client_request_id: number;
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

/** Who called the model, and for which prompt. */
export function toCall(row: CallerRow) {
  return {
    session: sessionId(row.session),
    origin: row.origin,
    agent: row.agent ?? undefined,
    querySource: row.query_source ?? undefined,
    model: row.model,
    clientVersion: row.client_version ?? undefined,
    promptId: row.prompt_id ?? undefined,
  };
}

export function toStored(row: RequestRow): StoredRequest {
  const request: ApiRequest = {
    ...toCall(row),
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

/** A row of `requests` by position; in place of whether it has a request id and a client request id may stand what they are. */
export type RequestValues<Name> = readonly [
  developer: number,
  endedAt: number,
  nth: number,
  caller: number,
  sequence: number | null,
  durationMs: number,
  toldAt: number | null,
  underwayMs: number,
  requestId: Name,
  clientRequestId: Name,
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheCreationTokens: number,
  cacheCreation5mTokens: number | null,
  cacheCreation1hTokens: number | null,
  costMicros: number | null,
];

export function requestValues<Name>(
  { developer, request, caller, receivedAt, nth }: UnsettledRequest,
  [requestId, clientRequestId]: readonly [Name, Name],
): RequestValues<Name> {
  const { endedAt } = request;
  return [
    developer,
    endedAt,
    nth,
    caller,
    request.sequence ?? null,
    endedAt - request.startedAt,
    request.toldAt ?? null,
    receivedAt - endedAt,
    requestId,
    clientRequestId,
    request.inputTokens,
    request.outputTokens,
    request.cacheReadTokens,
    request.cacheCreationTokens,
    request.cacheCreation5mTokens ?? null,
    request.cacheCreation1hTokens ?? null,
    request.costMicros ?? null,
  ];
}
