import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiRequest } from '../../src/model/api-request.ts';
import type { Developer } from '../../src/model/developer.ts';
import { SEVERITIES, type Severity } from '../../src/model/finding.ts';
import { type EpochMs, HOUR_MS, plus } from '../../src/model/time.ts';
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
const spent = (part: Partial<ApiRequest>, of = ada) =>
  store.requests.keep(of.id, request({ sequence: sequence++, ...part }), NOON);
const read = (minute: number, usedPercent: number) =>
  store.windows.read(ada.id, ACCOUNT, reading({ at: minutes(minute), usedPercent }));

describe('the report of somebody new', () => {
  test('knows nothing and invents nothing', () => {
    expect(report()).toEqual({
      who: undefined,
      windows: [],
      block: undefined,
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

describe('spend', () => {
  test('counts the last 24 hours and 7 days, up to now', () => {
    for (const hoursAgo of [0, 23, 25, 167, 169]) spent({ endedAt: plus(NOON, -hoursAgo * HOUR_MS), costMicros: 1 });
    spent({ endedAt: minutes(11), costMicros: 100 });
    expect(report(NOON).spend).toEqual({ dayMicros: 2, weekMicros: 4, unpricedRequests: 0 });
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
    const add = (incident: Parameters<Store['incidents']['add']>[0], subject: string) =>
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
