import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs, HOUR_MS } from '../model/time.ts';
import type { Database } from './database.ts';
import type { UsageCounts } from './usage-counts.ts';

/** What some hours cost; requests of unknown price are counted apart. */
export interface HoursCost {
  readonly costMicros: number;
  readonly unpricedRequests: number;
}

export interface HoursReaderDeps extends Pick<UsageCounts, 'unwrittenHours'> {
  /** Takes back into memory what is in none. */
  recall(): void;
}

/** Reads sums over many days from what each hour used: a week of raw requests is thousands of rows. */
export function createHoursReader(db: Database, { unwrittenHours, recall }: HoursReaderDeps) {
  const cost = db.prepare<{ developer: number; from: number }, { cost_micros: number; unpriced_requests: number }>(`
    SELECT coalesce(sum(cost_micros), 0) AS cost_micros, coalesce(sum(unpriced_requests), 0) AS unpriced_requests
    FROM usage_hours
    WHERE developer_id = @developer AND hour_at >= @from
  `);

  return {
    /** What somebody used in whole UTC hours, from that of `from` until now. */
    costSince(developer: DeveloperId, from: EpochMs): HoursCost {
      recall();
      const hour = epochMs(from - (from % HOUR_MS));
      const row = cost.get({ developer, from: hour });
      const total = { costMicros: row?.cost_micros ?? 0, unpricedRequests: row?.unpriced_requests ?? 0 };
      // Written for the sake of one answer, they would take a hundred times as long as the answer.
      for (const { costMicros, unpricedRequests } of unwrittenHours(developer, hour)) {
        total.costMicros += costMicros;
        total.unpricedRequests += unpricedRequests;
      }
      return total;
    },
  };
}
