import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Overloaded } from '../../src/collector/delivery.ts';
import { createGroupCommit, type GroupCommitDeps } from '../../src/collector/group-commit.ts';

const busy = () => Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });

/** A group commit whose transactions `refuse` may stop, and how often one was begun. */
function aGroupCommit({
  refuse = () => {},
  ...otherwise
}: Partial<GroupCommitDeps> & { refuse?: (nr: number) => void } = {}) {
  let begun = 0;
  const transaction = <T>(work: () => T): T => {
    begun += 1;
    refuse(begun);
    return work();
  };
  const synced = async () => {};
  const deps = { transaction, synced, onCommit: () => {}, onDiskFailed: () => {}, limit: 10 };
  return { ...createGroupCommit({ ...deps, ...otherwise }), begun: () => begun };
}

/** A disk that brings what it was given to itself when it is told to. */
function aSlowDisk() {
  const waiting: PromiseWithResolvers<void>[] = [];
  return {
    synced() {
      const next = Promise.withResolvers<void>();
      waiting.push(next);
      return next.promise;
    },
    asked: () => waiting.length,
    answer: (nth: number) => waiting[nth]?.resolve(),
    fail: (nth: number, error: Error) => waiting[nth]?.reject(error),
  };
}

/** Until everything that can go on has gone on. */
const aTurn = () => new Promise((resolve) => setTimeout(resolve, 20));

const failing = (message: string) => () => {
  throw new Error(message);
};

test('what arrives together is written together', async () => {
  const { commit, begun } = aGroupCommit();
  expect(await Promise.all([commit(() => 1), commit(() => 2)])).toEqual([1, 2]);
  expect(begun()).toBe(1);
});

test('what takes long is written in several groups, between which others get a turn', async () => {
  const turns: string[] = [];
  const { commit, begun } = aGroupCommit();
  const slow = (name: string) => () => {
    const until = performance.now() + 15;
    while (performance.now() < until);
    turns.push(name);
    if (name === 'one') setImmediate(() => turns.push('another'));
  };
  await Promise.all(['one', 'two', 'three'].map((name) => commit(slow(name))));
  expect(begun()).toBe(3);
  expect(turns).toEqual(['one', 'another', 'two', 'three']);
});

describe('while each turn of the event loop brings more', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Commits a piece in each of so many turns, between which so many ms go by; answers how many were in each group. */
  async function groupsOf({ pieces, msApart }: { pieces: number; msApart: number }) {
    const groups: number[] = [];
    const meter = { committed: (count: number) => void groups.push(count), synced: () => {}, notCommitted: () => {} };
    const { commit } = aGroupCommit({ meter, limit: 1000 });
    const work: Promise<unknown>[] = [];
    for (let piece = 0; piece < pieces; piece++) {
      work.push(commit(() => piece));
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(msApart);
    }
    expect(await Promise.all(work)).toEqual(Array.from({ length: pieces }, (_, piece) => piece));
    return groups;
  }

  test('it is written together', async () => {
    expect(await groupsOf({ pieces: 9, msApart: 0.5 })).toEqual([9]);
  });

  test('what came in five milliseconds is written, and the rest after it', async () => {
    expect(await groupsOf({ pieces: 9, msApart: 2 })).toEqual([4, 4, 1]);
  });

  test('it is written once it is much, however fast it comes', async () => {
    expect(await groupsOf({ pieces: 70, msApart: 0 })).toEqual([32, 32, 6]);
  });
});

test('a failure that is no piece’s refuses all, once', async () => {
  const { commit, begun } = aGroupCommit({
    refuse() {
      throw new Error('not open');
    },
  });
  const settled = await Promise.allSettled([commit(() => 1), commit(() => 2)]);
  expect(settled).toMatchObject([{ reason: { message: 'not open' } }, { reason: { message: 'not open' } }]);
  expect(begun()).toBe(1);
});

test('a bad piece does not take the others along', async () => {
  const { commit, begun } = aGroupCommit();
  const settled = await Promise.allSettled([commit(() => 1), commit(failing('bad')), commit(() => 3)]);
  expect(settled).toMatchObject([{ value: 1 }, { reason: { message: 'bad' } }, { value: 3 }]);
  expect(begun()).toBe(4);
});

test.each(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY'])(
  'with %s all are refused at once, without waiting again for each',
  async (code) => {
    const { commit, begun } = aGroupCommit({
      refuse() {
        throw Object.assign(new Error('no'), { code });
      },
    });
    const settled = await Promise.allSettled([commit(() => 1), commit(() => 2), commit(() => 3)]);
    for (const one of settled) expect(one).toMatchObject({ reason: { name: 'Overloaded', cause: { code } } });
    expect(begun()).toBe(1);
  },
);

test('a lock that comes while pieces are written one by one refuses the rest at once', async () => {
  const { commit, begun } = aGroupCommit({
    refuse(nr) {
      if (nr === 3) throw busy();
    },
  });
  const work = [commit(() => 1), commit(failing('bad')), commit(() => 3), commit(() => 4)];
  const settled = await Promise.allSettled(work);
  expect(settled[0]).toMatchObject({ value: 1 });
  for (const one of settled.slice(1)) expect(one).toMatchObject({ reason: { name: 'Overloaded' } });
  expect(begun()).toBe(3);
});

test('more than may wait is refused', async () => {
  const { commit } = aGroupCommit({ limit: 1 });
  const first = commit(() => 1);
  await expect(commit(() => 2)).rejects.toBeInstanceOf(Overloaded);
  expect(await first).toBe(1);
});

describe('whoever counts is told', () => {
  /** What was told, in order, of three pieces that came together. */
  async function toldOf(pieces: readonly (() => unknown)[], refuse: (nr: number) => void = () => {}) {
    const told: unknown[] = [];
    const meter = {
      committed: (count: number) => void told.push(`committed ${count}`),
      synced: (seconds: number) => {
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThan(10);
      },
      notCommitted: (code: string) => void told.push(code),
    };
    const { commit } = aGroupCommit({ refuse, meter });
    await Promise.allSettled(pieces.map((piece) => commit(piece)));
    return told;
  }

  test('of each commit and how much was in it', async () => {
    expect(await toldOf([() => 1, () => 2, () => 3])).toEqual(['committed 3']);
  });

  test('of a refusal, once for all', async () => {
    const refuse = () => {
      throw busy();
    };
    expect(await toldOf([() => 1, () => 2], refuse)).toEqual(['SQLITE_BUSY']);
  });

  test('of good pieces beside a bad one, which is no fault of the database', async () => {
    expect(await toldOf([() => 1, failing('bad'), () => 3])).toEqual(['committed 1', 'committed 1']);
  });
});

test('how many wait can be asked', async () => {
  const { commit, waiting } = aGroupCommit();
  const work = [commit(() => 1), commit(() => 2)];
  expect(waiting()).toBe(2);
  await Promise.all(work);
  expect(waiting()).toBe(0);
});

describe('until the disk has what was committed', () => {
  test('nobody is told, and the next group is committed meanwhile', async () => {
    const disk = aSlowDisk();
    const told: string[] = [];
    const { commit, begun, waiting } = aGroupCommit({ synced: disk.synced });
    void commit(() => 'one').then((name) => told.push(name));
    await aTurn();
    void commit(() => 'two').then((name) => told.push(name));
    await aTurn();
    expect({ told, begun: begun(), asked: disk.asked(), waiting: waiting() }).toEqual({
      told: [],
      begun: 2,
      asked: 2,
      waiting: 2,
    });
    disk.answer(0);
    await aTurn();
    expect({ told, waiting: waiting() }).toEqual({ told: ['one'], waiting: 1 });
    disk.answer(1);
    await aTurn();
    expect({ told, waiting: waiting() }).toEqual({ told: ['one', 'two'], waiting: 0 });
  });

  test('what waits for it counts as waiting: more than may wait is refused', async () => {
    const disk = aSlowDisk();
    const { commit } = aGroupCommit({ synced: disk.synced, limit: 1 });
    const first = commit(() => 1);
    await aTurn();
    await expect(commit(() => 2)).rejects.toBeInstanceOf(Overloaded);
    disk.answer(0);
    expect(await first).toBe(1);
    const third = commit(() => 3);
    await aTurn();
    disk.answer(1);
    expect(await third).toBe(3);
  });

  test('whoever counts knows of the commit, and not yet how long it took', async () => {
    const disk = aSlowDisk();
    const told: string[] = [];
    const meter = {
      committed: () => void told.push('committed'),
      synced: () => void told.push('synced'),
      notCommitted: () => {},
    };
    const { commit } = aGroupCommit({ synced: disk.synced, meter });
    void commit(() => 1);
    await aTurn();
    expect(told).toEqual(['committed']);
    disk.answer(0);
    await aTurn();
    expect(told).toEqual(['committed', 'synced']);
  });

  test('where it fails, senders keep what they have, and whoever can end the program is told', async () => {
    const disk = aSlowDisk();
    const failures: unknown[] = [];
    const { commit } = aGroupCommit({ synced: disk.synced, onDiskFailed: (error) => failures.push(error) });
    const work = commit(() => 1);
    await aTurn();
    const error = new Error('EIO: i/o error, fdatasync');
    disk.fail(0, error);
    await expect(work).rejects.toMatchObject({ name: 'Overloaded', cause: error });
    expect(failures).toEqual([error]);
  });
});
