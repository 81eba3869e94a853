import { Overloaded } from './delivery.ts';

export interface GroupCommitDeps {
  /** Runs `work` in one database transaction. */
  transaction<T>(work: () => T): T;
  /** Called right behind each commit. */
  onCommit(): void;
  /** How many pieces of work may wait. */
  readonly limit: number;
}

interface Waiting {
  readonly run: () => void;
  readonly fail: (error: unknown) => void;
  readonly done: () => void;
}

/** SQLite says these when it cannot write now; the sender should come back. */
const CANNOT_WRITE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN)/;
const COME_BACK_AFTER_S = 5;

/**
 * One transaction, and so one sync to disk, for all work that arrived during the last one. There is no timer: the
 * queue is flushed as soon as the event loop is free, so an idle server adds no delay.
 */
export function createGroupCommit({ transaction, onCommit, limit }: GroupCommitDeps) {
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
        queue.push({ run, fail: (error) => reject(refusal(error)), done: () => resolve(result) });
        if (queue.length === 1) setImmediate(flush);
      });
    },
  };

  function flush() {
    const batch = queue;
    queue = [];
    try {
      transaction(() => batch.forEach(runOne));
      for (const waiting of batch) waiting.done();
    } catch (error) {
      // One bad piece must not take the others along: each gets a transaction of its own.
      if (batch.length === 1) batch[0]?.fail(error);
      else batch.forEach(flushAlone);
    }
    onCommit();
  }

  function flushAlone(waiting: Waiting) {
    try {
      transaction(waiting.run);
      waiting.done();
    } catch (error) {
      waiting.fail(error);
    }
  }
}

function runOne(waiting: Waiting) {
  waiting.run();
}

function refusal(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return CANNOT_WRITE.test(code) ? new Overloaded(COME_BACK_AFTER_S, error) : error;
}
