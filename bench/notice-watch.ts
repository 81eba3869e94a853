import type { Delivery } from '../src/collector/delivery.ts';
import type { IncidentId } from '../src/model/ids.ts';
import { isCacheIncident } from '../src/model/incident.ts';
import { momentOf, sessionOf } from '../src/model/usage-item.ts';
import type { StoredIncident } from '../src/store/incident-store.ts';
import type { Store } from '../src/store/store.ts';
import { isBroken } from './traffic.ts';

/** A request of a broken session: its event time, and when it was committed, in ms of `performance.now`. */
interface Committed {
  readonly at: number;
  readonly committedMs: number;
}

/** Times how long after the commit that showed a broken cache the notice of it is written. */
export function createNoticeWatch({ notices }: Pick<Store, 'notices'>) {
  const committed = new Map<string, Committed[]>();
  /** Incidents whose notice is not written yet: the session, and the event time of what they rest on. */
  const opened = new Map<IncidentId, { readonly session: string; readonly at: number }>();
  const seen = new Set<IncidentId>();
  let inTransaction: { readonly session: string; readonly at: number }[] = [];
  let taken: number[] = [];

  return {
    onDelivery({ items }: Delivery) {
      for (const { fact } of items) {
        const session = sessionOf(fact);
        if (isBroken(session)) inTransaction.push({ session, at: momentOf(fact) });
      }
    },

    onIncident({ id, incident }: StoredIncident) {
      if (incident.kind === 'fleet_regression' || !isCacheIncident(incident) || seen.has(id)) return;
      seen.add(id);
      opened.set(id, { session: incident.evidence.session, at: incident.lastEvidenceAt });
    },

    /** Runs a transaction that takes deliveries in. */
    afterCommit<T>(transaction: () => T): T {
      const result = transaction();
      const committedMs = performance.now();
      for (const { session, at } of inTransaction) {
        const ofSession = committed.get(session) ?? [];
        committed.set(session, ofSession);
        ofSession.push({ at, committedMs });
      }
      inTransaction = [];
      noteWritten(committedMs);
      return result;
    },

    /** Runs transactions that write incidents and notices. */
    afterWriting<T>(detect: () => T): T {
      const result = detect();
      noteWritten(performance.now());
      return result;
    },

    /** The milliseconds of each incident that opened since the last call. */
    take(): number[] {
      const result = taken;
      taken = [];
      return result;
    },
  };

  function noteWritten(now: number) {
    for (const [id, { session, at }] of opened) {
      if (!notices.last(id, 'channel')) throw new Error(`incident ${id} opened without a notice`);
      taken.push(now - shownAt(session, at));
      opened.delete(id);
    }
  }

  /** Requests over several connections do not come in their order: the last one to come showed what is wrong. */
  function shownAt(session: string, until: number): number {
    const shown = committed.get(session)?.filter(({ at }) => at <= until) ?? [];
    if (shown.length === 0) throw new Error(`nothing was committed of the broken session ${session}`);
    return Math.max(...shown.map(({ committedMs }) => committedMs));
  }
}
