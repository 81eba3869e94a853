import { beforeEach, describe, expect, test } from 'vitest';
import { resolve } from '../../src/incidents/lifecycle.ts';
import { createRespond } from '../../src/jobs/respond.ts';
import { type DeveloperId, type IncidentId, incidentId } from '../../src/model/ids.ts';
import type { Incident } from '../../src/model/incident.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { cacheIncident, fleetIncident, hours, lockOutIncident, minutes, NOON, seconds } from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;
let respond: ReturnType<typeof createRespond>;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  respond = createRespond({ store });
});

/** An incident that the channel was told of. */
function told(incident: Incident = cacheIncident({ developer: ada })): IncidentId {
  const id = store.incidents.add(incident);
  const subject = { of: 'incident', incident: id } as const;
  const { severity } = incident;
  store.notices.add({
    subject,
    audience: 'channel',
    form: 'message',
    reason: 'opened',
    severity,
    decidedAt: NOON,
    dueAt: NOON,
  });
  const [notice] = store.notices.due(NOON);
  if (!notice) throw new Error('nothing waits');
  store.notices.claim(notice.id);
  store.notices.sent(notice.id, NOON, { channel: 'C1', ts: '1.0' });
  return id;
}

const incidentOf = (id: IncidentId) => store.incidents.find(id)?.incident;
const waiting = () => store.notices.due(hours(1)).map(({ audience, form, reason }) => `${audience} ${form}: ${reason}`);
const events = (id: IncidentId) => store.events.between(id, 0, 99).map(({ event, by }) => `${event} by ${by}`);

describe('to acknowledge', () => {
  test('is written on the incident, shown in its message and told in its thread', () => {
    const id = told();
    expect(respond(id, { response: 'acknowledge', by: 'U1' }, seconds(5)).is).toBe('done');
    expect(incidentOf(id)?.acknowledged).toEqual({ at: seconds(5), by: 'U1' });
    expect(waiting()).toEqual(['channel message: answered', 'channel timeline: answered']);
    expect(events(id)).toEqual(['acknowledged by U1']);
  });

  test('twice changes nothing more: the first one stands', () => {
    const id = told();
    respond(id, { response: 'acknowledge', by: 'U1' }, seconds(5));
    expect(respond(id, { response: 'acknowledge', by: 'U2' }, seconds(6)).is).toBe('already');
    expect(incidentOf(id)?.acknowledged?.by).toBe('U1');
    expect(events(id)).toHaveLength(1);
  });

  test('comes too late for what is over', () => {
    const id = told(resolve(cacheIncident({ developer: ada }), NOON, 'healthy'));
    expect(respond(id, { response: 'acknowledge', by: 'U1' }, seconds(5)).is).toBe('over');
    expect(incidentOf(id)?.acknowledged).toBeUndefined();
    expect(waiting()).toEqual([]);
  });
});

describe('to snooze', () => {
  test.each([
    ['for an hour', 'hour', hours(1)],
    ['for a week', 'week', hours(7 * 24)],
    ['until a reset that there is not, for an hour', 'reset', hours(1)],
  ] as const)('%s', (_how, snooze, until) => {
    const id = told();
    expect(respond(id, { response: { snooze }, by: 'U1' }, NOON)).toMatchObject({ is: 'done', until });
    expect(store.mutes.find(ada, 'cache_invalidation', NOON)).toEqual({ kind: 'cache_invalidation', until, by: 'U1' });
  });

  test('until the reset ends with the window', () => {
    const incident = lockOutIncident({ developer: ada });
    const id = told(incident);
    respond(id, { response: { snooze: 'reset' }, by: 'U1' }, NOON);
    expect(store.mutes.find(ada, 'lock_out', NOON)?.until).toBe(incident.evidence.resetsAt);
  });

  test('by a double click is one snooze', () => {
    const id = told();
    respond(id, { response: { snooze: 'hour' }, by: 'U1' }, NOON);
    expect(respond(id, { response: { snooze: 'hour' }, by: 'U1' }, seconds(1)).is).toBe('already');
    expect(events(id)).toHaveLength(1);
  });

  test('again later makes it longer', () => {
    const id = told();
    respond(id, { response: { snooze: 'hour' }, by: 'U1' }, NOON);
    respond(id, { response: { snooze: 'hour' }, by: 'U1' }, minutes(30));
    expect(store.mutes.find(ada, 'cache_invalidation', NOON)?.until).toBe(minutes(90));
  });

  test('what befell the fleet mutes the fleet alone', () => {
    const id = told(fleetIncident());
    respond(id, { response: { snooze: 'hour' }, by: 'U1' }, NOON);
    expect(store.mutes.of(undefined, NOON)).toHaveLength(1);
    expect(store.mutes.of(ada, NOON)).toEqual([]);
  });

  test('comes too late for what is over', () => {
    const id = told(resolve(cacheIncident({ developer: ada }), NOON, 'healthy'));
    expect(respond(id, { response: { snooze: 'week' }, by: 'U1' }, seconds(5)).is).toBe('over');
    expect(store.mutes.of(ada, NOON)).toEqual([]);
  });
});

describe('to judge', () => {
  test.each(['planned', 'false_alarm'] as const)('%s is kept, also of what is over', (response) => {
    const id = told(resolve(cacheIncident({ developer: ada }), NOON, 'healthy'));
    expect(respond(id, { response, by: 'U1' }, seconds(5)).is).toBe('done');
    expect(respond(id, { response, by: 'U2' }, seconds(6)).is).toBe('already');
    expect(incidentOf(id)?.feedback).toEqual({ is: response, at: seconds(5), by: 'U1' });
  });

  test('another way changes the word', () => {
    const id = told();
    respond(id, { response: 'planned', by: 'U1' }, NOON);
    respond(id, { response: 'false_alarm', by: 'U1' }, seconds(1));
    expect(incidentOf(id)?.feedback?.is).toBe('false_alarm');
    expect(events(id)).toEqual(['planned by U1', 'false_alarm by U1']);
  });
});

test('nobody can respond to what is not there', () => {
  expect(respond(incidentId(99), { response: 'acknowledge', by: 'U1' }, NOON)).toEqual({ is: 'gone' });
});

test('what was told to the developer alone gets no thread', () => {
  const id = store.incidents.add(cacheIncident({ developer: ada }));
  const subject = { of: 'incident', incident: id } as const;
  store.notices.add({
    subject,
    audience: 'developer',
    form: 'message',
    reason: 'opened',
    severity: 'info',
    decidedAt: NOON,
    dueAt: NOON,
  });
  respond(id, { response: 'acknowledge', by: 'U1' }, NOON);
  expect(waiting()).toEqual(['developer message: opened']);
});
