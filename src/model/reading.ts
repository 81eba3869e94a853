import type { SessionId } from './ids.ts';
import type { EpochMs } from './time.ts';

/** The server's used percentage of a window at a time, as the client passed it on. */
export interface Reading {
  readonly session: SessionId;
  /** `five_hour`, `seven_day`, or any kind that the client reports. */
  readonly kind: string;
  /** What the window is limited to, e.g. a model family; empty for the whole account. */
  readonly scope: string;
  readonly usedPercent: number;
  readonly resetsAt: EpochMs;
  readonly at: EpochMs;
  readonly source: ReadingSource;
}

/** `status_line` is the server's own number; `stop_failure` is the refusal itself: the window is used up. */
type ReadingSource = 'status_line' | 'stop_failure';
