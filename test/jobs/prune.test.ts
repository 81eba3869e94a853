import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPrune } from '../../src/jobs/prune.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOON, request } from '../support/builders.ts';

let store: Store;

beforeEach(() => {
  store = openStore(':memory:', NOON);
});

afterEach(() => store.close());

test('a pass goes on step by step to its end, and the next begins six hours later', () => {
  const { pruneNext } = createPrune({ store, log: pino({ enabled: false }) });
  const ann = store.developers.forEmail('ann@example.com', { now: NOON });
  const endedAt = plus(NOON, -100 * DAY_MS);
  const requests = () => store.requests.usage(ann, endedAt, NOON).requests;
  const pass = (now: typeof NOON) => {
    let steps = 1;
    while (pruneNext(now)) steps += 1;
    return steps;
  };
  const keep = (requestId: string) => {
    store.requests.keep(ann, request({ endedAt, requestId }), NOON);
    store.settle();
  };

  keep('req_1');
  expect(pass(NOON)).toBeGreaterThan(1);
  expect(requests()).toBe(0);

  keep('req_2');
  expect(pass(plus(NOON, 6 * HOUR_MS - 1))).toBe(1);
  expect(requests()).toBe(1);
  pass(plus(NOON, 6 * HOUR_MS));
  expect(requests()).toBe(0);
});

test('where nothing can be written it tries again a minute later', () => {
  let tries = 0;
  const expire = () => {
    tries += 1;
    throw new Error('SQLITE_BUSY');
  };
  const { pruneNext } = createPrune({ store: { retention: { expire } }, log: pino({ enabled: false }) });
  expect(() => pruneNext(NOON)).toThrow();
  expect(pruneNext(plus(NOON, MINUTE_MS - 1))).toBe(false);
  expect(tries).toBe(1);
  expect(() => pruneNext(plus(NOON, MINUTE_MS))).toThrow();
});
