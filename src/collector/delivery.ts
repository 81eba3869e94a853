import { isUnwritable } from '../model/database-error.ts';
import type { Feed } from '../model/feed.ts';
import type { EpochMs } from '../model/time.ts';
import type { UsageItem } from '../model/usage-item.ts';
import type { TokenOwner } from '../store/token-store.ts';

/** What one body told, by whom it was sent and when it came. Never empty. */
export interface Delivery {
  readonly owner: TokenOwner;
  readonly feed: Feed;
  readonly items: readonly UsageItem[];
  readonly receivedAt: EpochMs;
}

/** What became of the items of a delivery. */
export interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
  /** The same id with another payload: the first one stands. */
  readonly conflicts: number;
  /** Items that nobody could be named for: sent with a team token and without an email. */
  readonly unattributed: number;
}

/** What a sender is told. */
export interface Answer extends Receipt {
  /** Items that are older than what is taken. */
  readonly outdated: number;
}

export const NOTHING_KEPT: Receipt = { accepted: 0, duplicates: 0, conflicts: 0, unattributed: 0 };

/**
 * Nothing more can be taken right now, or nothing can be written: the sender may come again after `retryAfterS` seconds.
 * `cause` is what stood in the way, for the log.
 */
export class Overloaded extends Error {
  readonly retryAfterS: number;

  constructor(retryAfterS: number, cause?: unknown) {
    super('The collector cannot take this right now; send it again later.', { cause });
    this.name = 'Overloaded';
    this.retryAfterS = Math.max(1, Math.ceil(retryAfterS));
  }
}

/** How soon a refused sender may try again. */
export const COME_BACK_AFTER_S = 5;

/** The refusal where the database stood in the way and not the data; undefined for any other error. */
export function overloadedBy(error: unknown): Overloaded | undefined {
  if (error instanceof Overloaded) return error;
  return isUnwritable(error) ? new Overloaded(COME_BACK_AFTER_S, error) : undefined;
}
