import type { DataSilence } from '../model/finding.ts';
import type { EpochMs } from '../model/time.ts';

export interface DataSilenceRule {
  /** What the other feed told since, and over how long: an answer draws the status line anew, and telemetry leaves every 5 seconds. */
  readonly missed: number;
  readonly forMs: number;
  /** How far back that is counted. */
  readonly lookBackMs: number;
  /** A feed that was silent for longer was given up on purpose. */
  readonly givenUpAfterMs: number;
}

/** A feed that did not speak while the other one went on. */
export interface SilentFeed {
  readonly feed: DataSilence['feed'];
  readonly lastHeardAt: EpochMs;
  /** Requests of interactive work that the other feed told since, the first and the newest of them. */
  readonly missed: number;
  readonly firstMissedAt: EpochMs;
  readonly lastMissedAt: EpochMs;
}

/**
 * A connected developer's status line or telemetry stopped, so part of what this program should see is unseen. Only
 * work that both feeds tell of counts: `claude -p` and sub-agents draw no status line, and an idle status line that is
 * drawn again tells of no work. Whoever never had a feed is not silent but not connected.
 */
export function dataSilence(
  silent: SilentFeed,
  rule: Pick<DataSilenceRule, 'missed' | 'forMs'>,
): DataSilence | undefined {
  const { feed, lastHeardAt, missed, firstMissedAt, lastMissedAt } = silent;
  if (missed < rule.missed || lastMissedAt - firstMissedAt < rule.forMs) return undefined;
  return {
    kind: 'data_silence',
    severity: 'info',
    at: lastMissedAt,
    arrivedLate: false,
    feed,
    silentSince: lastHeardAt,
    missed,
  };
}
