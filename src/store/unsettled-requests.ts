import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import { createPartedByDeveloper, type Part } from './parts.ts';

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

/** Names and moments of requests, all in one: two of different kinds that are equal by chance are searched for in vain. */
type Mark = string | number;

interface Owned {
  readonly developer: DeveloperId;
  readonly requests: UnsettledRequest[];
  /** Most names and moments rise: what is greater than these is none of them, and where all rise nothing is indexed. */
  greatestRequestId: string;
  greatestClientRequestId: string;
  greatestMoment: number;
  index: Set<Mark> | undefined;
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
      greatestRequestId: '',
      greatestClientRequestId: '',
      greatestMoment: 0,
      index: undefined,
    }),
  );
  let count = 0;

  return {
    add(unsettled: UnsettledRequest) {
      const owned = byDeveloper.obtain(unsettled.developer);
      const { requestId = '', clientRequestId = '', endedAt, toldAt = endedAt } = unsettled.request;
      owned.requests.push(unsettled);
      count += 1;
      if (requestId > owned.greatestRequestId) owned.greatestRequestId = requestId;
      if (clientRequestId > owned.greatestClientRequestId) owned.greatestClientRequestId = clientRequestId;
      owned.greatestMoment = Math.max(owned.greatestMoment, endedAt, toldAt);
      if (owned.index) addMarks(owned.index, unsettled.request);
    },

    /** Whether one of the developer's has a name or a moment of this one. */
    resembles(developer: DeveloperId, request: ApiRequest): boolean {
      const owned = byDeveloper.of(developer);
      if (!owned) return false;
      const { requestId = '', clientRequestId = '', endedAt, toldAt = endedAt } = request;
      return (
        (endedAt <= owned.greatestMoment && has(owned, endedAt)) ||
        (toldAt <= owned.greatestMoment && has(owned, toldAt)) ||
        (requestId <= owned.greatestRequestId && has(owned, requestId)) ||
        (clientRequestId <= owned.greatestClientRequestId && has(owned, clientRequestId))
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
    countOf(part: Part): number {
      let sum = 0;
      for (const { requests } of byDeveloper.rows(part)) sum += requests.length;
      return sum;
    },

    /** The transaction was undone. */
    forget() {
      byDeveloper.clear();
      count = 0;
    },
  };
}

function has(owned: Owned, mark: Mark): boolean {
  // Not told: no name is empty.
  if (mark === '') return false;
  owned.index ??= owned.requests.reduce((index, { request }) => addMarks(index, request), new Set<Mark>());
  return owned.index.has(mark);
}

function addMarks(marks: Set<Mark>, { requestId, clientRequestId, endedAt, toldAt = endedAt }: ApiRequest): Set<Mark> {
  if (requestId !== undefined) marks.add(requestId);
  if (clientRequestId !== undefined) marks.add(clientRequestId);
  return marks.add(endedAt).add(toldAt);
}
