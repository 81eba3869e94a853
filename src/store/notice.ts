import type { Audience, Reason } from '../incidents/reason-to-speak.ts';
import type { Severity } from '../model/finding.ts';
import { type DeveloperId, developerId, type IncidentId, incidentId, type NoticeId, noticeId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { DigestId } from './digest-store.ts';

/**
 * What a notice is about, as it stands when it is sent: an incident, a week's summary, a digest of several incidents, a
 * report to admins, the first data of a developer, or a sample that an admin asked for.
 */
export type NoticeSubject =
  | { readonly of: 'incident'; readonly incident: IncidentId }
  | { readonly of: 'summary'; readonly week: string }
  | { readonly of: 'digest'; readonly digest: DigestId }
  | { readonly of: 'admin_report'; readonly report: number }
  | { readonly of: 'first_data'; readonly developer: DeveloperId }
  | { readonly of: 'sample'; readonly sample: string };

/** A place in Slack. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
}

/** One thing to be said. */
export interface Notice {
  readonly id: NoticeId;
  readonly subject: NoticeSubject;
  readonly audience: Audience | 'summary_channel' | 'admin';
  /** The Slack user, where subject and audience do not tell. */
  readonly recipient: string | undefined;
  /** `message` posts the subject's message or brings it up to date; `reply` and `timeline` add to its thread. */
  readonly form: 'message' | 'reply' | 'timeline';
  readonly reason: Reason | 'weekly';
  readonly severity: Severity;
  /** How often it went wrong by itself; what Slack's outages cost does not count. */
  readonly attempts: number;
  readonly decidedAt: EpochMs;
  /** The newest event that a timeline tells. */
  readonly eventId: number | undefined;
  /** Where it was sent, or was about to be: admins may have chosen another channel since. */
  readonly claimedIn: string | undefined;
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
  readonly recipient?: string | undefined;
  readonly form: Notice['form'];
  readonly reason: Notice['reason'];
  readonly severity: Severity;
  readonly decidedAt: EpochMs;
  readonly dueAt: EpochMs;
  readonly eventId?: number | undefined;
}

/** A row of `notices`, without what only SQL asks. */
export interface NoticeRow {
  id: number;
  subject: NoticeSubject['of'];
  about: string;
  audience: Notice['audience'];
  recipient: string | null;
  form: Notice['form'];
  reason: Notice['reason'];
  severity: Severity;
  decided_at: number;
  attempts: number;
  slack_channel: string | null;
  slack_ts: string | null;
  event_id: number | null;
}

/** How a subject is written down. */
export function keyOf(subject: NoticeSubject) {
  const incident = subject.of === 'incident' ? subject.incident : null;
  const about = String(aboutOf(subject));
  return { of: subject.of, incident, key: incident === null ? about : null, about };
}

function aboutOf(subject: NoticeSubject): string | number {
  switch (subject.of) {
    case 'incident':
      return subject.incident;
    case 'summary':
      return subject.week;
    case 'digest':
      return subject.digest;
    case 'admin_report':
      return subject.report;
    case 'first_data':
      return subject.developer;
    case 'sample':
      return subject.sample;
  }
}

function subjectOf({ subject: of, about }: NoticeRow): NoticeSubject {
  switch (of) {
    case 'incident':
      return { of, incident: incidentId(Number(about)) };
    case 'summary':
      return { of, week: about };
    case 'digest':
      return { of, digest: Number(about) as DigestId };
    case 'admin_report':
      return { of, report: Number(about) };
    case 'first_data':
      return { of, developer: developerId(Number(about)) };
    case 'sample':
      return { of, sample: about };
  }
}

export function toNotice(row: NoticeRow): Notice {
  return {
    id: noticeId(row.id),
    subject: subjectOf(row),
    audience: row.audience,
    recipient: row.recipient ?? undefined,
    form: row.form,
    reason: row.reason,
    severity: row.severity,
    attempts: row.attempts,
    decidedAt: epochMs(row.decided_at),
    eventId: row.event_id ?? undefined,
    claimedIn: row.slack_channel ?? undefined,
  };
}
