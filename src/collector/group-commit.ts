import { COME_BACK_AFTER_S, Overloaded, overloadedBy } from './delivery.ts';

export interface GroupCommitDeps {
  /** Runs `work` in one database transaction. */
  transaction<T>(work: () => T): T;
  /** Resolves once all that was committed by now is on the disk. */
  synced(): Promise<void>;
  /** Called right behind each commit. */
  onCommit(): void;
  /** Nobody knows what of the commits the disk has: only a new start reads it. */
  onDiskFailed(error: unknown): void;
  /** How many pieces of work may wait. */
  readonly limit: number;
  readonly meter?: CommitMeter;
}

/** Whoever counts commits, and knows whether they succeed. */
export interface CommitMeter {
  /** A commit with so many pieces of work. */
  committed(pieces: number): void;
  /** A commit is on the disk, so many seconds after its first piece was begun. */
  synced(seconds: number): void;
  /** The database could not be written; SQLite's word for it. */
  notCommitted(code: string): void;
}

const NO_METER: CommitMeter = { committed: () => {}, synced: () => {}, notCommitted: () => {} };

interface Waiting {
  readonly run: () => void;
  readonly fail: (error: unknown) => void;
  readonly done: () => void;
}

/**
 * So long work is gathered while each turn of the event loop brings more: a turn accepts one connection only (libuv, since
 * 1.45), so with a commit in each, of a hundred clients that come at once the last would wait for a hundred commits.
 */
const GATHER_MS = 5;
/** What a commit costs by itself is little for each of so many: they wait for no more. */
const ENOUGH = 32;
/** Meanwhile nobody else gets a turn, neither `/quota` nor the next bodies: a longer queue takes several groups. */
const GROUP_MS = 3;

/**
 * One transaction for all work that arrived during the last one, and one sync to disk for all transactions since the last
 * one. There is no timer: the queue is flushed as soon as a turn of the event loop brings nothing more, so an idle server adds
 * no delay.
 */
export function createGroupCommit(deps: GroupCommitDeps) {
  const { transaction, synced, onCommit, onDiskFailed, limit, meter = NO_METER } = deps;
  const queue: Waiting[] = [];
  /** Pieces that are committed and not on the disk yet. */
  let unsynced = 0;
  /** Since when work is gathered, in ms of `performance.now`, and how many pieces that had brought a turn ago. */
  let gatheringSince = 0;
  let gathered = 0;

  return {
    /** Runs `work` in a shared transaction; resolves once that is on the disk. Rejects with `Overloaded` when it cannot be written now. */
    commit<T>(work: () => T): Promise<T> {
      if (queue.length + unsynced >= limit) return Promise.reject(new Overloaded(COME_BACK_AFTER_S));
      return new Promise<T>((resolve, reject) => {
        let result: T;
        const run = () => {
          result = work();
        };
        queue.push({ run, fail: reject, done: () => resolve(result) });
        if (queue.length === 1) gather();
      });
    },
    /** How many pieces of work wait by now, for their commit or for the disk. */
    waiting: () => queue.length + unsynced,
  };

  function gather() {
    gatheringSince = performance.now();
    gathered = 0;
    setImmediate(flush);
  }

  function flush() {
    const bringsMore = queue.length > gathered;
    gathered = queue.length;
    const isEnough = gathered >= ENOUGH || isOver(gatheringSince, GATHER_MS);
    if (bringsMore && !isEnough) return void setImmediate(flush);
    const obstacle = write(queue);
    if (obstacle !== undefined) for (const waiting of queue.splice(0)) waiting.fail(obstacle);
    if (queue.length > 0) gather();
    onCommit();
  }

  /** Takes a group from the front and commits it. Answers what keeps anything from being written, if something does. */
  function write(from: Waiting[]): unknown {
    const group: Waiting[] = [];
    const startedAt = performance.now();
    try {
      transaction(() => {
        for (let next = from.shift(); next; next = isOver(startedAt, GROUP_MS) ? undefined : from.shift()) {
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
    meter.committed(group.length);
    void answer(group, startedAt);
    return undefined;
  }

  /** Tells a group that it stands, once it does. */
  async function answer(group: readonly Waiting[], startedAt: number) {
    unsynced += group.length;
    try {
      await synced();
    } catch (error) {
      for (const waiting of group) waiting.fail(new Overloaded(COME_BACK_AFTER_S, error));
      return onDiskFailed(error);
    } finally {
      unsynced -= group.length;
    }
    meter.synced((performance.now() - startedAt) / 1000);
    for (const waiting of group) waiting.done();
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

function isOver(startedAt: number, ms: number): boolean {
  return performance.now() - startedAt >= ms;
}

function codeOf({ cause }: Overloaded): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}
