import { describe, expect, test } from 'vitest';
import { Overloaded } from '../../src/collector/delivery.ts';
import { type CommitMeter, type Committed, createGroupCommit } from '../../src/collector/group-commit.ts';

const busy = () => Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });

/** A group commit whose transactions `refuse` may stop, and how often one was begun. */
function aGroupCommit({
  refuse = () => {},
  limit = 10,
  meter,
}: {
  refuse?: (nr: number) => void;
  limit?: number;
  meter?: CommitMeter;
} = {}) {
  let begun = 0;
  const transaction = <T>(work: () => T): T => {
    begun += 1;
    refuse(begun);
    return work();
  };
  return {
    ...createGroupCommit({ transaction, onCommit: () => {}, limit, ...(meter && { meter }) }),
    begun: () => begun,
  };
}

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
  };
  const work = ['one', 'two', 'three'].map((name) => commit(slow(name)));
  setImmediate(() => turns.push('another'));
  await Promise.all(work);
  expect(begun()).toBe(3);
  expect(turns).toEqual(['one', 'another', 'two', 'three']);
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
      committed: ({ pieces: count, seconds }: Committed) => {
        told.push(`committed ${count}`);
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
