/**
 * One session, a line of a `.jsonl` file: numbers only. The first four keys are those of recordings of real sessions, which
 * hold no others; optional keys are what only a simulation knows.
 */
export interface SessionLine {
  readonly session: string;
  /** ISO 8601 in UTC without its `Z`. */
  readonly start_utc: string;
  /** In the order of their ends. */
  readonly events: readonly LineEvent[];
  readonly markers: readonly LineMarker[];
  /** Whose session it is; left out: a developer of its own. */
  readonly developer?: string;
  readonly status_lines?: readonly LineStatus[];
  readonly refusals?: readonly LineRefusal[];
  readonly errors?: readonly LineError[];
}

/** What happens in a session happens `t` seconds after its start. */
interface Timed {
  readonly t: number;
}

/** A call to the model, at its end. */
export interface LineEvent extends Timed {
  /** Unique id of the sub-agent or helper; null for the conversation itself. */
  readonly agent: string | null;
  readonly model: string;
  readonly ver: string;
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_creation: number;
  /** Null where the client does not split what it wrote. */
  readonly c5m: number | null;
  readonly c1h: number | null;
  /** `query_source` as telemetry names it. */
  readonly source?: string;
  /** Seconds that it took. */
  readonly took?: number;
}

/** Words of the client; `user` begins a prompt, to which all requests up to the next one belong. */
export interface LineMarker extends Timed {
  readonly kind: 'user' | 'start:resume' | 'start:clear' | 'system:compact_boundary';
}

/** What a status line told, in its own words. */
export interface LineStatus extends Timed {
  /** Reset times in epoch seconds. */
  readonly rate_limits?: Readonly<Record<string, { readonly used_percentage: number; readonly resets_at: number }>>;
  readonly prompt_cache?: LinePromptCache;
}

/** The client's own count of the conversation's cache misses (`prompt_cache` of the status line). */
export interface LinePromptCache {
  readonly requests: number;
  readonly misses: number;
  readonly expected_rebuilds: number;
  readonly miss_recache_tokens: number;
  /** Epoch seconds. */
  readonly last_miss_at: number | null;
  readonly last_miss_cause: { readonly causes: readonly string[] } | null;
  readonly ttl: '5m' | '1h';
  readonly expires_at: number;
  readonly recache_tokens_if_cold: number;
}

/** The server refused work because a window is used up, and the client said so. */
export interface LineRefusal extends Timed {
  readonly window: 'five_hour' | 'seven_day';
  /** Epoch seconds. */
  readonly resets_at: number;
}

/** A request that finally failed. */
export interface LineError extends Timed {
  readonly model: string;
  readonly status: number;
}
