import { beforeEach, describe, expect, test } from 'vitest';
import type { DeveloperId } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, plus } from '../../src/model/time.ts';
import { addCounts, type CacheCounts, NO_COUNTS } from '../../src/model/version-rates.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { at, NOON } from '../support/builders.ts';

const MISS: CacheCounts = { ...NO_COUNTS, boundaries: 1, boundaryMisses: 1 };
const EVERYTHING: CacheCounts = {
  boundaries: 11,
  boundaryMisses: 7,
  midTurns: 5,
  midTurnMisses: 3,
  resumes: 2,
  resumeRewrites: 1,
};

let store: Store;
let ada: DeveloperId;
let grace: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  grace = store.developers.forEmail('grace@example.com', { now: NOON });
  return () => store.close();
});

const add = (developer: DeveloperId, clientVersion: string, counted = MISS, when: EpochMs = NOON) =>
  store.versions.add({ developer, clientVersion, at: when }, counted);

const rates = (from: EpochMs = NOON, to: EpochMs = plus(NOON, 1)) => store.versions.rates(from, to);

describe('the counts of client versions', () => {
  test('add up by version, with how many developers they are of', () => {
    add(ada, '2.1.252', EVERYTHING);
    add(ada, '2.1.252', MISS);
    add(grace, '2.1.252', MISS);
    add(grace, '2.1.224', EVERYTHING);
    expect(rates()).toEqual([
      { clientVersion: '2.1.224', developers: 1, ...EVERYTHING },
      { clientVersion: '2.1.252', developers: 2, ...addCounts(EVERYTHING, addCounts(MISS, MISS)) },
    ]);
    expect(store.versions.ratesByDeveloper(NOON, plus(NOON, 1))).toEqual([
      { clientVersion: '2.1.224', developer: grace, ...EVERYTHING },
      { clientVersion: '2.1.252', developer: ada, ...addCounts(EVERYTHING, MISS) },
      { clientVersion: '2.1.252', developer: grace, ...MISS },
    ]);
  });

  test('tell how often one version missed, of whomever', () => {
    add(ada, '2.1.252', EVERYTHING);
    add(grace, '2.1.252', MISS);
    add(grace, '2.1.224', MISS);
    const missed = (clientVersion: string) => store.versions.misses(clientVersion, NOON, plus(NOON, 1));
    expect(missed('2.1.252')).toEqual({ boundaryMisses: 8, resumeRewrites: 1 });
    expect(missed('2.1.200')).toEqual({ boundaryMisses: 0, resumeRewrites: 0 });
  });

  test('add up over commits', () => {
    store.transaction(() => add(ada, '2.1.252', EVERYTHING));
    store.transaction(() => add(ada, '2.1.252', EVERYTHING));
    expect(rates()).toEqual([{ clientVersion: '2.1.252', developers: 1, ...addCounts(EVERYTHING, EVERYTHING) }]);
  });

  test('are of whole UTC days, the first one included', () => {
    add(ada, '2.1.1', MISS, at('2026-11-22T23:59:59.999Z'));
    add(ada, '2.1.2', MISS, at('2026-11-23T00:00:00Z'));
    add(ada, '2.1.3', MISS, at('2026-11-24T00:00:00Z'));
    const seen = (from: string, to: string) => rates(at(from), at(to)).map(({ clientVersion }) => clientVersion);
    expect(seen('2026-11-23T12:00:00Z', '2026-11-24T00:00:00Z')).toEqual(['2.1.2']);
    expect(seen('2026-11-22T12:00:00Z', '2026-11-23T12:00:00Z')).toEqual(['2.1.1', '2.1.2']);
    expect(seen('2026-11-23T00:00:00Z', '2026-11-24T12:00:00Z')).toEqual(['2.1.2', '2.1.3']);
  });

  test('a developer who works on several days counts once', () => {
    add(ada, '2.1.252');
    add(ada, '2.1.252', MISS, plus(NOON, -DAY_MS));
    expect(rates(plus(NOON, -DAY_MS))).toMatchObject([{ developers: 1, boundaries: 2 }]);
  });

  test('what a transaction undid was never counted', () => {
    const undone = () =>
      store.transaction(() => {
        add(ada, '2.1.252');
        throw new Error('the disk is full');
      });
    expect(undone).toThrow('the disk is full');
    expect(rates()).toEqual([]);
  });
});
