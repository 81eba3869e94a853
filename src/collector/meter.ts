import type { Feed } from '../model/feed.ts';
import type { ReasonToLeave } from './parsed.ts';
import type { RefusalCode } from './problem.ts';

/** What became of something that a sender told. `held`: nobody knows yet whose it is. `clamped` ones are counted as kept, too. */
type ItemOutcome =
  | 'accepted'
  | 'duplicate'
  | 'conflict'
  | 'unattributed'
  | 'held'
  | 'clamped'
  | 'outdated'
  | ReasonToLeave;

export interface Answered {
  /** As it was declared; `unknown` for what no route is. */
  readonly route: string;
  readonly status: number;
  /** From the headers to the answer. */
  readonly seconds: number;
}

/** Whoever counts what the collector does. Nothing here names a person, a session or a token. */
export interface Meter {
  answered(answered: Answered): void;
  refused(code: RefusalCode): void;
  told(feed: Feed, outcome: ItemOutcome, count: number): void;
}

/** Counts nothing. */
export const NO_METER: Meter = { answered: () => {}, refused: () => {}, told: () => {} };
