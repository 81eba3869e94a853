import { beforeEach, describe, expect, test } from 'vitest';
import type { Feed } from '../../src/model/feed.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import type { EpochMs } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { hours, minutes, NOON } from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;
let grace: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  grace = store.developers.forEmail('grace@example.com', { now: NOON });
  return () => store.close();
});

const hear = (developer: DeveloperId, feed: Feed, at: EpochMs = NOON) => store.reports.hear(developer, feed, at);
const connect = (developer: DeveloperId) => store.tokens.create({ of: 'developer', developer }, NOON);

describe('the first data of a feed', () => {
  test('is news until it was announced, also when more comes', () => {
    hear(ada, 'telemetry');
    hear(ada, 'status_line');
    expect(store.reports.unannounced(10)).toEqual([{ developer: ada, isAwaited: false }]);
    store.reports.announce(ada, minutes(1));
    hear(ada, 'telemetry', minutes(2));
    expect(store.reports.unannounced(10)).toEqual([]);
    hear(ada, 'hook', minutes(3));
    expect(store.reports.unannounced(10)).toHaveLength(1);
  });

  test('is awaited by whoever connected it, and only by them', () => {
    connect(grace);
    store.tokens.create({ of: 'team' }, NOON);
    hear(ada, 'telemetry');
    hear(grace, 'telemetry');
    expect(store.reports.unannounced(10)).toEqual([
      { developer: ada, isAwaited: false },
      { developer: grace, isAwaited: true },
    ]);
    expect(store.reports.unannounced(1)).toHaveLength(1);
  });
});

describe('how many feeds are alive', () => {
  test('is counted for each that was ever heard', () => {
    hear(ada, 'telemetry', hours(-1));
    hear(grace, 'telemetry', hours(-30));
    hear(grace, 'status_line', hours(-24));
    expect(store.reports.feedCounts(hours(-24))).toEqual([
      { feed: 'status_line', alive: 1, quiet: 0 },
      { feed: 'telemetry', alive: 1, quiet: 1 },
    ]);
  });

  test('is nobody before the first data', () => {
    expect(store.reports.feedCounts(NOON)).toEqual([]);
    expect(store.reports.withoutStatusLine(NOON)).toBe(0);
  });

  test('counts whoever sends telemetry and never sent a status line', () => {
    hear(ada, 'telemetry');
    hear(grace, 'telemetry');
    hear(grace, 'status_line', hours(-100));
    expect(store.reports.withoutStatusLine(hours(-1))).toBe(1);
    expect(store.reports.withoutStatusLine(hours(1))).toBe(0);
  });
});
