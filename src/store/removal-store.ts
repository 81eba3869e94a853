import type { EpochMs } from '../model/time.ts';
import type { Database } from './database.ts';
import type { SlackMessage } from './notice.ts';

/** Messages that are to be deleted in Slack, because the person whom they speak of wants to be forgotten. */
export function createRemovalStore(db: Database) {
  const add = db.prepare<SlackMessage & { now: number }>(`
    INSERT INTO removals (channel, ts, due_at)
    VALUES (@channel, @ts, @now)
    ON CONFLICT DO NOTHING
  `);
  const next = db.prepare<{ now: number }, SlackMessage>(`
    SELECT channel, ts FROM removals
    WHERE due_at <= @now
    ORDER BY due_at, channel, ts
    LIMIT 1
  `);
  const postpone = db.prepare<SlackMessage & { dueAt: number }>(`
    UPDATE removals SET due_at = @dueAt WHERE channel = @channel AND ts = @ts
  `);
  const done = db.prepare<SlackMessage>('DELETE FROM removals WHERE channel = @channel AND ts = @ts');

  return {
    add: ({ channel, ts }: SlackMessage, now: EpochMs) => void add.run({ channel, ts, now }),
    /** The message that has waited longest of those that may be deleted now. */
    next: (now: EpochMs): SlackMessage | undefined => next.get({ now }),
    postpone: ({ channel, ts }: SlackMessage, dueAt: EpochMs) => void postpone.run({ channel, ts, dueAt }),
    /** It is gone from Slack. */
    done: ({ channel, ts }: SlackMessage) => void done.run({ channel, ts }),
  };
}
