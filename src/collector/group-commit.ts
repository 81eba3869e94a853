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

/** Meanwhile nobody else gets a turn, neither `/quota` nor the next bodies: a longer queue takes several groups. */
const GROUP_MS = 3;

/**
 * One transaction, and so one sync to disk, for all work that arrived during the last one. There is no timer: the
 * queue is flushed as soon as the event loop is free, so an idle server adds no delay.
 */
export function createGroupCommit({ transaction, onCommit, limit, meter = NO_METER }: GroupCommitDeps) {
  const queue: Waiting[] = [];

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
    const obstacle = write(queue);
    if (obstacle !== undefined) for (const waiting of queue.splice(0)) waiting.fail(obstacle);
    if (queue.length > 0) setImmediate(flush);
    onCommit();
  }

  /** Takes a group from the front and settles it. Answers what keeps anything from being written, if something does. */
  function write(from: Waiting[]): unknown {
    const group: Waiting[] = [];
    const startedAt = performance.now();
    try {
      transaction(() => {
        for (let next = from.shift(); next; next = isOver(startedAt) ? undefined : from.shift()) {
          group.push(next);
          next.run();
        }
      });
    } catch (error) {
      const obstacle = overloadedBy(error);
      if (obstacle) meter.notCommitted(codeOf(obstacle));
      // Piece by piece, each would wait for the same lock or the same disk.
      if (group.length > 1 && !obstacle) return writeOneByOne(group);
      for (const waiting of group) waiting.fail(obstacle ?? error);
      return group.length === 0 ? (obstacle ?? error) : obstacle;
    }
    meter.committed({ pieces: group.length, seconds: (performance.now() - startedAt) / 1000 });
    for (const waiting of group) waiting.done();
    return undefined;
  }

  /** One bad piece must not take the others along: each gets a transaction of its own. */
  function writeOneByOne(group: readonly Waiting[]): unknown {
    for (const [index, waiting] of group.entries()) {
      const one = [waiting];
      const obstacle = write(one);
      if (obstacle === undefined) continue;
      for (const left of [...one, ...group.slice(index + 1)]) left.fail(obstacle);
      return obstacle;
    }
    return undefined;
  }
}

function isOver(startedAt: number): boolean {
  return performance.now() - startedAt >= GROUP_MS;
}

function codeOf({ cause }: Overloaded): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}
