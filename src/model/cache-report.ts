import type { SessionId } from './ids.ts';
import type { EpochMs } from './time.ts';

/** The client's own account of its prompt cache (`prompt_cache` of the status line, since 2.1.251); main conversation only. */
export interface CacheReport {
  readonly session: SessionId;
  readonly at: EpochMs;
  /** Of the main conversation; undefined where the status line did not tell. */
  readonly model?: string | undefined;
  readonly requests: number;
  readonly misses: number;
  readonly expectedRebuilds: number;
  readonly missRecacheTokens: number;
  readonly lastMissAt?: EpochMs | undefined;
  /** Open-ended words such as `tools_changed`, joined by a comma; undefined where the client named none. */
  readonly lastMissCause?: string | undefined;
  readonly ttl?: string | undefined;
  readonly expiresAt?: EpochMs | undefined;
  readonly recacheTokensIfCold?: number | undefined;
}
