import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import type { Whose } from './take.ts';

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
  readonly requests: UnsettledRequest[];
  readonly names: Set<string>;
  readonly moments: Set<EpochMs>;
}

/** What readers add to what the tables have. */
export type HeldRequests = Pick<UnsettledRequests, 'of'>;

export type UnsettledRequests = ReturnType<typeof createUnsettledRequests>;

/** Holds in memory what the tables do not have yet. */
export function createUnsettledRequests() {
  const byDeveloper = new Map<DeveloperId, Owned>();

  return {
    add(unsettled: UnsettledRequest) {
      const { requests, names, moments } = ownedBy(unsettled.developer);
      const { requestId, clientRequestId, endedAt, toldAt } = unsettled.request;
      requests.push(unsettled);
      if (requestId !== undefined) names.add(requestId);
      if (clientRequestId !== undefined) names.add(clientRequestId);
      moments.add(endedAt);
      if (toldAt !== undefined) moments.add(toldAt);
    },

    has: (developer: DeveloperId): boolean => byDeveloper.has(developer),

    /** Whether one of the developer's has a name or a moment of this one. */
    resembles(developer: DeveloperId, { requestId, clientRequestId, endedAt, toldAt }: ApiRequest): boolean {
      const owned = byDeveloper.get(developer);
      if (!owned) return false;
      const { names, moments } = owned;
      return (
        moments.has(endedAt) ||
        (toldAt !== undefined && moments.has(toldAt)) ||
        (requestId !== undefined && names.has(requestId)) ||
        (clientRequestId !== undefined && names.has(clientRequestId))
      );
    },

    /** In the order of arrival. */
    of: (developer: DeveloperId): readonly UnsettledRequest[] => byDeveloper.get(developer)?.requests ?? [],

    /** Takes out those of some developers, one developer after the other. */
    take(whose: Whose, use: (unsettled: UnsettledRequest) => void) {
      for (const [developer, { requests }] of byDeveloper) {
        if (!whose(developer)) continue;
        for (const unsettled of requests) use(unsettled);
        byDeveloper.delete(developer);
      }
    },

    /** The transaction was undone. */
    forget: () => byDeveloper.clear(),
  };

  function ownedBy(developer: DeveloperId): Owned {
    const known = byDeveloper.get(developer);
    if (known) return known;
    const owned = { requests: [], names: new Set<string>(), moments: new Set<EpochMs>() };
    byDeveloper.set(developer, owned);
    return owned;
  }
}
