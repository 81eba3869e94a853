import { gzipSync } from 'node:zlib';
import { encodeLogs } from '../../bench/otlp-protobuf.ts';

/** One call to the model, with all that its developer's client knows of it. */
export interface ToldRequest {
  readonly email: string;
  readonly session: string;
  /** When the response ended. */
  readonly at: number;
  readonly durationMs: number;
  readonly requestId?: string;
  readonly clientRequestId?: string;
  readonly promptId: string;
  readonly sequence?: number;
  /** Of a sub-agent. */
  readonly agent?: string;
  readonly model: string;
  readonly clientVersion: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly costMicros: number;
}

/** The ways in which a request is told. */
export const ROUTES = ['webhook', 'json', 'protobuf'] as const;
export type Route = (typeof ROUTES)[number];

/** What is posted. */
export interface Body {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

export function jsonBody(path: string, content: object): Body {
  return { path, headers: { 'content-type': 'application/json' }, bytes: Buffer.from(JSON.stringify(content)) };
}

/** The body that tells of these requests by this route. */
export function bodyOf(route: Route, requests: readonly ToldRequest[]): Body {
  switch (route) {
    case 'webhook':
      return jsonBody('/v1/usage', { requests });
    case 'json':
      return jsonBody('/v1/logs', logsBody(requests));
    case 'protobuf':
      return {
        path: '/v1/logs',
        headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
        bytes: gzipSync(encodeLogs(logsBody(requests))),
      };
  }
}

/** The body of OTLP/JSON, in which each session is a client of its own. */
function logsBody(requests: readonly ToldRequest[]): object {
  const sessions = Map.groupBy(requests, ({ session }) => session);
  return {
    resourceLogs: [...sessions.values()].map((ofSession) => ({
      resource: { attributes: attributesOf({ 'service.version': ofSession[0]?.clientVersion ?? '' }) },
      scopeLogs: [{ logRecords: ofSession.map(logRecord) }],
    })),
  };
}

function logRecord(told: ToldRequest): object {
  return {
    timeUnixNano: `${told.at}000000`,
    body: { stringValue: 'claude_code.api_request' },
    attributes: attributesOf({
      'event.name': 'api_request',
      'event.timestamp': new Date(told.at).toISOString(),
      'event.sequence': told.sequence,
      'session.id': told.session,
      'user.email': told.email,
      'prompt.id': told.promptId,
      request_id: told.requestId,
      client_request_id: told.clientRequestId,
      ...(told.agent === undefined
        ? { query_source: 'repl_main_thread' }
        : { query_source: 'agent:custom', 'agent.id': told.agent }),
      model: told.model,
      duration_ms: told.durationMs,
      input_tokens: told.inputTokens,
      output_tokens: told.outputTokens,
      cache_read_tokens: told.cacheReadTokens,
      cache_creation_tokens: told.cacheCreationTokens,
      cost_usd_micros: told.costMicros,
    }),
  };
}

function attributesOf(values: Readonly<Record<string, string | number | undefined>>) {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'string' ? { stringValue: value } : { intValue: value } }];
  });
}
