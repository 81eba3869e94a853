import { beforeEach, describe, expect, test } from 'vitest';
import { createFirstData } from '../../src/jobs/first-data.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import type { EpochMs } from '../../src/model/time.ts';
import { firstDataOf } from '../../src/slack/first-data-of.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { minutes, NOON, seconds } from '../support/builders.ts';

const PLACE = { channel: 'D0ADA', ts: '1795435200.000100' };
const ADA = { slackUser: 'U000000ADA', email: 'ada@example.com', name: 'Ada', timeZone: undefined };

let store: Store;
let ada: DeveloperId;
let firstData: ReturnType<typeof createFirstData>;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forSlackUser(ADA, NOON);
  store.tokens.create({ of: 'developer', developer: ada }, NOON);
  firstData = createFirstData({ store });
  return () => store.close();
});

/** Another process on the same database: it remembers nothing. */
const restart = () => {
  firstData = createFirstData({ store });
};
const due = (now: EpochMs) => store.notices.due(now);

/** Says what is due; what was said. */
function deliver(now: EpochMs): readonly (string | undefined)[] {
  return due(now).map(({ id, subject }) => {
    store.notices.claim(id);
    store.notices.sent(id, now, PLACE);
    return subject.of === 'first_data' ? firstDataOf(store, subject.developer)?.text : undefined;
  });
}

describe('the first data of whoever connected', () => {
  test('waits for what comes with it, and is told once', () => {
    store.reports.hear(ada, 'telemetry', NOON);
    expect(firstData(NOON)).toBe(true);
    store.reports.hear(ada, 'status_line', seconds(7));
    expect(firstData(seconds(10))).toBe(true);
    expect(deliver(seconds(14))).toEqual([]);
    expect(due(seconds(15))).toMatchObject([
      { subject: { of: 'first_data', developer: ada }, audience: 'developer', form: 'message', reason: 'opened' },
    ]);
    expect(deliver(seconds(15))).toEqual(['First data received: telemetry, status line']);
    expect(firstData(seconds(20))).toBe(false);
    expect(deliver(minutes(60))).toEqual([]);
  });

  test('is told again when a further feed comes, by the same message', () => {
    store.reports.hear(ada, 'telemetry', NOON);
    firstData(NOON);
    deliver(minutes(1));
    store.reports.hear(ada, 'hook', minutes(30));
    store.reports.hear(ada, 'telemetry', minutes(30));
    firstData(minutes(30));
    expect(due(minutes(31))).toMatchObject([{ reason: 'grown' }]);
    const standing = store.notices.message({ of: 'first_data', developer: ada }, 'developer');
    expect(standing).toEqual(PLACE);
    expect(deliver(minutes(31))).toEqual(['First data received: telemetry, hook']);
  });

  test.each([
    ['before it was noted', 0],
    ['before it was said', 1],
    ['after it was said', 2],
  ])('is told exactly once through a restart %s', (_, steps) => {
    store.reports.hear(ada, 'telemetry', NOON);
    if (steps > 0) firstData(NOON);
    const before = steps > 1 ? deliver(minutes(1)) : [];
    restart();
    firstData(minutes(2));
    const after = deliver(minutes(3));
    restart();
    firstData(minutes(4));
    expect([...before, ...after, ...deliver(minutes(5))]).toEqual(['First data received: telemetry']);
  });

  test('is noted with the word that tells it, or not at all', () => {
    store.reports.hear(ada, 'telemetry', NOON);
    const full = () => {
      throw new Error('disk full');
    };
    const broken = createFirstData({ store: { ...store, notices: { ...store.notices, add: full } } });
    expect(() => broken(NOON)).toThrow('disk full');
    expect(firstData(NOON)).toBe(true);
    expect(deliver(minutes(1))).toHaveLength(1);
  });
});

describe('whoever the team’s token connected', () => {
  test('is told nothing: they did not ask', () => {
    const grace = store.developers.forEmail('grace@example.com', { now: NOON });
    store.reports.hear(grace, 'telemetry', NOON);
    expect(firstData(NOON)).toBe(true);
    expect(deliver(minutes(1))).toEqual([]);
    expect(firstData(minutes(1))).toBe(false);
  });

  test('hears of all their feeds once they connect and another one comes', () => {
    const grace = store.developers.forEmail('grace@example.com', { now: NOON });
    store.reports.hear(grace, 'telemetry', NOON);
    firstData(NOON);
    store.tokens.create({ of: 'developer', developer: grace }, minutes(5));
    store.reports.hear(grace, 'status_line', minutes(6));
    firstData(minutes(6));
    expect(deliver(minutes(7))).toEqual(['First data received: telemetry, status line']);
  });
});

test('what nobody sent any more is no word', () => {
  expect(firstDataOf(store, ada)).toBeUndefined();
});
