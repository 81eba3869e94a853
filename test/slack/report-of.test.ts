import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiRequest } from '../../src/model/api-request.ts';
import type { Developer } from '../../src/model/developer.ts';
import { SEVERITIES, type Severity } from '../../src/model/finding.ts';
import type { DeveloperIncident } from '../../src/model/incident.ts';
import { DAY_MS, type EpochMs, HOUR_MS, plus } from '../../src/model/time.ts';
import { reportOf } from '../../src/slack/report-of.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { ACCOUNT, hours, minutes, NOON, reading, request } from '../support/builders.ts';
import { broken, lockedOut, over, resumed } from './incidents.ts';

let store: Store;
let ada: Developer;
let sequence = 0;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = someone('ada@example.com');
});

function someone(email: string): Developer {
  const developer = store.developers.find(store.developers.forEmail(email, { now: NOON }));
  if (!developer) throw new Error('not written');
  return developer;
}

const report = (now: EpochMs = minutes(10)) => reportOf(store, ada, { who: undefined, now, zone: 'UTC' });
function spent(part: Partial<ApiRequest>, of = ada) {
  store.requests.keep(of.id, request({ sequence: sequence++, ...part }), NOON);
}
const read = (minute: number, usedPercent: number) =>
  store.windows.read(ada.id, ACCOUNT, reading({ at: minutes(minute), usedPercent }));

describe('the report of somebody new', () => {
  test('knows nothing and invents nothing', () => {
    expect(report()).toEqual({
      who: undefined,
      plan: undefined,
      windows: [],
      block: undefined,
      blockPoints: undefined,
      cache: { requests: 0, readShare: undefined, incidents: 0, rewrittenTokens: 0 },
      spend: { dayMicros: 0, weekMicros: 0, unpricedRequests: 0 },
      openIncidents: [],
      heard: { statusLine: undefined, telemetry: undefined },
      now: minutes(10),
      zone: 'UTC',
    });
  });
});

describe('windows', () => {
  test('are the running ones, with the forecast from their readings', () => {
    for (const [minute, percent] of [
      [0, 10],
      [5, 20],
      [10, 30],
    ] as const)
      read(minute, percent);
    const [outlook] = report().windows;
    expect(outlook?.window).toMatchObject({ usedPercent: 30, lastReadAt: minutes(10) });
    expect(outlook?.forecast.pace15).toBe(120);
    expect(outlook?.forecast.earliest).toBe(minutes(45));
  });

  test('leave out the activity block, which only stands in for them', () => {
    spent({ costMicros: 5 });
    expect(report().block).toMatchObject({ requests: 1 });
    read(0, 10);
    expect(report().block).toBeUndefined();
  });

  test('are unknown after their reset', () => {
    read(0, 10);
    expect(report(hours(4)).windows).toEqual([]);
  });
});

/** Six days in which each dollar took two points of a window, until the day before noon. */
function teach(of = ada, kind = 'five_hour') {
  const until = plus(NOON, -DAY_MS);
  for (let day = 6; day > 0; day--) {
    const opened = plus(until, -day * DAY_MS);
    for (let hour = 0; hour < 4; hour++) {
      const at = plus(opened, hour * HOUR_MS);
      spent({ endedAt: plus(at, -1), costMicros: 5e6 }, of);
      const resetsAt = plus(opened, 5 * HOUR_MS);
      store.windows.read(of.id, ACCOUNT, reading({ at, usedPercent: hour * 10, kind, resetsAt }));
    }
  }
  store.rates.settle(NOON, 1000);
  store.rates.learn(of.id, NOON);
}

describe('a window between readings', () => {
  const estimateOf = (now = minutes(10)) => report(now).windows[0]?.estimate;

  test('stands where what was spent since the last reading puts it, as one’s own readings taught', () => {
    teach();
    read(0, 30);
    spent({ endedAt: NOON, costMicros: 9e6 });
    spent({ endedAt: minutes(5), costMicros: 3e6 });
    spent({ endedAt: minutes(11), costMicros: 9e6 });
    expect(estimateOf()).toMatchObject({ points: 36, spentMicros: 3e6, learntFrom: 'own', samples: 6 });
  });

  test('counts since it was last read, not since it last rose', () => {
    teach();
    read(0, 30);
    spent({ endedAt: minutes(2), costMicros: 9e6 });
    read(3, 30);
    spent({ endedAt: minutes(5), costMicros: 3e6 });
    expect(estimateOf()).toMatchObject({ points: 36 });
  });

  test('runs out from there at the pace of its readings', () => {
    teach();
    for (const [minute, percent] of [
      [-60, 10],
      [-30, 20],
      [0, 30],
    ] as const)
      read(minute, percent);
    spent({ endedAt: minutes(5), costMicros: 15e6 });
    const [outlook] = report().windows;
    // 60 % at ten past noon, 20 points an hour.
    expect(outlook?.forecast).toMatchObject({ pace15: 20, pace60: 20, earliest: minutes(130) });
  });

  test.each<[string, () => void]>([
    ['nothing was spent since', () => teach()],
    ['nothing is learnt', () => void spent({ endedAt: minutes(5), costMicros: 3e6 })],
    [
      'something of unknown price was used',
      () => {
        teach();
        spent({ endedAt: minutes(5), costMicros: 3e6 });
        spent({ endedAt: minutes(6) });
      },
    ],
    [
      'another kind of window was learnt',
      () => {
        teach(ada, 'seven_day');
        spent({ endedAt: minutes(5), costMicros: 3e6 });
      },
    ],
  ])('stands where it was read when %s', (_, prepare) => {
    prepare();
    read(0, 30);
    expect(report().windows[0]).toMatchObject({ window: { usedPercent: 30 }, estimate: undefined });
  });

  test('stands where colleagues on the same plan would put it, for somebody who has yet to learn', () => {
    for (const name of ['grace', 'alan', 'alan2']) {
      const colleague = someone(`${name}@example.com`);
      store.developers.setPlan(colleague.id, 'max');
      teach(colleague);
    }
    store.developers.setPlan(ada.id, 'max');
    read(0, 30);
    spent({ endedAt: minutes(5), costMicros: 3e6 });
    expect(estimateOf()).toMatchObject({ points: 36, learntFrom: 'team', samples: 3 });
  });
});

describe('the activity block', () => {
  test('tells what its dollars take of a window, as far as that was learnt', () => {
    spent({ costMicros: 4e6 });
    expect(report().blockPoints).toEqual({ is: 'unknown', because: 'no_readings' });
    teach();
    expect(report().blockPoints).toMatchObject({ is: 'known', windowKind: 'five_hour', points: 8, learntFrom: 'own' });
    spent({});
    expect(report().blockPoints).toEqual({ is: 'unknown', because: 'no_price' });
  });

  test.each([
    ['max', true],
    ['ultra', false],
    ['api', false],
  ] as const)('runs on %s: %s', (plan, runs) => {
    spent({ costMicros: 4e6 });
    store.developers.setPlan(ada.id, plan);
    ada = { ...ada, plan };
    expect(report()).toMatchObject({ plan });
    expect(report().block !== undefined).toBe(runs);
  });
});

describe('spend', () => {
  test('counts the last 24 hours, and 7 days by the whole hour', () => {
    for (const hoursAgo of [0, 23, 25, 167, 169]) spent({ endedAt: plus(NOON, -hoursAgo * HOUR_MS), costMicros: 1 });
    expect(report(NOON).spend).toEqual({ dayMicros: 2, weekMicros: 4, unpricedRequests: 0 });
    spent({ endedAt: plus(NOON, -168 * HOUR_MS), costMicros: 10 });
    expect(report(minutes(59)).spend.weekMicros).toBe(14);
    expect(report(minutes(60)).spend.weekMicros).toBe(4);
  });

  test('counts requests of unknown price apart', () => {
    spent({ costMicros: 7 });
    spent({});
    expect(report().spend).toEqual({ dayMicros: 7, weekMicros: 7, unpricedRequests: 1 });
  });

  test('is one’s own', () => {
    spent({ costMicros: 7 }, someone('bob@example.com'));
    expect(report().spend.weekMicros).toBe(0);
  });
});

describe('the health of the cache', () => {
  test('is the share of all context that was read', () => {
    spent({ inputTokens: 10, cacheReadTokens: 70, cacheCreationTokens: 20 });
    spent({ cacheReadTokens: 90, cacheCreationTokens: 10 });
    expect(report().cache).toMatchObject({ requests: 2, readShare: 0.8 });
  });

  test('counts cache incidents of a day that were worth a word and stayed unexplained', () => {
    const add = (incident: DeveloperIncident, subject: string) =>
      store.incidents.add({ ...incident, developer: ada.id, subject });
    add(broken({ rewrittenTokens: 100 }), 'open');
    add(over(resumed({ rewrittenTokens: 20 }), 'quiet'), 'over');
    add(over(broken({ rewrittenTokens: 7 }), 'explained'), 'explained');
    add(resumed({ rewrittenTokens: 3 }, { severity: 'recorded' }), 'small');
    add({ ...broken(), openedAt: hours(-25) }, 'old');
    add(lockedOut(), 'window');
    expect(report().cache).toMatchObject({ incidents: 2, rewrittenTokens: 120 });
  });
});

describe('what is open', () => {
  test('is listed however old it is', () => {
    store.incidents.add({ ...broken(), developer: ada.id, openedAt: hours(-90) });
    store.incidents.add({ ...over(lockedOut(), 'reset'), developer: ada.id });
    expect(report().openIncidents).toMatchObject([{ kind: 'cache_invalidation' }]);
  });

  test('leaves out what was only recorded', () => {
    const add = (severity: Severity) =>
      store.incidents.add({ ...resumed({}, { severity }), developer: ada.id, subject: severity });
    for (const severity of SEVERITIES) add(severity);
    const listed = report().openIncidents.map(({ severity }) => severity);
    expect(listed.toSorted()).toEqual(SEVERITIES.filter((severity) => severity !== 'recorded').toSorted());
  });
});

describe('when the feeds were last heard', () => {
  test('takes the webhook for telemetry where there is none', () => {
    store.reports.hear(ada.id, 'webhook', minutes(1));
    store.reports.hear(ada.id, 'status_line', minutes(2));
    expect(report().heard).toEqual({ statusLine: minutes(2), telemetry: minutes(1) });
    store.reports.hear(ada.id, 'telemetry', minutes(3));
    expect(report().heard.telemetry).toBe(minutes(3));
  });
});
