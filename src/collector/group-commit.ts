import { COME_BACK_AFTER_S, Overloaded, overloadedBy } from './delivery.ts';

export interface GroupCommitDeps {
  /** Runs `work` in one database transaction. */
  transaction<T>(work: () => T): T;
  /** Called right behind each commit. */
  onCommit(): void;
  /** How many pieces of work may wait. */
  readonly limit: number;
  readonly meter?: CommitMeter;
}

export interface Committed {
  /** Pieces of work in it. */
  readonly pieces: number;
  /** With its sync to disk. */
  readonly seconds: number;
}

/** Whoever counts commits, and knows whether they succeed. */
export interface CommitMeter {
  committed(committed: Committed): void;
  /** The database could not be written; SQLite's word for it. */
  notCommitted(code: string): void;
}

const NO_METER: CommitMeter = { committed: () => {}, notCommitted: () => {} };

interface Waiting {
  readonly run: () => void;
  readonly fail: (error: unknown) => void;
  readonly done: () => void;
}

/**
 * One transaction, and so one sync to disk, for all work that arrived during the last one. There is no timer: the
 * queue is flushed as soon as the event loop is free, so an idle server adds no delay.
 */
export function createGroupCommit({ transaction, onCommit, limit, meter = NO_METER }: GroupCommitDeps) {
  let queue: Waiting[] = [];

  return {
    /** Runs `work` in a shared transaction; resolves after the commit. Rejects with `Overloaded` when it cannot be written now. */
    commit<T>(work: () => T): Promise<T> {
      if (queue.length >= limit) return Promise.reject(new Overloaded(COME_BACK_AFTER_S));
      return new Promise<T>((resolve, reject) => {
        let result: T;
        const run = () => {
          result = work();
        };
        queue.push({ run, fail: reject, done: () => resolve(result) });
        if (queue.length === 1) setImmediate(flush);
      });
    },
    /** How many pieces of work wait by now. */
    waiting: () => queue.length,
  };

  function flush() {
    const batch = queue;
    queue = [];
    write(batch);
    onCommit();
  }

  /** Settles the whole batch. Answers what keeps the database from writing anything at all, if something does. */
  function write(batch: readonly Waiting[]): Overloaded | undefined {
    const startedAt = performance.now();
    try {
      transaction(() => batch.forEach(runOne));
    } catch (error) {
      const obstacle = overloadedBy(error);
      // Piece by piece, each would wait for the same lock or the same disk.
      if (batch.length > 1 && !obstacle) return writeOneByOne(batch);
      if (obstacle) meter.notCommitted(codeOf(obstacle));
      for (const waiting of batch) waiting.fail(obstacle ?? error);
      return obstacle;
    }
    meter.committed({ pieces: batch.length, seconds: (performance.now() - startedAt) / 1000 });
    for (const waiting of batch) waiting.done();
    return undefined;
  }

  /** One bad piece must not take the others along: each gets a transaction of its own. */
  function writeOneByOne(batch: readonly Waiting[]): Overloaded | undefined {
    let obstacle: Overloaded | undefined;
    for (const waiting of batch) {
      if (obstacle) waiting.fail(obstacle);
      else obstacle = write([waiting]);
    }
    return obstacle;
  }
}

function runOne(waiting: Waiting) {
  waiting.run();
}

function codeOf({ cause }: Overloaded): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}
