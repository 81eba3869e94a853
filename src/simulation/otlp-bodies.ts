import { DateTime } from 'luxon';
import { type EpochMs, SECOND_MS } from '../model/time.ts';
import type { LineError, LineEvent } from './session-line.ts';

/** Of which process an event is, and when. */
export interface Where {
  readonly session: string;
  readonly email: string;
  readonly at: EpochMs;
  readonly sequence: number;
  /** Clients of March 2026 wrote numbers as text, and knew neither request ids, nor sources, nor the split of writes. */
  readonly isOld: boolean;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: number };
}

interface LogRecord {
  readonly timeUnixNano: string;
  readonly body: { readonly stringValue: string };
  readonly attributes: readonly Attribute[];
}

/** A body of `POST /v1/logs` as Claude Code sends it, without the attributes that nobody reads. */
export function logsBody(logRecords: readonly LogRecord[], clientVersion: string | undefined): object {
  const service = { 'service.name': 'claude-code', 'service.version': clientVersion };
  return { resourceLogs: [{ resource: { attributes: attributes(service) }, scopeLogs: [{ logRecords }] }] };
}

export function apiRequestEvent(where: Where, request: LineEvent, promptId: string): LogRecord {
  const { source = request.agent === null ? 'repl_main_thread' : 'agent:builtin:general-purpose' } = request;
  const told = {
    model: request.model,
    input_tokens: request.input,
    output_tokens: request.output,
    cache_read_tokens: request.cache_read,
    cache_creation_tokens: request.cache_creation,
    duration_ms: Math.round((request.took ?? 0) * SECOND_MS),
    'prompt.id': promptId,
  };
  const newer = {
    cache_creation_5m_tokens: request.c5m ?? undefined,
    cache_creation_1h_tokens: request.c1h ?? undefined,
    request_id: `req_${where.session}_${request.agent ?? 'main'}_${where.at}_${where.sequence}`,
    query_source: source,
  };
  return event('api_request', where, where.isOld ? told : { ...told, ...newer });
}

export function apiErrorEvent(where: Where, { model, status }: LineError): LogRecord {
  return event('api_error', where, { model, status_code: status });
}

export function compactionEvent(where: Where): LogRecord {
  return event('compaction', where, { success: 'true' });
}

type Values = Readonly<Record<string, string | number | undefined>>;

function event(name: string, { session, email, at, sequence, isOld }: Where, values: Values): LogRecord {
  const common = {
    'session.id': session,
    'user.email': email,
    'event.name': name,
    'event.timestamp': DateTime.fromMillis(at, { zone: 'utc' }).toISO() ?? '',
    'event.sequence': sequence,
  };
  return {
    timeUnixNano: `${at}000000`,
    body: { stringValue: `claude_code.${name}` },
    attributes: attributes({ ...common, ...values }, isOld),
  };
}

function attributes(values: Values, asText = false): readonly Attribute[] {
  return Object.entries(values).flatMap(([key, value]): readonly Attribute[] => {
    if (value === undefined) return [];
    if (typeof value === 'string' || asText) return [{ key, value: { stringValue: String(value) } }];
    return [{ key, value: { intValue: value } }];
  });
}
