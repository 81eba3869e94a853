/** What became of what waited to be sent. */
export interface SentCounts {
  readonly requests: number;
  readonly markers: number;
  readonly accepted: number;
  readonly duplicates: number;
  /** Told by telemetry, or nameless where nobody could say. */
  readonly leftOut: number;
}

export const NOTHING_SENT: SentCounts = { requests: 0, markers: 0, accepted: 0, duplicates: 0, leftOut: 0 };

export function addedCounts(one: SentCounts, other: SentCounts): SentCounts {
  return {
    requests: one.requests + other.requests,
    markers: one.markers + other.markers,
    accepted: one.accepted + other.accepted,
    duplicates: one.duplicates + other.duplicates,
    leftOut: one.leftOut + other.leftOut,
  };
}
