import type { Delivery } from '../src/collector/delivery.ts';
import type { IncidentId } from '../src/model/ids.ts';
import { isCacheIncident } from '../src/model/incident.ts';
import { momentOf, sessionOf } from '../src/model/usage-item.ts';
import type { StoredIncident } from '../src/store/incident-store.ts';
import type { Store } from '../src/store/store.ts';
import { isBroken } from './traffic.ts';

/** Times how long after the commit that showed a broken cache the notice of it is written. */
export function createNoticeWatch({ notices }: Pick<Store, 'notices'>) {
  /** What is known of a request of a broken session: when it was committed, in ms of `performance.now`. */
  const committedAt = new Map<string, number>();
  const opened = new Map<IncidentId, string>();
  const seen = new Set<IncidentId>();
  let inTransaction: string[] = [];
  let taken: number[] = [];

  return {
    onDelivery({ items }: Delivery) {
      for (const { fact } of items) {
        if (isBroken(sessionOf(fact))) inTransaction.push(keyOf(sessionOf(fact), momentOf(fact)));
      }
    },

    onIncident({ id, incident }: StoredIncident) {
      if (incident.kind === 'fleet_regression' || !isCacheIncident(incident) || seen.has(id)) return;
      seen.add(id);
      opened.set(id, keyOf(incident.evidence.session, incident.lastEvidenceAt));
    },

    /** Runs a transaction that takes deliveries in. */
    afterCommit<T>(transaction: () => T): T {
      const result = transaction();
      const now = performance.now();
      for (const key of inTransaction) committedAt.set(key, now);
      inTransaction = [];
      noteWritten(now);
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
    for (const [id, evidence] of opened) {
      const since = committedAt.get(evidence);
      // Found within the transaction that is to commit it.
      if (since === undefined) continue;
      if (!notices.last(id, 'channel')) throw new Error(`incident ${id} opened without a notice`);
      taken.push(now - since);
      opened.delete(id);
    }
  }
}

function keyOf(session: string, at: number): string {
  return `${session} ${at}`;
}
