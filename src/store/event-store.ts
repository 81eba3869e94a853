import { type IncidentId, incidentId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

export type EventName = 'escalated' | 'reopened' | 'resolved' | 'acknowledged' | 'snoozed' | 'planned' | 'false_alarm';

/** Something that happened to an incident, as its thread tells it. */
export interface IncidentEvent {
  readonly incident: IncidentId;
  readonly at: EpochMs;
  readonly event: EventName;
  /** Slack user id of who did it. */
  readonly by?: string | undefined;
  /** Of a snooze: when it ends, epoch ms. Of an escalation: the severity reached. Of a resolution: why. */
  readonly detail?: string | undefined;
}

interface Row {
  incident_id: number;
  at: number;
  event: EventName;
  by_user: string | null;
  detail: string | null;
}

/** What happened to incidents, for their threads. */
export function createEventStore(db: Database) {
  const insert = db.prepare(`
    INSERT INTO incident_events (incident_id, at, event, by_user, detail)
    VALUES (@incident, @at, @event, @by, @detail)
  `);
  const between = db.prepare<{ incident: number; after: number; upTo: number }, Row>(`
    SELECT * FROM incident_events
    WHERE incident_id = @incident AND id > @after AND id <= @upTo
    ORDER BY id
  `);

  return {
    /** Keeps an event; answers its number, which grows. */
    add: ({ by = null, detail = null, ...event }: Nullable): number =>
      Number(insert.run({ ...event, by, detail }).lastInsertRowid),
    /** The events of an incident after one number, up to and with another. */
    between: (incident: IncidentId, after: number, upTo: number): readonly IncidentEvent[] =>
      between.all({ incident, after, upTo }).map((row) => ({
        incident: incidentId(row.incident_id),
        at: epochMs(row.at),
        event: row.event,
        by: row.by_user ?? undefined,
        detail: row.detail ?? undefined,
      })),
  };
}

type Nullable = Omit<IncidentEvent, 'by' | 'detail'> & {
  readonly by?: string | null | undefined;
  readonly detail?: string | null | undefined;
};
