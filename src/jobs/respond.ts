import type { IncidentId } from '../model/ids.ts';
import { type Deed, type Incident, isOpen, isWindowIncident } from '../model/incident.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import type { EventName } from '../store/event-store.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';

/** What somebody wants with an incident. */
export type Response = 'acknowledge' | 'planned' | 'false_alarm' | { readonly snooze: 'hour' | 'reset' | 'week' };

/** `already`: it was like that; `over`: the incident is resolved, which wins over a late click; `gone`: nobody knows it. */
export interface Responded {
  readonly is: 'done' | 'already' | 'over' | 'gone';
  readonly incident?: Incident | undefined;
  /** Of a snooze that was set. */
  readonly until?: EpochMs | undefined;
}

export interface RespondDeps {
  readonly store: Pick<Store, 'incidents' | 'events' | 'notices' | 'mutes' | 'transaction'>;
}

/** Takes what people do with an incident: written with the notices that show it, so that clicking twice changes nothing more. */
export function createRespond({ store }: RespondDeps) {
  return (id: IncidentId, { response, by }: { response: Response; by: string }, now: EpochMs): Responded =>
    store.transaction(() => {
      const stored = store.incidents.find(id);
      if (!stored) return { is: 'gone' };
      const deed = { at: now, by };
      if (response === 'acknowledge') return acknowledge(stored, deed);
      if (typeof response === 'object') return snooze(stored, response.snooze, deed);
      return judge(stored, response, deed);
    });

  function acknowledge({ id, incident }: StoredIncident, deed: Deed): Responded {
    if (!isOpen(incident)) return { is: 'over', incident };
    if (incident.acknowledged) return { is: 'already', incident };
    return done({ id, incident: { ...incident, acknowledged: deed } }, { event: 'acknowledged', deed });
  }

  function judge({ id, incident }: StoredIncident, is: 'planned' | 'false_alarm', deed: Deed): Responded {
    if (incident.feedback?.is === is) return { is: 'already', incident };
    return done({ id, incident: { ...incident, feedback: { is, ...deed } } }, { event: is, deed });
  }

  function snooze({ id, incident }: StoredIncident, length: 'hour' | 'reset' | 'week', deed: Deed): Responded {
    if (!isOpen(incident)) return { is: 'over', incident };
    const until = endOf(incident, length, deed.at);
    const known = store.mutes.find(incident.developer, incident.kind, deed.at);
    if (known && Math.abs(known.until - until) < MINUTE_MS) return { is: 'already', incident, until };
    store.mutes.set(incident.developer, { kind: incident.kind, until, by: deed.by }, deed.at);
    return { ...done({ id, incident }, { event: 'snoozed', deed, detail: String(until) }), until };
  }

  function done(
    { id, incident }: StoredIncident,
    { event, deed, detail }: { event: EventName; deed: Deed; detail?: string },
  ): Responded {
    store.incidents.update(id, incident);
    const eventId = store.events.add({ incident: id, event, ...deed, detail });
    const common = {
      subject: { of: 'incident', incident: id },
      reason: 'answered',
      severity: incident.severity,
    } as const;
    const times = { decidedAt: deed.at, dueAt: deed.at };
    for (const audience of ['channel', 'developer'] as const) {
      if (store.notices.last(id, audience)) store.notices.add({ ...common, ...times, audience, form: 'message' });
    }
    if (store.notices.last(id, 'channel')) {
      store.notices.add({ ...common, ...times, audience: 'channel', form: 'timeline', eventId });
    }
    return { is: 'done', incident };
  }
}

/** A snooze always ends; `reset` is for what is about a window, and an hour for anything else. */
function endOf(incident: Incident, length: 'hour' | 'reset' | 'week', now: EpochMs): EpochMs {
  if (length === 'week') return plus(now, 7 * DAY_MS);
  const resetsAt = length === 'reset' && isWindowIncident(incident) ? incident.evidence.resetsAt : undefined;
  return resetsAt !== undefined && resetsAt > now ? resetsAt : plus(now, HOUR_MS);
}
