import type { ApiError } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import type { CacheReport } from './cache-report.ts';
import type { AccountId, SessionId } from './ids.ts';
import type { Marker } from './marker.ts';
import type { Reading } from './reading.ts';
import type { EpochMs } from './time.ts';

/** How a client process began, in Claude Code's own word: `fresh`, `resume`, `continue`, …; undefined from old clients. */
interface SessionStart {
  readonly session: SessionId;
  readonly at: EpochMs;
  readonly startType?: string | undefined;
}

/** One thing that a body told, in the words of the domain. */
export type Fact =
  | { readonly is: 'request'; readonly request: ApiRequest }
  | { readonly is: 'marker'; readonly marker: Marker }
  | { readonly is: 'error'; readonly error: ApiError }
  | { readonly is: 'start'; readonly start: SessionStart }
  | { readonly is: 'reading'; readonly reading: Reading }
  | { readonly is: 'cache_report'; readonly report: CacheReport };

/** A fact with whose it is, as far as its body claims; a personal token overrides the claim. */
export interface UsageItem {
  readonly email?: string | undefined;
  readonly account?: AccountId | undefined;
  readonly clientVersion?: string | undefined;
  readonly fact: Fact;
}

export function sessionOf(fact: Fact): SessionId {
  switch (fact.is) {
    case 'request':
      return fact.request.session;
    case 'marker':
      return fact.marker.session;
    case 'error':
      return fact.error.session;
    case 'start':
      return fact.start.session;
    case 'reading':
      return fact.reading.session;
    case 'cache_report':
      return fact.report.session;
  }
}

/** When it happened, by the sender's clock. */
export function momentOf(fact: Fact): EpochMs {
  switch (fact.is) {
    case 'request':
      return fact.request.endedAt;
    case 'marker':
      return fact.marker.at;
    case 'error':
      return fact.error.at;
    case 'start':
      return fact.start.at;
    case 'reading':
      return fact.reading.at;
    case 'cache_report':
      return fact.report.at;
  }
}
