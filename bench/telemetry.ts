import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { TrafficRequest } from './traffic.ts';

const Attribute = z.looseObject({ key: z.string(), value: z.record(z.string(), z.unknown()) });
type Attribute = z.infer<typeof Attribute>;

const LogRecord = z.looseObject({ body: z.object({ stringValue: z.string() }), attributes: z.array(Attribute) });
type LogRecord = z.infer<typeof LogRecord>;

const ResourceLogs = z.looseObject({
  resource: z.looseObject({}),
  scopeLogs: z.array(z.looseObject({ scope: z.looseObject({}), logRecords: z.array(LogRecord) })),
});
const CapturedBodies = z.array(z.object({ resourceLogs: z.array(ResourceLogs) }));

/** What a healthy session of the real client sent. */
const CAPTURED = new URL('../test/fixtures/captured/healthy/logs.json', import.meta.url);
const NANOS_PER_MS = 1_000_000n;

const { resource, scope, turn } = captured();
/** How many records the client sends for each request to the model; all but one are of no use to the collector. */
export const RECORDS_OF_REQUEST = turn.length;

/**
 * The body of `POST /v1/logs` that tells of requests as the real client would: with everything else that it logs for each of
 * them, and with whoever is logged in. Each session is a client of its own.
 */
export function logsBody(requests: readonly TrafficRequest[]): object {
  const sessions = Map.groupBy(requests, ({ session }) => session);
  return {
    resourceLogs: [...sessions.values()].map((ofSession) => ({
      resource,
      scopeLogs: [{ scope, logRecords: ofSession.flatMap(recordsOf) }],
    })),
  };
}

function recordsOf(request: TrafficRequest): readonly object[] {
  const told = toldOf(request);
  const nanos = String(BigInt(request.at) * NANOS_PER_MS);
  return turn.map((record, index) => ({
    ...record,
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    attributes: [
      ...record.attributes.map((attribute) => replaced(attribute, { ...told, 'event.sequence': { intValue: index } })),
      ...identityOf(request),
    ],
  }));
}

function replaced(attribute: Attribute, told: Readonly<Record<string, Attribute['value']>>): Attribute {
  const value = told[attribute.key];
  return value ? { key: attribute.key, value } : attribute;
}

function toldOf(request: TrafficRequest): Readonly<Record<string, Attribute['value']>> {
  const costMicros = 3 * request.inputTokens + 15 * request.outputTokens;
  return {
    'session.id': { stringValue: request.session },
    'prompt.id': { stringValue: request.promptId },
    'event.timestamp': { stringValue: new Date(request.at).toISOString() },
    model: { stringValue: request.model },
    request_id: { stringValue: request.requestId },
    query_source: { stringValue: 'repl_main_thread' },
    input_tokens: { intValue: request.inputTokens },
    output_tokens: { intValue: request.outputTokens },
    cache_read_tokens: { intValue: request.cacheReadTokens },
    cache_creation_tokens: { intValue: request.cacheCreationTokens },
    cache_creation_5m_tokens: { intValue: request.cacheCreation5mTokens },
    cache_creation_1h_tokens: { intValue: request.cacheCreation1hTokens },
    cost_usd: { doubleValue: costMicros / 1e6 },
    cost_usd_micros: { intValue: costMicros },
    duration_ms: { intValue: request.durationMs },
  };
}

/** What a client with a login adds to each record. */
function identityOf({ email }: TrafficRequest): readonly Attribute[] {
  const number = email.replace(/\D/g, '').padStart(12, '0');
  return [
    { key: 'organization.id', value: { stringValue: '22222222-2222-4222-8222-222222222222' } },
    { key: 'user.email', value: { stringValue: email } },
    { key: 'user.account_uuid', value: { stringValue: `11111111-1111-4111-8111-${number}` } },
    { key: 'user.account_id', value: { stringValue: `user_01${number.padStart(22, 'x')}` } },
  ];
}

/** Everything that the client logged from one prompt to the next. */
function captured() {
  const bodies = CapturedBodies.parse(JSON.parse(readFileSync(CAPTURED, 'utf8')));
  for (const { resource, scopeLogs } of bodies.flatMap(({ resourceLogs }) => resourceLogs)) {
    for (const { scope, logRecords } of scopeLogs) {
      const prompts = logRecords.flatMap((record, index) =>
        nameOf(record) === 'claude_code.user_prompt' ? index : [],
      );
      const [from, until] = prompts;
      if (from !== undefined && until !== undefined) return { resource, scope, turn: logRecords.slice(from, until) };
    }
  }
  throw new Error(`${CAPTURED.pathname} holds no whole turn`);
}

function nameOf(record: LogRecord): string {
  return record.body.stringValue;
}
