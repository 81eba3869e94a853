import type BetterSqlite3 from 'better-sqlite3';
import type { ServedWorkspace } from '../support/workspace-server.ts';

/** A message as Slack has it. */
export interface Said {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly thread_ts?: string;
}

interface NoticeRow {
  id: number;
  of_what: string;
  audience: string;
  recipient: string | null;
  form: string;
  reason: string;
  slack_channel: string;
  slack_ts: string;
}

/** Everything that was said in channels and to people. */
export async function saidIn(slack: ServedWorkspace): Promise<readonly Said[]> {
  const { body } = await slack.get('/messages');
  return body.messages;
}

/** Where Slack and the outbox disagree: what was said twice, said without a notice, or taken for said and is not. */
export function disagreements(said: readonly Said[], db: BetterSqlite3.Database): readonly string[] {
  const sent = db
    .prepare<[], NoticeRow>(`
      SELECT id, subject || ' ' || about AS of_what, audience, recipient, form, reason, slack_channel, slack_ts
      FROM notices
      WHERE state = 'sent' AND slack_ts IS NOT NULL
      ORDER BY id
    `)
    .all();
  const places = new Set(sent.map(placeOf));
  const told = new Map(said.map((message) => [`${message.channel} ${message.ts}`, message]));
  const ownMessages = Map.groupBy(
    sent.filter(({ form }) => form === 'message'),
    ({ of_what, audience, recipient }) => `${of_what} ${audience} ${recipient}`,
  );
  const replies = sent.filter(({ form }) => form !== 'message');
  return [
    ...said.filter(({ channel, ts }) => !places.has(`${channel} ${ts}`)).map(({ text }) => `nobody sent: ${text}`),
    ...sent.filter((notice) => !told.has(placeOf(notice))).map(({ of_what }) => `not in Slack: ${of_what}`),
    ...[...ownMessages].filter(([, notices]) => new Set(notices.map(placeOf)).size > 1).map(([key]) => `twice: ${key}`),
    ...replies
      .filter((reply, index) => replies.findIndex((other) => placeOf(other) === placeOf(reply)) !== index)
      .map(({ of_what }) => `two replies in one place: ${of_what}`),
    ...[
      ...Map.groupBy(
        replies.filter(({ reason }) => reason === 'opened'),
        ({ of_what, audience, form }) => `${of_what} ${audience} ${form}`,
      ),
    ]
      .filter(([, notices]) => notices.length > 1)
      .map(([key]) => `thread told twice: ${key}`),
  ];
}

function placeOf({ slack_channel, slack_ts }: NoticeRow): string {
  return `${slack_channel} ${slack_ts}`;
}
