import { beforeEach, describe, expect, test } from 'vitest';
import { absorbFinding, resolve } from '../../src/incidents/lifecycle.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import type { Incident } from '../../src/model/incident.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import {
  burnFinding,
  cacheFinding,
  cacheIncident,
  evidence,
  fleetIncident,
  hours,
  lockOutFinding,
  minutes,
  NOON,
  resumeFinding,
  thresholdFinding,
} from '../support/builders.ts';

let store: Store;
let developer: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  developer = store.developers.forEmail('ann@example.com', { now: NOON });
  return () => store.close();
});

const own = (part: Partial<Incident> = {}) => ({ ...cacheIncident(), developer, ...part }) as Incident;

describe('an incident of every kind comes back as it was written', () => {
  test.each([
    cacheFinding(),
    resumeFinding(),
    lockOutFinding(),
    thresholdFinding({ runsOutAt: minutes(40) }),
    burnFinding({ usualPointsPerHour: 12.5 }),
  ])('$kind', (finding) => {
    const opened = absorbFinding(developer, finding, undefined)?.incident;
    if (!opened) throw new Error('nothing opened');
    const id = store.incidents.add(opened);
    expect(store.incidents.find(id)).toEqual({ id, incident: opened });
    const resolved = resolve(opened, hours(1), 'quiet');
    store.incidents.update(id, resolved);
    expect(store.incidents.find(id)).toEqual({ id, incident: resolved });
  });

  test('also where a price is unknown and where it came late', () => {
    const unpriced = cacheFinding({ misses: [evidence({ extraCostMicros: undefined, arrivedLate: true })] });
    const opened = absorbFinding(developer, unpriced, undefined)?.incident;
    const id = opened && store.incidents.add(opened);
    expect(id && store.incidents.find(id)?.incident).toEqual(opened);
  });
});

describe('incidents', () => {
  test('of one subject are unresolved once at most', () => {
    store.incidents.add(own());
    expect(() => store.incidents.add(own())).toThrow(/UNIQUE/);
    expect(() => store.incidents.add(own({ subject: 'session-2' }))).not.toThrow();
  });

  test('of one subject are followed by their newest, resolved or not', () => {
    const resolved = { at: NOON, by: 'quiet' } as const;
    store.incidents.add(own({ resolved }));
    const second = store.incidents.add(own({ resolved, openedAt: minutes(-9) }));
    expect(store.incidents.last(developer, 'cache_invalidation', own().subject)?.id).toBe(second);
    expect(store.incidents.last(developer, 'lock_out', own().subject)).toBeUndefined();
  });

  test('that are open are found, each developer’s own among them', () => {
    const bob = store.developers.forEmail('bob@example.com', { now: NOON });
    const mine = store.incidents.add(own());
    const theirs = store.incidents.add(own({ developer: bob }));
    store.incidents.add(own({ subject: 'done', resolved: { at: NOON, by: 'quiet' } }));
    expect(store.incidents.open().map(({ id }) => id)).toEqual([mine, theirs]);
    expect(store.incidents.openOf(bob).map(({ id }) => id)).toEqual([theirs]);
  });

  test('are told newest first to their developer, and oldest first for a stretch of time', () => {
    const [old, middle, young] = [0, 10, 20].map((minute) =>
      store.incidents.add(own({ subject: `at ${minute}`, openedAt: minutes(minute) })),
    );
    expect(store.incidents.recentOf(developer, NOON, 2).map(({ id }) => id)).toEqual([young, middle]);
    expect(store.incidents.recentOf(developer, minutes(15), 9).map(({ id }) => id)).toEqual([young]);
    expect(store.incidents.openedBetween(NOON, minutes(20)).map(({ id }) => id)).toEqual([old, middle]);
  });
});

describe('an incident of the fleet', () => {
  test('has no developer, and speaks for those that are part of it', () => {
    const id = store.incidents.add(fleetIncident());
    const part = store.incidents.add(cacheIncident({ developer, partOf: id }));
    store.incidents.add(cacheIncident({ developer, subject: 'another' }));
    store.incidents.forget();
    expect(store.incidents.find(id)?.incident).toEqual(fleetIncident({ resolved: undefined }));
    expect(store.incidents.last(undefined, 'fleet_regression', '2.1.252 cache_invalidation')?.id).toBe(id);
    expect(store.incidents.partsOf(id).map((stored) => stored.id)).toEqual([part]);
    expect(store.incidents.openOf(developer)).toHaveLength(2);
    expect(store.incidents.open()).toHaveLength(3);
  });

  test('is open once for its subject', () => {
    store.incidents.add(fleetIncident());
    expect(() => store.incidents.add(fleetIncident())).toThrow(/UNIQUE/);
  });
});

test('what an incident took of a window is kept with it', () => {
  const pointsLost = {
    is: 'known',
    windowKind: 'five_hour',
    learntFrom: 'own',
    points: 6,
    low: 4,
    high: 9,
  } as const;
  const id = store.incidents.add(cacheIncident({ developer, pointsLost }));
  store.incidents.forget();
  expect(store.incidents.find(id)?.incident).toMatchObject({ pointsLost });
});
