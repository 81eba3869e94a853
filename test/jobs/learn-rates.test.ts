import { beforeEach, describe, expect, test } from 'vitest';
import { createLearnRates } from '../../src/jobs/learn-rates.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { ACCOUNT, NOON, reading, request } from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;
let sequence = 0;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  return () => store.close();
});

/** One window in which each dollar takes a point, 10 points an hour, of which the telemetry came at once. */
function works(opened: EpochMs, { by = ada, pointsPerDollar = 1 } = {}) {
  for (let hour = 0; hour < 4; hour++) {
    const at = plus(opened, hour * HOUR_MS);
    const costMicros = (10 / pointsPerDollar) * 1e6;
    store.requests.keep(by, request({ endedAt: plus(at, -1), sequence: sequence++, costMicros }), at);
    const resetsAt = plus(opened, 5 * HOUR_MS);
    store.windows.read(by, ACCOUNT, reading({ at, usedPercent: hour * 10, resetsAt }));
  }
}

const worksForDays = (days: number, options = {}) => {
  for (let day = days; day > 0; day--) works(plus(NOON, -day * DAY_MS), options);
};
const rates = (now: EpochMs, of = ada) => {
  const known = store.rates.of(of, now);
  return typeof known === 'string' ? known : known.map(({ perDollar }) => perDollar.points);
};

describe('rates', () => {
  test('are learnt once readings of five days are settled', () => {
    worksForDays(5);
    const { sweep } = createLearnRates({ store });
    expect(rates(NOON)).toBe('too_few_readings');
    expect(sweep(NOON)).toBe(false);
    expect(rates(NOON)).toEqual([1]);
  });

  test.each([
    ['wait for late telemetry', 2 * MINUTE_MS - 1, 1],
    ['are settled two minutes after the reading', 2 * MINUTE_MS, 0],
  ])('%s', (_, laterMs, waiting) => {
    works(plus(NOON, -3 * HOUR_MS));
    createLearnRates({ store }).sweep(plus(NOON, laterMs));
    expect(store.rates.settle(NOON, 10)).toHaveLength(waiting);
  });

  test('are learnt anew an hour later at the earliest', () => {
    worksForDays(5);
    const { sweep } = createLearnRates({ store });
    sweep(NOON);
    for (let day = 1; day <= 20; day++) works(plus(NOON, -day * DAY_MS - 6 * HOUR_MS), { pointsPerDollar: 0.5 });
    sweep(plus(NOON, HOUR_MS - 1));
    expect(rates(plus(NOON, HOUR_MS))).toEqual([1]);
    sweep(plus(NOON, HOUR_MS));
    expect(rates(plus(NOON, HOUR_MS))).toEqual([0.5]);
  });

  test('are left alone while nothing was read', () => {
    worksForDays(5);
    const { sweep } = createLearnRates({ store });
    sweep(NOON);
    sweep(plus(NOON, 27 * DAY_MS));
    // Learnt at noon, so believed for four weeks from then.
    expect(rates(plus(NOON, 28 * DAY_MS - 1))).toEqual([1]);
    expect(rates(plus(NOON, 28 * DAY_MS))).toBe('no_readings');
  });

  test('are learnt after a restart, though everything was settled before it', () => {
    worksForDays(5);
    store.rates.settle(NOON, 1000);
    createLearnRates({ store }).sweep(NOON);
    expect(rates(NOON)).toEqual([1]);
  });
});

describe('one sweep', () => {
  test('settles 200 readings and says when more wait', () => {
    for (let day = 27; day > 0; day--) {
      for (const hour of [0, 6, 12]) works(plus(NOON, -day * DAY_MS - hour * HOUR_MS));
    }
    const { sweep } = createLearnRates({ store });
    expect(sweep(NOON)).toBe(true);
    expect(sweep(NOON)).toBe(false);
    expect(store.rates.settle(NOON, 1)).toEqual([]);
  });

  test('learns ten developers, the others in the next', () => {
    const developers = Array.from({ length: 12 }, (_, n) =>
      store.developers.forEmail(`dev${n}@example.com`, { now: NOON }),
    );
    for (const by of developers) worksForDays(5, { by });
    while (store.rates.settle(NOON, 200).length > 0);
    const { sweep } = createLearnRates({ store });
    const learnt = () => developers.filter((developer) => typeof rates(NOON, developer) !== 'string').length;
    sweep(NOON);
    // Ada, of whom nothing is known, was the first of the ten.
    expect(learnt()).toBe(9);
    sweep(plus(NOON, 5 * SECOND_MS));
    expect(learnt()).toBe(12);
  });
});
