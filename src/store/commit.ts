/** What stores that hold something back need to know: whether a commit is coming before which they will be asked to write it. */
export interface Commit {
  readonly isComing: boolean;
}
