import {
  atOf,
  createSessionTrace,
  requestEvent,
  type SessionEvent,
  type SessionTrace,
} from '../detectors/session-trace.ts';
import type { DeveloperId, SessionId } from '../model/ids.ts';
import { type EpochMs, epochMs, HOUR_MS } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { Undetected } from '../store/undetected-store.ts';
import { createRecentMap } from './recent-map.ts';

/** A session's trace up to, and not with, the events that detectors have yet to see. */
export interface Followed {
  readonly trace: SessionTrace;
  readonly next: readonly SessionEvent[];
  /** Whether some of it may have been judged before: something arrived out of order, or the program was restarted. */
  readonly isRejudged: boolean;
}

/** Turns are judged against the last hour, and their predecessors are readable for an hour. */
const LOOK_BACK_MS = 2 * HOUR_MS;
/** Traces kept in memory; any other is read back from the database. */
const KEPT_SESSIONS = 2000;

/** Keeps the traces of live sessions, so that no history is read for a request that arrives in order. */
export function createLiveSessions(store: Pick<Store, 'requests' | 'sessions'>) {
  const live = createRecentMap<string, { trace: SessionTrace; newestAt: EpochMs }>(KEPT_SESSIONS);

  return {
    follow({ developer, session, fromAt, news }: Undetected, now: EpochMs): Followed {
      const key = `${developer} ${session}`;
      const known = live.get(key);
      if (known && fromAt > known.newestAt) {
        const next = news ? inOrder(news.events) : eventsOf(developer, session, fromAt);
        known.newestAt = newestOf(next, known.newestAt);
        return { trace: known.trace, next, isRejudged: false };
      }
      const trace = createSessionTrace();
      const events =
        news && !known && store.sessions.beganAt(developer, session, fromAt)
          ? inOrder(news.events)
          : eventsOf(developer, session, epochMs(fromAt - LOOK_BACK_MS));
      live.set(key, { trace, newestAt: newestOf(events, epochMs(0)) });
      for (const event of events) if (atOf(event) < fromAt) trace.push(event);
      const judgedUntil = store.sessions.countedUntil(developer, session);
      const next = events.filter((event) => atOf(event) >= fromAt);
      return { trace, next: next.map((event) => judgedAgain(event, { judgedUntil, now })), isRejudged: true };
    },

    /** Judging it failed half-way: its trace is read anew. */
    drop({ developer, session }: Undetected) {
      live.delete(`${developer} ${session}`);
    },
  };

  function eventsOf(developer: DeveloperId, session: SessionId, from: EpochMs): readonly SessionEvent[] {
    const requests = store.requests
      .ofSession(developer, session, from)
      .map(({ request, receivedAt }) => requestEvent(request, receivedAt));
    const markers = store.sessions
      .markers(developer, session, from)
      .map((marker): SessionEvent => ({ is: 'marker', marker }));
    return markers.length === 0 ? requests : inOrder([...markers, ...requests]);
  }
}

/** What came in time and was judged then, and is judged again when its past comes to light, is late by now: it is no news. */
function judgedAgain(event: SessionEvent, { judgedUntil, now }: { judgedUntil: EpochMs; now: EpochMs }): SessionEvent {
  const wasJudged = event.is === 'request' && !event.arrivedLate && event.request.endedAt <= judgedUntil;
  return wasJudged ? requestEvent(event.request, now) : event;
}

/** By time; of the same moment a marker before the request, because it explains it, then by sequence. */
function inOrder(events: readonly SessionEvent[]): readonly SessionEvent[] {
  return events.length < 2 ? events : events.toSorted((a, b) => atOf(a) - atOf(b) || rankOf(a) - rankOf(b));
}

function rankOf(event: SessionEvent): number {
  return event.is === 'marker' ? -1 : (event.request.sequence ?? -1);
}

function newestOf(events: readonly SessionEvent[], known: EpochMs): EpochMs {
  const newest = events.at(-1);
  return newest ? epochMs(Math.max(known, atOf(newest))) : known;
}
