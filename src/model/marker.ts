import type { SessionId } from './ids.ts';
import type { EpochMs } from './time.ts';

export const MARKER_KINDS = ['resume', 'compaction', 'clear'] as const;
export type MarkerKind = (typeof MARKER_KINDS)[number];

/** Something that happened in a session that is no request. */
export interface Marker {
  readonly session: SessionId;
  readonly at: EpochMs;
  readonly kind: MarkerKind;
}
