import { z } from 'zod';
import type { ApiRequest, Origin } from '../../model/api-request.ts';
import { sessionId } from '../../model/ids.ts';
import { costMicros } from '../../model/prices.ts';
import { DAY_MS, plus } from '../../model/time.ts';
import type { RecordOutcome } from '../parsed.ts';
import { sameText } from '../same-text.ts';
import { IsoInstant, looseAmount, looseCount, MAX_COST_MICROS, MAX_TOKENS, Text } from '../wire-schemas.ts';
import type { Attributes } from './attributes.ts';

const Tokens = looseCount(MAX_TOKENS);

/**
 * All that is read from an `api_request`. What the request is told by must be right; of the rest, unsafe text still drops the
 * record, while an odd number only counts as absent.
 */
const ApiRequestEvent = z.compile(
  z.object({
    'session.id': Text,
    'event.timestamp': IsoInstant,
    model: Text,
    input_tokens: Tokens,
    output_tokens: Tokens,
    cache_read_tokens: Tokens,
    cache_creation_tokens: Tokens,
    cache_creation_5m_tokens: Tokens.optional().catch(undefined),
    cache_creation_1h_tokens: Tokens.optional().catch(undefined),
    cost_usd_micros: looseCount(MAX_COST_MICROS).optional().catch(undefined),
    cost_usd: looseAmount(MAX_COST_MICROS / 1e6)
      .optional()
      .catch(undefined),
    duration_ms: looseCount(DAY_MS).optional().catch(undefined),
    'event.sequence': looseCount(Number.MAX_SAFE_INTEGER).optional().catch(undefined),
    'prompt.id': Text.optional(),
    request_id: Text.optional(),
    client_request_id: Text.optional(),
    query_source: Text.optional(),
    'agent.id': Text.optional(),
    agent_id: Text.optional(),
  }),
  { strict: true },
);
type ApiRequestEvent = z.infer<typeof ApiRequestEvent>;

/** One call to the model as Claude Code's telemetry tells it. Its own cost wins over the price table. */
export function readApiRequest(attributes: Attributes, clientVersion: string | undefined): RecordOutcome {
  const { data: event } = ApiRequestEvent.safeParse(attributes);
  if (!event) return 'malformed';
  // `<synthetic>` marks texts that the client wrote itself.
  if (event.model.startsWith('<')) return 'synthetic';
  const request = toRequest(event, clientVersion);
  return [{ is: 'request', request: { ...request, costMicros: costOf(event) ?? costMicros(request) } }];
}

function toRequest(event: ApiRequestEvent, clientVersion: string | undefined): ApiRequest {
  const endedAt = event['event.timestamp'];
  return {
    session: sessionId(event['session.id']),
    ...originOf(event),
    querySource: event.query_source,
    model: sameText(event.model),
    clientVersion: clientVersion && sameText(clientVersion),
    promptId: event['prompt.id'],
    requestId: event.request_id,
    clientRequestId: event.client_request_id,
    sequence: event['event.sequence'],
    startedAt: plus(endedAt, -(event.duration_ms ?? 0)),
    endedAt,
    inputTokens: event.input_tokens,
    outputTokens: event.output_tokens,
    cacheReadTokens: event.cache_read_tokens,
    cacheCreationTokens: event.cache_creation_tokens,
    cacheCreation5mTokens: event.cache_creation_5m_tokens,
    cacheCreation1hTokens: event.cache_creation_1h_tokens,
  };
}

/** Only the main conversation and sub-agents with an id of their own may be compared request by request. */
function originOf(event: ApiRequestEvent): { origin: Origin; agent?: string } {
  const source = event.query_source;
  if (source === 'sdk' || source?.startsWith('repl_main_thread')) return { origin: 'main' };
  const agent = event['agent.id'] ?? event.agent_id;
  if (agent !== undefined) return { origin: 'agent', agent };
  return { origin: source === undefined ? 'unknown' : 'background' };
}

function costOf(event: ApiRequestEvent): number | undefined {
  if (event.cost_usd_micros !== undefined) return event.cost_usd_micros;
  return event.cost_usd === undefined ? undefined : Math.round(event.cost_usd * 1e6);
}
