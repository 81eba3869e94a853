import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import { createPartedByDeveloper, type Part } from './parts.ts';
import { createSeen } from './seen.ts';

/** A request that was accepted, and is in the journal instead of its tables. */
export interface UnsettledRequest {
  readonly developer: DeveloperId;
  readonly request: ApiRequest;
  /** Row id of its caller. */
  readonly caller: number;
  readonly receivedAt: EpochMs;
  /** Which it is of those that ended just then. */
  readonly nth: number;
}

interface Owned {
  readonly developer: DeveloperId;
  readonly requests: UnsettledRequest[];
  readonly requestIds: ReturnType<typeof createSeen<string>>;
  readonly clientRequestIds: ReturnType<typeof createSeen<string>>;
  readonly moments: ReturnType<typeof createSeen<EpochMs>>;
}

/** What readers add to what the tables have. */
export type HeldRequests = Pick<UnsettledRequests, 'of'>;

export type UnsettledRequests = ReturnType<typeof createUnsettledRequests>;

/** Holds in memory what the tables do not have yet. */
export function createUnsettledRequests() {
  const byDeveloper = createPartedByDeveloper(
    (developer): Owned => ({
      developer,
      requests: [],
      requestIds: createSeen(),
      clientRequestIds: createSeen(),
      moments: createSeen(),
    }),
  );
  let count = 0;

  return {
    add(unsettled: UnsettledRequest) {
      const { requests, requestIds, clientRequestIds, moments } = byDeveloper.obtain(unsettled.developer);
      const { requestId, clientRequestId, endedAt, toldAt } = unsettled.request;
      requests.push(unsettled);
      count += 1;
      if (requestId !== undefined) requestIds.add(requestId);
      if (clientRequestId !== undefined) clientRequestIds.add(clientRequestId);
      moments.add(endedAt);
      if (toldAt !== undefined) moments.add(toldAt);
    },

    /** Whether one of the developer's has a name or a moment of this one. */
    resembles(developer: DeveloperId, { requestId, clientRequestId, endedAt, toldAt }: ApiRequest): boolean {
      const owned = byDeveloper.of(developer);
      if (!owned) return false;
      const { requestIds, clientRequestIds, moments } = owned;
      return (
        moments.has(endedAt) ||
        (toldAt !== undefined && moments.has(toldAt)) ||
        (requestId !== undefined && requestIds.has(requestId)) ||
        (clientRequestId !== undefined && clientRequestIds.has(clientRequestId))
      );
    },

    /** In the order of arrival. */
    of: (developer: DeveloperId): readonly UnsettledRequest[] => byDeveloper.of(developer)?.requests ?? [],

    /** Takes out those of some parts, one developer after the other. */
    take(parts: Iterable<Part>, use: (unsettled: UnsettledRequest) => void) {
      byDeveloper.take(parts, ({ requests }) => {
        count -= requests.length;
        requests.forEach(use);
      });
    },

    count: (): number => count,

    /** The transaction was undone. */
    forget() {
      byDeveloper.clear();
      count = 0;
    },
  };
}
