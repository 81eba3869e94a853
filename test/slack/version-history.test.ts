import { beforeEach, describe, expect, test } from 'vitest';
import type { DeveloperId } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import { NO_COUNTS } from '../../src/model/version-rates.ts';
import { createVersionHistory, ratesOf } from '../../src/slack/version-history.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOON } from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;
let grace: DeveloperId;
let reads: EpochMs[];
let history: ReturnType<typeof createVersionHistory>;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  grace = store.developers.forEmail('grace@example.com', { now: NOON });
  reads = [];
  const of = (at: EpochMs) => {
    reads.push(at);
    return store.versionDays.of(at);
  };
  history = createVersionHistory({ store: { versionDays: { of } } });
});

function count(developer: DeveloperId, clientVersion: string, daysAgo: number) {
  const at = plus(NOON, -daysAgo * DAY_MS);
  store.versions.add({ developer, clientVersion, at }, { ...NO_COUNTS, boundaries: 10, boundaryMisses: 1 });
  store.settle();
}

const rates = async (days: number, now = NOON) => ratesOf(await history(days * DAY_MS, now));

describe('the history of client versions', () => {
  test('adds the days up by version, and counts each developer once', async () => {
    count(ada, '2.1.330', 0);
    count(ada, '2.1.330', 1);
    count(grace, '2.1.330', 1);
    count(grace, '2.1.99', 2);
    expect(await rates(7)).toEqual([
      { ...NO_COUNTS, clientVersion: '2.1.330', developers: 2, boundaries: 30, boundaryMisses: 3 },
      { ...NO_COUNTS, clientVersion: '2.1.99', developers: 1, boundaries: 10, boundaryMisses: 1 },
    ]);
  });

  test('is what the database answers in one go', async () => {
    for (const daysAgo of [0, 3, 7, 8, 30, 31]) count(daysAgo % 2 ? ada : grace, `2.1.${daysAgo % 3}`, daysAgo);
    for (const days of [7, 30]) {
      const inOneGo = store.versions.rates(plus(NOON, -days * DAY_MS), NOON);
      const sorted = (await rates(days)).toSorted((one, other) => one.clientVersion.localeCompare(other.clientVersion));
      expect(sorted).toEqual(inOneGo);
    }
  });

  test('reads each day once, and today every time', async () => {
    await rates(30);
    expect(reads).toHaveLength(31);
    count(ada, '2.1.330', 0);
    reads = [];
    expect(await rates(30, plus(NOON, MINUTE_MS))).toMatchObject([{ boundaries: 10 }]);
    expect(reads).toHaveLength(1);
  });

  test('reads one day anew with each answer, the newest first, once it is long ago', async () => {
    await rates(30);
    count(ada, '2.1.330', 1);
    count(ada, '2.1.330', 5);
    expect(await rates(30, plus(NOON, MINUTE_MS))).toEqual([]);
    reads = [];
    expect(await rates(30, plus(NOON, 11 * MINUTE_MS))).toMatchObject([{ boundaries: 10 }]);
    expect(reads).toHaveLength(2);
    for (let answer = 0; answer < 5; answer++) await rates(30, plus(NOON, 7 * HOUR_MS));
    expect(await rates(30, plus(NOON, 7 * HOUR_MS))).toMatchObject([{ boundaries: 20 }]);
  });

  test('knows nothing of a team without data', async () => {
    expect(await rates(30)).toEqual([]);
  });
});
