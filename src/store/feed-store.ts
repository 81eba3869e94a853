import type { Feed } from '../model/feed.ts';
import { type DeveloperId, developerId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** Somebody of whom a feed brought data that nobody told them of yet. */
export interface Untold {
  readonly developer: DeveloperId;
  /** Whether they connected it themselves, and so wait for it: only they hold a personal token. */
  readonly isAwaited: boolean;
}

/** Of how many developers a feed was heard lately, and of how many only before. */
export interface FeedCount {
  readonly feed: Feed;
  readonly alive: number;
  readonly quiet: number;
}

/** The feeds of everybody: whose first data is news, and how many are alive. */
export function createFeedStore(db: Database) {
  const unannounced = db.prepare<{ limit: number }, { developer_id: number; is_awaited: 0 | 1 }>(`
    SELECT
      developer_id,
      EXISTS (SELECT 1 FROM tokens WHERE tokens.developer_id = feeds.developer_id) AS is_awaited
    FROM feeds
    WHERE announced_at IS NULL
    GROUP BY developer_id
    LIMIT @limit
  `);
  const announce = db.prepare<{ developer: number; at: number }>(`
    UPDATE feeds
    SET announced_at = @at
    WHERE developer_id = @developer AND announced_at IS NULL
  `);
  const counts = db.prepare<{ aliveSince: number }, FeedCount>(`
    SELECT
      feed,
      count(*) FILTER (WHERE last_at >= @aliveSince) AS alive,
      count(*) FILTER (WHERE last_at < @aliveSince)  AS quiet
    FROM feeds
    GROUP BY feed
  `);
  const blind = db.prepare<{ aliveSince: number }, { developers: number }>(`
    SELECT count(*) AS developers
    FROM feeds AS telemetry
    WHERE feed = 'telemetry' AND last_at >= @aliveSince
      AND NOT EXISTS (
        SELECT 1 FROM feeds AS other
        WHERE other.developer_id = telemetry.developer_id AND other.feed = 'status_line'
      )
  `);

  return {
    /** Developers with feeds of which nobody was told that they work. */
    unannounced: (limit: number): readonly Untold[] =>
      unannounced.all({ limit }).map((row) => ({
        developer: developerId(row.developer_id),
        isAwaited: row.is_awaited === 1,
      })),
    /** From now on each feed of theirs that was heard is no news. */
    announce: (developer: DeveloperId, at: EpochMs) => void announce.run({ developer, at }),
    /** Each feed that was ever heard; alive: at `aliveSince` or later. */
    feedCounts: (aliveSince: EpochMs): readonly FeedCount[] => counts.all({ aliveSince }),
    /** How many send telemetry and never sent a status line: of them nobody knows what is left. */
    withoutStatusLine: (aliveSince: EpochMs): number => blind.get({ aliveSince })?.developers ?? 0,
  };
}
