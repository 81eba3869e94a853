import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, HOUR_MS } from '../model/time.ts';
import type { Database } from './database.ts';

/** What some hours cost; requests of unknown price are counted apart. */
export interface HoursCost {
  readonly costMicros: number;
  readonly unpricedRequests: number;
}

/** Reads sums over many days from what each hour used: a week of raw requests is thousands of rows. */
export function createHoursReader(db: Database) {
  const cost = db.prepare<{ developer: number; from: number }, { cost_micros: number; unpriced_requests: number }>(`
    SELECT coalesce(sum(cost_micros), 0) AS cost_micros, coalesce(sum(unpriced_requests), 0) AS unpriced_requests
    FROM usage_hours
    WHERE developer_id = @developer AND hour_at >= @from
  `);

  return {
    /** What somebody used in whole UTC hours, from that of `from` until now. */
    costSince(developer: DeveloperId, from: EpochMs): HoursCost {
      const row = cost.get({ developer, from: from - (from % HOUR_MS) });
      return { costMicros: row?.cost_micros ?? 0, unpricedRequests: row?.unpriced_requests ?? 0 };
    },
  };
}
