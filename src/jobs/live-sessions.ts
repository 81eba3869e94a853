import { createSessionTrace, type SessionEvent, type SessionTrace } from '../detectors/session-trace.ts';
import type { DeveloperId, SessionId } from '../model/ids.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../model/time.ts';
import type { Undetected } from '../store/session-store.ts';
import type { Store } from '../store/store.ts';

/** A session's trace up to, and not with, the events that detectors have yet to see. */
export interface Followed {
  readonly trace: SessionTrace;
  readonly next: readonly SessionEvent[];
  /** Whether some of it may have been judged before: something arrived out of order, or the program was restarted. */
  readonly isRejudged: boolean;
}

/** What is older than this on arrival is stored and counted, and never alerts anybody. */
const LATE_AFTER_MS = 15 * MINUTE_MS;
/** Turns are judged against the last hour, and their predecessors are readable for an hour. */
const LOOK_BACK_MS = 2 * HOUR_MS;
/** Traces kept in memory; any other is read back from the database. */
const KEPT_SESSIONS = 2000;

/** Keeps the traces of live sessions, so that no history is read for a request that arrives in order. */
export function createLiveSessions(store: Pick<Store, 'requests' | 'sessions'>) {
  const live = new Map<string, { trace: SessionTrace; newestAt: EpochMs }>();

  return {
    follow({ developer, session, fromAt }: Undetected): Followed {
      const key = `${developer} ${session}`;
      const known = live.get(key);
      live.delete(key);
      const isInOrder = known !== undefined && fromAt > known.newestAt;
      const trace = isInOrder ? known.trace : createSessionTrace();
      const events = eventsOf(developer, session, isInOrder ? fromAt : epochMs(fromAt - LOOK_BACK_MS));
      const newest = events.at(-1);
      const newestAt = epochMs(Math.max(isInOrder ? known.newestAt : 0, newest ? atOf(newest) : 0));
      live.set(key, { trace, newestAt });
      forgetOldest();
      for (const event of events) if (atOf(event) < fromAt) trace.push(event);
      return { trace, next: events.filter((event) => atOf(event) >= fromAt), isRejudged: !isInOrder };
    },
  };

  function eventsOf(developer: DeveloperId, session: SessionId, from: EpochMs): readonly SessionEvent[] {
    const requests = store.requests.ofSession(developer, session, from).map(
      ({ request, receivedAt }): SessionEvent => ({
        is: 'request',
        request,
        arrivedLate: receivedAt - request.endedAt > LATE_AFTER_MS,
      }),
    );
    const markers = store.sessions
      .markers(developer, session, from)
      .map((marker): SessionEvent => ({ is: 'marker', marker }));
    // A marker comes before the request of the same moment: it explains it.
    return markers.length === 0 ? requests : [...markers, ...requests].toSorted((a, b) => atOf(a) - atOf(b));
  }

  function forgetOldest() {
    if (live.size <= KEPT_SESSIONS) return;
    const oldest = live.keys().next();
    if (!oldest.done) live.delete(oldest.value);
  }
}

function atOf(event: SessionEvent): EpochMs {
  return event.is === 'request' ? event.request.endedAt : event.marker.at;
}
