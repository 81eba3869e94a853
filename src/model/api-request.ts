import type { SessionId } from './ids.ts';
import type { EpochMs } from './time.ts';

/**
 * Where in a session a request came from, as far as its feed can tell:
 * `main` the conversation itself, `agent` a sub-agent with a unique id, `background` a helper or sub-agent
 * without one, `unknown` a client too old to say (no `query_source` before 2.1.9x).
 */
export type Origin = 'main' | 'agent' | 'background' | 'unknown';

/** One call to the model. Tokens are counts, costs micro-dollars at API prices. */
export interface ApiRequest {
  readonly session: SessionId;
  readonly origin: Origin;
  /** The sub-agent's id; set exactly when `origin` is `agent`. */
  readonly agent?: string | undefined;
  readonly querySource?: string | undefined;
  readonly model: string;
  readonly clientVersion?: string | undefined;
  readonly promptId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly clientRequestId?: string | undefined;
  /** `event.sequence`: counts from 0 in each client process. */
  readonly sequence?: number | undefined;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
  /** When it ended by a sender's clock that is ahead, where `endedAt` is its arrival: sent again, only this stays. */
  readonly toldAt?: EpochMs | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  /** The part written to the 5-minute cache; undefined where the client does not split. */
  readonly cacheCreation5mTokens?: number | undefined;
  /** The part written to the 1-hour cache; undefined where the client does not split. */
  readonly cacheCreation1hTokens?: number | undefined;
  /** Undefined where neither the client nor the price table knows it: unknown, never zero. */
  readonly costMicros?: number | undefined;
}

/** All tokens that the model saw: input, cache read and cache creation. */
export function contextTokens(request: ApiRequest): number {
  return request.inputTokens + cachedPrefixTokens(request);
}

/** What the next request of the stream can read from the cache. */
export function cachedPrefixTokens(request: ApiRequest): number {
  return request.cacheReadTokens + request.cacheCreationTokens;
}
