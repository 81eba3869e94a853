import type { Audience, LastNotice } from '../incidents/reason-to-speak.ts';
import type { IncidentId, NoticeId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';
import type { DigestId } from './digest-store.ts';
import {
  keyOf,
  type Later,
  type NewNotice,
  type Notice,
  type NoticeRow,
  type NoticeSubject,
  type SlackMessage,
  toNotice,
} from './notice.ts';

/** Whose message, for whom. */
interface Where {
  readonly of: string;
  readonly about: string;
  readonly audience: string;
}

export function createNoticeStore(db: Database) {
  // A waiting notice already brings the message up to date: the later reason only raises its word.
  const add = db.prepare(`
    INSERT INTO notices (
      subject, incident_id, key, audience, recipient, form, reason, severity, state, decided_at, due_at, event_id
    )
    VALUES (
      @of, @incident, @key, @audience, @recipient, @form, @reason, @severity, 'waiting', @decidedAt, @dueAt, @eventId
    )
    ON CONFLICT DO NOTHING
  `);
  // What quiet hours or a snooze hold is looked at again, because it may have become critical, or be over.
  const raise = db.prepare(`
    UPDATE notices
    SET reason     = CASE WHEN reason = 'opened' THEN reason ELSE @reason END,
        severity   = @severity,
        decided_at = @decidedAt,
        due_at     = iif(problem IN ('snoozed', 'quiet hours'), min(due_at, @dueAt), due_at),
        event_id   = coalesce(@eventId, event_id)
    WHERE subject = @of AND about = @about AND audience = @audience AND form = @form AND state = 'waiting'
      AND subject IN ('incident', 'digest', 'first_data')
  `);
  const last = db.prepare<Where, NoticeRow>(`
    SELECT * FROM notices
    WHERE subject = @of AND about = @about AND audience = @audience AND form = 'message' AND reason <> 'answered'
      AND state IN ('waiting', 'sending', 'sent', 'digested')
    ORDER BY id DESC
    LIMIT 1
  `);
  const due = db.prepare<{ now: number }, NoticeRow>(`
    SELECT * FROM notices WHERE state = 'waiting' AND due_at <= @now ORDER BY due_at, id
  `);
  const unsettled = db.prepare<{ now: number }, NoticeRow>(`
    SELECT * FROM notices WHERE state = 'sending' AND due_at <= @now ORDER BY due_at, id
  `);
  const claim = db.prepare<{ id: number; channel: string | null }>(`
    UPDATE notices
    SET state         = 'sending',
        slack_channel = @channel
    WHERE id = @id AND state = 'waiting'
  `);
  // An edit is told from a post by the message that it leaves where it was.
  const settle = db.prepare<{
    id: number;
    state: string;
    at: number;
    channel: string | null;
    ts: string | null;
    problem: string | null;
  }>(`
    UPDATE notices
    SET state         = @state,
        sent_at       = @at,
        slack_channel = @channel,
        slack_ts      = @ts,
        is_post       = @ts IS NOT NULL AND form = 'message' AND NOT EXISTS (
          SELECT 1 FROM notices AS earlier
          WHERE earlier.subject = notices.subject AND earlier.about = notices.about
            AND earlier.audience = notices.audience AND earlier.slack_ts = @ts
        ),
        problem       = @problem
    WHERE id = @id AND state = 'sending'
  `);
  const digest = db.prepare<{ id: number; digest: number; at: number }>(`
    UPDATE notices
    SET state     = 'digested',
        digest_id = @digest,
        sent_at   = @at
    WHERE id = @id AND state = 'waiting'
  `);
  const postpone = db.prepare<Later & { id: number }>(`
    UPDATE OR IGNORE notices
    SET state    = @state,
        due_at   = @dueAt,
        problem  = @problem,
        attempts = @attempts
    WHERE id = @id AND state IN ('waiting', 'sending')
  `);
  const release = db.prepare<{ now: number }>(`
    UPDATE notices
    SET due_at = @now
    WHERE state = 'waiting' AND due_at > @now AND problem IN ('snoozed', 'quiet hours')
  `);
  const supersede = db.prepare<[number]>("UPDATE notices SET state = 'skipped' WHERE id = ? AND state = 'sending'");
  const message = db.prepare<Where & { recipient: string | null }, NoticeRow>(`
    SELECT * FROM notices
    WHERE subject = @of AND about = @about AND audience = @audience AND recipient IS @recipient AND form = 'message'
      AND state = 'sent' AND slack_ts IS NOT NULL
    ORDER BY id DESC
    LIMIT 1
  `);
  const coming = db.prepare<Where, { id: number }>(`
    SELECT id FROM notices
    WHERE subject = @of AND about = @about AND audience = @audience AND form = 'message'
      AND state IN ('waiting', 'sending')
    LIMIT 1
  `);
  const beingSent = db.prepare<Where, { id: number }>(`
    SELECT id FROM notices
    WHERE subject = @of AND about = @about AND audience = @audience AND form = 'message' AND state = 'sending'
    LIMIT 1
  `);
  const posts = db.prepare<Where, { posts: number }>(`
    SELECT count(*) AS posts FROM notices
    WHERE subject = @of AND about = @about AND audience = @audience AND form = 'message' AND is_post = 1
  `);
  const postedSince = db.prepare<{ audience: string; from: number }, { sent_at: number }>(`
    SELECT sent_at FROM notices
    WHERE audience = @audience AND form = 'message' AND is_post = 1 AND sent_at > @from
    ORDER BY sent_at
  `);
  const told = db.prepare<Where & { before: number }, { event_id: number | null }>(`
    SELECT max(event_id) AS event_id FROM notices
    WHERE subject = @of AND about = @about AND audience = @audience AND form = 'timeline' AND id < @before
      AND state IN ('sending', 'sent', 'skipped')
  `);

  return {
    /** Writes a notice, or lets the one that already waits say it. Whether there was something to add. */
    add({ subject, recipient = undefined, eventId = undefined, ...rest }: NewNotice): boolean {
      const row = { ...rest, ...keyOf(subject), recipient: recipient ?? null, eventId: eventId ?? null };
      if (add.run(row).changes > 0) return true;
      return raise.run(row).changes > 0;
    },
    last(incident: IncidentId, audience: Audience): LastNotice | undefined {
      const row = last.get({ ...keyOf({ of: 'incident', incident }), audience });
      if (!row || row.reason === 'weekly') return undefined;
      return { reason: row.reason, severity: row.severity, decidedAt: epochMs(row.decided_at) };
    },
    /** What waits and may be sent now, in the order it became due. */
    due: (now: EpochMs) => due.all({ now }).map(toNotice),
    /** Claimed and not settled, after a crash or while being sent, and to be looked up by now. */
    unsettled: (now: EpochMs) => unsettled.all({ now }).map(toNotice),
    /** The conditional update is the lock: only one sender gets it. Where it is sent is where it is looked for. */
    claim: (id: NoticeId, channel?: string): boolean => claim.run({ id, channel: channel ?? null }).changes > 0,
    /** Whether there was such a notice: somebody may have been forgotten while it was on its way. */
    sent: (id: NoticeId, at: EpochMs, { channel, ts }: SlackMessage): boolean =>
      settle.run({ id, state: 'sent', at, channel, ts, problem: null }).changes > 0,
    skipped: (id: NoticeId, at: EpochMs, problem: string) =>
      void settle.run({ id, state: 'skipped', at, channel: null, ts: null, problem }),
    failed: (id: NoticeId, at: EpochMs, problem: string) =>
      void settle.run({ id, state: 'failed', at, channel: null, ts: null, problem }),
    /** A digest tells it instead. */
    digested: (id: NoticeId, digestId: DigestId, at: EpochMs) => void digest.run({ id, digest: digestId, at }),
    /** Puts off what is not settled; where it would wait beside a newer notice, that one will say it. */
    postpone(id: NoticeId, later: Later) {
      if (postpone.run({ id, ...later }).changes === 0) supersede.run(id);
    },
    /** A snooze or quiet hours were taken back: what they held is looked at again. */
    releaseHeld: (now: EpochMs) => void release.run({ now }),
    /** Where the subject's message stands in Slack. */
    message(subject: NoticeSubject, audience: Notice['audience'], recipient?: string): SlackMessage | undefined {
      const row = message.get({ ...keyOf(subject), audience, recipient: recipient ?? null });
      return row?.slack_channel && row.slack_ts ? { channel: row.slack_channel, ts: row.slack_ts } : undefined;
    },
    /** Whether a message of the subject is still to be sent, or just being sent. */
    isComing: (subject: NoticeSubject, audience: Notice['audience']): boolean =>
      coming.get({ ...keyOf(subject), audience }) !== undefined,
    /** Whether a message of the subject is claimed: nobody knows yet whether it stands in Slack. */
    isBeingSent: (subject: NoticeSubject, audience: Notice['audience']): boolean =>
      beingSent.get({ ...keyOf(subject), audience }) !== undefined,
    /** How often the subject's message was posted: more than once where somebody deleted it. */
    postsOf: (subject: NoticeSubject, audience: Notice['audience']): number =>
      posts.get({ ...keyOf(subject), audience })?.posts ?? 0,
    /** When messages were posted after `from`, oldest first; edits and threads do not count. */
    postedSince: (audience: Notice['audience'], from: EpochMs): readonly EpochMs[] =>
      postedSince.all({ audience, from }).map((row) => epochMs(row.sent_at)),
    /** The newest event that earlier timelines of this thread told; 0 for none. */
    toldUpTo: ({ id, subject, audience }: Pick<Notice, 'id' | 'subject' | 'audience'>): number =>
      told.get({ ...keyOf(subject), audience, before: id })?.event_id ?? 0,
  };
}
