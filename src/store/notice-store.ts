import type { Audience, LastNotice, Reason } from '../incidents/reason-to-speak.ts';
import type { Severity } from '../model/finding.ts';
import { type IncidentId, incidentId, type NoticeId, noticeId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** What a notice is about: an incident as it stands when it is sent, or a week's summary. */
export type NoticeSubject =
  | { readonly of: 'incident'; readonly incident: IncidentId }
  | { readonly of: 'summary'; readonly week: string };

/** A place in Slack. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
}

/** One thing to be said. */
export interface Notice {
  readonly id: NoticeId;
  readonly subject: NoticeSubject;
  readonly audience: Audience | 'summary_channel';
  /** `message` posts the subject's message or brings it up to date; `reply` adds to its thread. */
  readonly form: 'message' | 'reply';
  readonly reason: Reason | 'weekly';
  /** How often it went wrong by itself; what Slack's outages cost does not count. */
  readonly attempts: number;
  readonly decidedAt: EpochMs;
}

/** When a notice is looked at again. `sending`: Slack may have it, so it is looked up first. */
export interface Later {
  readonly state: 'waiting' | 'sending';
  readonly dueAt: EpochMs;
  readonly problem: string;
  readonly attempts: number;
}

/** A notice to be written. */
export interface NewNotice {
  readonly subject: NoticeSubject;
  readonly audience: Notice['audience'];
  readonly form: Notice['form'];
  readonly reason: Notice['reason'];
  readonly severity: Severity;
  readonly decidedAt: EpochMs;
  readonly dueAt: EpochMs;
}

interface Row {
  id: number;
  incident_id: number | null;
  week: string | null;
  audience: Notice['audience'];
  form: Notice['form'];
  reason: Notice['reason'];
  severity: Severity;
  decided_at: number;
  attempts: number;
  slack_channel: string | null;
  slack_ts: string | null;
}

export function createNoticeStore(db: Database) {
  // A waiting notice already brings the message up to date: the later reason only raises its word.
  const add = db.prepare(`
    INSERT INTO notices (incident_id, week, audience, form, reason, severity, state, decided_at, due_at)
    VALUES (@incident, @week, @audience, @form, @reason, @severity, 'waiting', @decidedAt, @dueAt)
    ON CONFLICT DO NOTHING
  `);
  const raise = db.prepare(`
    UPDATE notices
    SET reason     = CASE WHEN reason = 'opened' THEN reason ELSE @reason END,
        severity   = @severity,
        decided_at = @decidedAt
    WHERE incident_id = @incident AND audience = @audience AND form = @form AND state = 'waiting'
  `);
  const last = db.prepare<{ incident: number; audience: string }, Row>(`
    SELECT * FROM notices
    WHERE incident_id = @incident AND audience = @audience AND form = 'message' AND state IN ('waiting', 'sending', 'sent')
    ORDER BY id DESC
    LIMIT 1
  `);
  const due = db.prepare<{ now: number }, Row>(`
    SELECT * FROM notices WHERE state = 'waiting' AND due_at <= @now ORDER BY due_at, id
  `);
  const unsettled = db.prepare<{ now: number }, Row>(`
    SELECT * FROM notices WHERE state = 'sending' AND due_at <= @now ORDER BY due_at, id
  `);
  const claim = db.prepare<{ id: number }>("UPDATE notices SET state = 'sending' WHERE id = @id AND state = 'waiting'");
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
        problem       = @problem
    WHERE id = @id AND state = 'sending'
  `);
  const postpone = db.prepare<Later & { id: number }>(`
    UPDATE OR IGNORE notices
    SET state    = @state,
        due_at   = @dueAt,
        problem  = @problem,
        attempts = @attempts
    WHERE id = @id AND state IN ('waiting', 'sending')
  `);
  const supersede = db.prepare<[number]>("UPDATE notices SET state = 'skipped' WHERE id = ? AND state = 'sending'");
  const message = db.prepare<{ incident: number | null; week: string | null; audience: string }, Row>(`
    SELECT * FROM notices
    WHERE incident_id IS @incident AND week IS @week AND audience = @audience AND form = 'message'
      AND state = 'sent' AND slack_ts IS NOT NULL
    ORDER BY id DESC
    LIMIT 1
  `);
  const coming = db.prepare<{ incident: number | null; week: string | null; audience: string }, { id: number }>(`
    SELECT id FROM notices
    WHERE incident_id IS @incident AND week IS @week AND audience = @audience AND form = 'message'
      AND state IN ('waiting', 'sending')
    LIMIT 1
  `);
  const beingSent = db.prepare<{ incident: number | null; week: string | null; audience: string }, { id: number }>(`
    SELECT id FROM notices
    WHERE incident_id IS @incident AND week IS @week AND audience = @audience AND form = 'message'
      AND state = 'sending'
    LIMIT 1
  `);

  return {
    /** Writes a notice, or lets the one that already waits say it. Whether there was something to add. */
    add(notice: NewNotice): boolean {
      const { subject, ...rest } = notice;
      const row = { ...rest, ...keyOf(subject) };
      if (add.run(row).changes > 0) return true;
      return raise.run(row).changes > 0;
    },
    last(incident: IncidentId, audience: Audience): LastNotice | undefined {
      const row = last.get({ incident, audience });
      if (!row || row.reason === 'weekly') return undefined;
      return { reason: row.reason, severity: row.severity, decidedAt: epochMs(row.decided_at) };
    },
    /** What waits and may be sent now, in the order it became due. */
    due: (now: EpochMs) => due.all({ now }).map(toNotice),
    /** Claimed and not settled, after a crash or while being sent, and to be looked up by now. */
    unsettled: (now: EpochMs) => unsettled.all({ now }).map(toNotice),
    /** The conditional update is the lock: only one sender gets it. */
    claim: (id: NoticeId): boolean => claim.run({ id }).changes > 0,
    sent: (id: NoticeId, at: EpochMs, { channel, ts }: SlackMessage) =>
      void settle.run({ id, state: 'sent', at, channel, ts, problem: null }),
    skipped: (id: NoticeId, at: EpochMs, problem: string) =>
      void settle.run({ id, state: 'skipped', at, channel: null, ts: null, problem }),
    failed: (id: NoticeId, at: EpochMs, problem: string) =>
      void settle.run({ id, state: 'failed', at, channel: null, ts: null, problem }),
    /** Puts off what is not settled; where it would wait beside a newer notice, that one will say it. */
    postpone(id: NoticeId, later: Later) {
      if (postpone.run({ id, ...later }).changes === 0) supersede.run(id);
    },
    /** Where the subject's message stands in Slack. */
    message(subject: NoticeSubject, audience: Notice['audience']): SlackMessage | undefined {
      const row = message.get({ ...keyOf(subject), audience });
      return row?.slack_channel && row.slack_ts ? { channel: row.slack_channel, ts: row.slack_ts } : undefined;
    },
    /** Whether a message of the subject is still to be sent, or just being sent. */
    isComing: (subject: NoticeSubject, audience: Notice['audience']): boolean =>
      coming.get({ ...keyOf(subject), audience }) !== undefined,
    /** Whether a message of the subject is claimed: nobody knows yet whether it stands in Slack. */
    isBeingSent: (subject: NoticeSubject, audience: Notice['audience']): boolean =>
      beingSent.get({ ...keyOf(subject), audience }) !== undefined,
  };
}

function keyOf(subject: NoticeSubject) {
  return subject.of === 'incident'
    ? { incident: subject.incident, week: null }
    : { incident: null, week: subject.week };
}

function toNotice(row: Row): Notice {
  return {
    id: noticeId(row.id),
    subject:
      row.incident_id === null
        ? { of: 'summary', week: row.week ?? '' }
        : { of: 'incident', incident: incidentId(row.incident_id) },
    audience: row.audience,
    form: row.form,
    reason: row.reason,
    attempts: row.attempts,
    decidedAt: epochMs(row.decided_at),
  };
}
