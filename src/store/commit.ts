import type { DeveloperId } from '../model/ids.ts';

/** What stores that hold something back need to know: whether a commit is coming before which they will be asked to write it. */
export interface Commit {
  readonly isComing: boolean;
}

/** Called before requests or their sums are read: brings what is held of a developer, or of everybody, into the tables. */
export type Settle = (developer?: DeveloperId) => void;
