import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiRequest } from '../../src/model/api-request.ts';
import { accountId, type DeveloperId, sessionId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plans.ts';
import type { Reading } from '../../src/model/reading.ts';
import { DAY_MS, type EpochMs, HOUR_MS, plus } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { ACCOUNT, at, hours, minutes, NOON, reading, request, SESSION } from '../support/builders.ts';

const OTHER_ACCOUNT = accountId('account-2');
let store: Store;
let ada: DeveloperId;
let sequence = 0;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = someone('ada');
  return () => store.close();
});

function someone(name: string, plan?: Plan): DeveloperId {
  const developer = store.developers.forEmail(`${name}@example.com`, { now: NOON });
  if (plan) store.developers.setPlan(developer, plan);
  return developer;
}

const spends = (moment: EpochMs, dollars: number | undefined, part: Partial<ApiRequest> = {}, by = ada) =>
  store.requests.keep(
    by,
    request({ endedAt: moment, sequence: sequence++, costMicros: dollars && dollars * 1e6, ...part }),
    moment,
  );
const reads = (moment: EpochMs, usedPercent: number, part: Partial<Reading> = {}, by = ada) =>
  store.windows.read(by, ACCOUNT, reading({ at: moment, usedPercent, ...part }));
const belongsTo = (session: string, account: typeof ACCOUNT) =>
  store.transaction(() => store.sessions.see(ada, { session: sessionId(session), at: NOON, account }));
const settle = (until = hours(24), limit = 100) => store.rates.settle(until, limit);

/** A window a day in which each dollar takes so many points. */
function works(pointsPerDollar: number, { days = 6, by = ada, until = NOON, kind = 'five_hour' } = {}) {
  for (let day = days; day > 0; day--) {
    const opened = plus(until, -day * DAY_MS);
    const window = { kind, resetsAt: plus(opened, 5 * HOUR_MS) };
    for (let hour = 0; hour < 4; hour++) {
      const moment = plus(opened, hour * HOUR_MS);
      spends(plus(moment, -1), 10 / pointsPerDollar, {}, by);
      reads(moment, hour * 10, window, by);
    }
  }
  while (settle(until, 100).length > 0);
  store.rates.learn(by, until);
}

const known = (of = ada, now = NOON) => {
  const rates = store.rates.of(of, now);
  return typeof rates === 'string'
    ? rates
    : rates.map(({ windowKind, perDollar, learntFrom, samples }) => [
        windowKind,
        perDollar.points,
        learntFrom,
        samples,
      ]);
};

describe('what was spent between two readings', () => {
  /** Points per dollar of one window a day in which, between its readings, this was spent. */
  function learntFrom(spend: (opened: EpochMs) => void) {
    for (let day = 6; day > 0; day--) {
      const opened = plus(NOON, -day * DAY_MS);
      const window = { resetsAt: plus(opened, 5 * HOUR_MS) };
      reads(opened, 0, window);
      reads(plus(opened, HOUR_MS), 1, window);
      spend(opened);
      reads(plus(opened, 2 * HOUR_MS), 11, window);
    }
    settle(NOON);
    store.rates.learn(ada, NOON);
    return known();
  }
  const later = (opened: EpochMs, minute: number) => plus(opened, minute * 60_000);

  test('counts from after the one up to and with the other', () => {
    const rates = learntFrom((opened) => {
      spends(plus(opened, HOUR_MS), 100);
      spends(plus(opened, HOUR_MS + 1), 1);
      spends(plus(opened, 2 * HOUR_MS), 4);
      spends(plus(opened, 2 * HOUR_MS + 1), 100);
    });
    expect(rates).toEqual([['five_hour', 2, 'own', 6]]);
  });

  test('leaves out other accounts, and counts what names none', () => {
    belongsTo('mine', ACCOUNT);
    belongsTo('other', OTHER_ACCOUNT);
    belongsTo('nameless', UNKNOWN_ACCOUNT);
    const rates = learntFrom((opened) => {
      spends(later(opened, 70), 2, { session: sessionId('mine') });
      spends(later(opened, 80), 2, { session: sessionId('nameless') });
      spends(later(opened, 90), 1, { session: sessionId('never seen') });
      spends(later(opened, 100), 500, { session: sessionId('other') });
    });
    expect(rates).toEqual([['five_hour', 2, 'own', 6]]);
  });

  test('is unknown where something has no known price', () => {
    const rates = learntFrom((opened) => {
      spends(later(opened, 70), 5);
      spends(later(opened, 80), undefined);
    });
    expect(rates).toBe('too_few_readings');
  });

  test('is settled once, oldest first, a few at a time, and not before its time', () => {
    for (const [n, percent] of [10, 20, 30].entries()) reads(minutes(n), percent);
    expect(settle(minutes(1), 100)).toEqual([ada, ada]);
    expect(settle(minutes(1), 100)).toEqual([]);
    reads(minutes(3), 40);
    expect(settle(minutes(3), 1)).toEqual([ada]);
    expect(settle(minutes(3), 1)).toEqual([ada]);
    expect(settle(minutes(3), 1)).toEqual([]);
  });

  test('is no longer settled after four weeks: nobody learns from it', () => {
    reads(NOON, 10);
    expect(settle(plus(NOON, 28 * DAY_MS))).toEqual([]);
    expect(settle(plus(NOON, 28 * DAY_MS - 1))).toEqual([ada]);
  });

  test('is settled anew when a reading comes in between later', () => {
    reads(minutes(1), 10);
    reads(minutes(9), 20);
    expect(settle()).toHaveLength(2);
    // Of a session that waited for its owner.
    reads(minutes(5), 30);
    expect(settle()).toHaveLength(2);
  });

  test('is settled anew when two windows turn out to be one', () => {
    reads(minutes(1), 10, { session: sessionId('first') });
    store.windows.read(ada, OTHER_ACCOUNT, reading({ at: minutes(2), usedPercent: 5 }));
    // With two accounts to choose from, it is a window of its own until telemetry names its session's account.
    store.windows.read(ada, UNKNOWN_ACCOUNT, reading({ at: minutes(5), usedPercent: 30 }));
    expect(settle()).toHaveLength(3);
    store.windows.claim(ada, SESSION, ACCOUNT);
    expect(settle()).toHaveLength(2);
  });
});

describe('rates', () => {
  test('are learnt from a developer’s own readings, for each kind of window', () => {
    works(2);
    works(0.5, { kind: 'seven_day', until: hours(-24 * 7) });
    store.rates.learn(ada, NOON);
    expect(known()).toEqual([
      ['five_hour', 2, 'own', 6],
      ['seven_day', 0.5, 'own', 6],
    ]);
  });

  test('are one’s own', () => {
    works(2, { by: someone('grace') });
    expect(known()).toBe('no_readings');
  });

  test.each([
    ['no_readings', 0],
    ['too_few_readings', 4],
  ])('are unknown because of %s after %i days', (reason, days) => {
    works(2, { days });
    expect(known()).toBe(reason);
  });

  test('forget readings that are four weeks old, and what was learnt of them', () => {
    works(2);
    expect(known(ada, plus(NOON, 28 * DAY_MS - 1))).toEqual([['five_hour', 2, 'own', 6]]);
    expect(known(ada, plus(NOON, 28 * DAY_MS))).toBe('no_readings');
    store.rates.learn(ada, plus(NOON, 26 * DAY_MS));
    expect(known(ada, plus(NOON, 26 * DAY_MS))).toBe('too_few_readings');
  });

  test('follow the newest readings when they are learnt anew', () => {
    works(2);
    works(4, { days: 20, until: plus(NOON, 20 * DAY_MS) });
    expect(known(ada, plus(NOON, 20 * DAY_MS))).toEqual([['five_hour', 4, 'own', 26]]);
  });

  test('leave out what was read before the limits changed', () => {
    // Five-hour limits were doubled on 2026-05-06.
    const changed = at('2026-05-06T12:00:00Z');
    works(4, { days: 20, until: changed });
    expect(known(ada, changed)).toBe('too_few_readings');
    works(2, { until: plus(changed, 7 * DAY_MS) });
    expect(known(ada, plus(changed, 7 * DAY_MS))).toEqual([['five_hour', 2, 'own', 6]]);
  });

  test('leave out what is limited to some models', () => {
    for (let day = 6; day > 0; day--) {
      const moment = plus(NOON, -day * DAY_MS);
      const window = { scope: 'opus', resetsAt: plus(moment, 5 * HOUR_MS) };
      for (let hour = 0; hour < 4; hour++) {
        spends(plus(moment, hour * HOUR_MS), 5);
        reads(plus(moment, hour * HOUR_MS), hour * 10, window);
      }
    }
    settle(NOON);
    store.rates.learn(ada, NOON);
    expect(known()).toBe('too_few_readings');
  });
});

describe('rates of colleagues', () => {
  const team = (plan: Plan, ...rates: readonly number[]) => {
    for (const [n, rate] of rates.entries()) works(rate, { by: someone(`${plan}${n}`, plan) });
  };

  test('stand in for somebody on the same plan without readings, as their median', () => {
    store.developers.setPlan(ada, 'max');
    team('max', 1, 2, 4);
    expect(known()).toEqual([['five_hour', 2, 'team', 3]]);
  });

  test('count for the plan on which they were learnt', () => {
    store.developers.setPlan(ada, 'max');
    team('max', 1, 2, 4);
    store.developers.setPlan(someone('max0'), 'pro');
    expect(known()).toEqual([['five_hour', 2, 'team', 3]]);
    store.rates.learn(someone('max0'), NOON);
    expect(known()).toBe('no_readings');
  });

  test('are those of the hundred who learnt last, of however many there are', () => {
    store.developers.setPlan(ada, 'max');
    for (let n = 0; n < 120; n++) works(n < 20 ? 1 : 2, { by: someone(`max${n}`, 'max'), until: minutes(n) });
    expect(known(ada, hours(2))).toEqual([['five_hour', 2, 'team', 100]]);
  });

  test('yield to one’s own', () => {
    store.developers.setPlan(ada, 'max');
    team('max', 1, 2, 4);
    works(8);
    expect(known()).toEqual([['five_hour', 8, 'own', 6]]);
  });

  test('are read of each kind of window that the plan has', () => {
    store.developers.setPlan(ada, 'max');
    team('max', 1, 2, 4);
    for (const n of [0, 1, 2])
      works(2 ** n, { by: someone(`max${n}`), kind: 'seven_day', until: plus(NOON, -7 * DAY_MS) });
    for (const n of [0, 1, 2]) store.rates.learn(someone(`max${n}`), NOON);
    expect(known()).toEqual([
      ['five_hour', 2, 'team', 3],
      ['seven_day', 2, 'team', 3],
    ]);
  });

  test('fill in the kinds that one cannot learn oneself', () => {
    store.developers.setPlan(ada, 'max');
    works(0.5, { kind: 'seven_day' });
    team('max', 1, 2, 4);
    expect(known()).toEqual([
      ['seven_day', 0.5, 'own', 6],
      ['five_hour', 2, 'team', 3],
    ]);
  });

  test.each<[string, Plan | undefined, Plan, readonly number[]]>([
    ['they are fewer than three', 'max', 'max', [1, 2]],
    ['they are on another plan', 'max', 'pro', [1, 2, 4]],
    ['one’s own plan is unknown', undefined, 'max', [1, 2, 4]],
  ])('say nothing where %s', (_, mine, theirs, rates) => {
    if (mine) store.developers.setPlan(ada, mine);
    team(theirs, ...rates);
    expect(known()).toBe('no_readings');
  });

  test('say nothing once they are old', () => {
    store.developers.setPlan(ada, 'max');
    team('max', 1, 2, 4);
    expect(known(ada, plus(NOON, 28 * DAY_MS))).toBe('no_readings');
  });

  test('are never borrowed on: what was borrowed teaches nobody', () => {
    store.developers.setPlan(ada, 'max');
    team('max', 1, 2);
    store.rates.learn(ada, NOON);
    expect(known(someone('max0', 'max'))).toEqual([['five_hour', 1, 'own', 6]]);
    expect(known()).toBe('no_readings');
  });
});

describe('what was spent since a moment', () => {
  test('is a sum, with what has no known price counted apart', () => {
    spends(NOON, 1);
    spends(minutes(1), 2);
    spends(minutes(2), undefined);
    spends(minutes(3), 4);
    spends(minutes(4), 8);
    const span = { account: ACCOUNT, after: NOON, until: minutes(3) };
    expect(store.rates.spent(ada, span)).toEqual({ costMicros: 6e6, unpricedRequests: 1 });
    expect(store.rates.spent(someone('grace'), span)).toEqual({ costMicros: 0, unpricedRequests: 0 });
  });

  test('counts every account for a window whose own is unknown', () => {
    belongsTo('mine', ACCOUNT);
    belongsTo('other', OTHER_ACCOUNT);
    spends(minutes(1), 2, { session: sessionId('mine') });
    spends(minutes(1), 4, { session: sessionId('other') });
    const spent = (account: typeof ACCOUNT) => store.rates.spent(ada, { account, after: NOON, until: hours(1) });
    expect(spent(UNKNOWN_ACCOUNT).costMicros).toBe(6e6);
    expect(spent(ACCOUNT).costMicros).toBe(2e6);
  });
});
