import type { SessionId } from './ids.ts';
import type { EpochMs } from './time.ts';

/** A request that finally failed. A bare 429 may be throttling: only a full window makes it a lock-out. */
export interface ApiError {
  readonly session: SessionId;
  readonly at: EpochMs;
  readonly model?: string | undefined;
  /** HTTP status; undefined for connection errors. */
  readonly statusCode?: number | undefined;
}
