import { beforeEach, describe, expect, test } from 'vitest';
import { resolve } from '../../src/incidents/lifecycle.ts';
import { createHold, type Hold } from '../../src/jobs/hold.ts';
import type { DeveloperId, IncidentId } from '../../src/model/ids.ts';
import type { Incident } from '../../src/model/incident.ts';
import { DEFAULT_SETTINGS } from '../../src/model/settings.ts';
import type { Notice } from '../../src/store/notice.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, fleetIncident, hours, NOON } from '../support/builders.ts';

/** Noon in the tests; quiet from eleven to two. */
const MIDDAY = { from: 11 * 60, until: 14 * 60 };
let store: Store;
let ada: DeveloperId;
let hold: Hold;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  hold = createHold({ store, zone: 'UTC' });
});

/** What becomes of the first word of an incident. */
function held(incident: Incident, audience: Notice['audience'] = 'channel') {
  const id: IncidentId = store.incidents.add(incident);
  store.notices.add({
    subject: { of: 'incident', incident: id },
    audience,
    form: 'message',
    reason: 'opened',
    severity: incident.severity,
    decidedAt: NOON,
    dueAt: NOON,
  });
  const [notice] = store.notices.due(NOON);
  if (!notice) throw new Error('nothing waits');
  return hold(notice, NOON);
}

test('without quiet hours and snoozes nothing is held', () => {
  expect(held(cacheIncident({ developer: ada }))).toBeUndefined();
});

describe('the quiet hours of the team', () => {
  beforeEach(() => store.settings.save({ ...DEFAULT_SETTINGS, quietHours: MIDDAY }));

  test('hold what the channel would hear, until they end', () => {
    expect(held(cacheIncident({ developer: ada }))).toEqual({ is: 'until', at: hours(2), why: 'quiet hours' });
  });

  test('let through what is critical', () => {
    expect(held(cacheIncident({ developer: ada, severity: 'critical' }))).toBeUndefined();
  });

  test('are not those of a direct message', () => {
    expect(held(cacheIncident({ developer: ada }), 'developer')).toBeUndefined();
  });
});

describe('a snooze', () => {
  const snooze = (developer: DeveloperId | undefined, kind: Incident['kind']) =>
    store.mutes.set(developer, { kind, until: hours(1), by: 'U1' }, NOON);

  test('holds its kind for its developer, also what is critical', () => {
    snooze(ada, 'cache_invalidation');
    const expected = { is: 'until', at: hours(1), why: 'snoozed' };
    expect(held(cacheIncident({ developer: ada, severity: 'critical' }))).toEqual(expected);
  });

  test('holds no other kind, and nobody else', () => {
    const grace = store.developers.forEmail('grace@example.com', { now: NOON });
    snooze(ada, 'resume_reprocess');
    snooze(grace, 'cache_invalidation');
    expect(held(cacheIncident({ developer: ada }))).toBeUndefined();
  });

  test('of the fleet holds what befell the fleet', () => {
    snooze(undefined, 'fleet_regression');
    expect(held(fleetIncident())).toMatchObject({ is: 'until', at: hours(1) });
  });

  test('lets go of what was over before it ended', () => {
    snooze(ada, 'cache_invalidation');
    expect(held(resolve(cacheIncident({ developer: ada }), NOON, 'healthy'))).toMatchObject({ is: 'dropped' });
  });

  test('that ended holds nothing', () => {
    store.mutes.set(ada, { kind: 'cache_invalidation', until: NOON, by: 'U1' }, hours(-1));
    expect(held(cacheIncident({ developer: ada }))).toBeUndefined();
  });
});
