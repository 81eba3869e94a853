import { beforeEach, expect, test } from 'vitest';
import { developerId, incidentId, sessionId } from '../../src/model/ids.ts';
import { DAY_MS, HOUR_MS, plus } from '../../src/model/time.ts';
import { composeSummary } from '../../src/slack/weekly-report.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { weekOf } from '../../src/summary/schedule.ts';
import { cacheIncident, fleet, lockOut, resume } from './incidents.ts';

const zone = 'America/New_York';
const week = weekOf('2026-W44', zone);
const monday = plus(week.to, 9 * HOUR_MS);
const subject = { of: 'summary', week: '2026-W44' } as const;

let store: Store;
let compose: ReturnType<typeof composeSummary>;

beforeEach(() => {
  store = openStore(':memory:', plus(week.from, -30 * DAY_MS));
  for (const email of ['ann@example.com', 'ben@example.com']) store.developers.forEmail(email, { now: week.from });
  compose = composeSummary({ store, displayName: (id) => (id === 1 ? 'Ann' : 'A developer'), zone });
});

function used(endedAt: number, developer = 1) {
  const request = {
    session: sessionId('s'),
    origin: 'main' as const,
    model: 'claude-opus-5-5',
    requestId: `r${endedAt}`,
    startedAt: plus(week.from, endedAt - week.from),
    endedAt: plus(week.from, endedAt - week.from),
    inputTokens: 0,
    outputTokens: 10,
    cacheReadTokens: 900,
    cacheCreationTokens: 100,
    costMicros: 1_000_000,
  };
  store.requests.keep(developerId(developer), request, request.endedAt);
}

test('counts the week to its edges, in the zone, across the end of DST', () => {
  expect(week.to - week.from).toBe(169 * HOUR_MS);
  for (const at of [week.from - 1, week.from, week.to - 1, week.to]) used(at);
  used(week.from + 5, 2);
  const opened = (openedAt: number) => cacheIncident({ openedAt: plus(week.from, openedAt - week.from) });
  for (const at of [week.from - 1, week.from, week.to - 1, week.to]) store.incidents.add(opened(at));
  store.incidents.add(cacheIncident({ openedAt: plus(week.from, 1), developer: 2, isOpen: true }));
  const said = JSON.stringify(compose({ subject, form: 'message' }, monday));
  expect(said).toContain('3 requests by 2 people, worth $3.00');
  expect(said).toContain('3 incidents (week before: 1)');
  expect(said).toContain('Still open: 1 incident');
  expect(said).toContain('90.0% of all context');
});

test('the thread names whom the channel may name, and nobody for what only they were told', () => {
  const openedAt = plus(week.from, HOUR_MS);
  store.incidents.add(cacheIncident({ openedAt }));
  store.incidents.add(cacheIncident({ openedAt, developer: 2 }));
  const anonymous = compose({ subject, form: 'reply' }, monday);
  expect(JSON.stringify(anonymous)).toContain('Ann · ');
  expect(JSON.stringify(anonymous)).toContain('A developer · ');

  store = openStore(':memory:', week.from);
  store.developers.forEmail('ann@example.com', { now: week.from });
  compose = composeSummary({ store, displayName: () => 'Ann', zone });
  store.incidents.add(lockOut({ openedAt }));
  store.incidents.add(resume({ openedAt, severity: 'info' }));
  expect(JSON.stringify(compose({ subject, form: 'reply' }, monday))).not.toContain('Ann');
});

test('a regression is one incident, told first, with its people and what its parts lost', () => {
  const openedAt = plus(week.from, HOUR_MS);
  const regression = store.incidents.add(fleet({ developers: [1, 2] }, { openedAt }));
  for (const developer of [1, 2]) store.incidents.add(cacheIncident({ openedAt, developer, partOf: regression }));
  const said = JSON.stringify(compose({ subject, form: 'message' }, monday));
  expect(said).toContain('Client 2.1.252 broke the prompt cache for 2 people');
  expect(said).toContain('1 incident (week before: 0) · 2 people affected');
  const thread = JSON.stringify(compose({ subject, form: 'reply' }, monday));
  expect(thread).toContain('Week 44: 1 incident');
  expect(thread).toContain('Ann and 1 other developer · ');
  expect(thread).toContain('800k tokens rewritten · $4.00 more than hits');
});

test('the week is held against the price of the plans that people told', () => {
  used(week.from + 1);
  used(week.from + 2, 2);
  expect(JSON.stringify(compose({ subject, form: 'message' }, monday))).not.toContain('Plans: ');
  store.developers.setPlan(developerId(1), 'max');
  expect(JSON.stringify(compose({ subject, form: 'message' }, monday))).toContain(
    'Plans: under 0.1x their price ($1.00 at API prices against $23.13 for the week) for 1 person whose plan is known',
  );
});

test('the thread tells ten and counts the rest', () => {
  for (let index = 0; index < 40; index++) store.incidents.add(cacheIncident({ openedAt: plus(week.from, index) }));
  const thread = compose({ subject, form: 'reply' }, monday);
  expect(thread?.text).toBe('Week 44: the worst 10 of 40 incidents');
});

test('a week without incidents has no thread, and an incident no summary', () => {
  store.incidents.add(resume({ openedAt: week.from, severity: 'recorded' }));
  expect(compose({ subject, form: 'reply' }, monday)).toBeUndefined();
  expect(compose({ subject, form: 'message' }, monday)?.text).toBe('Week 44: A silent week: no usage arrived');
  expect(compose({ subject: { of: 'incident', incident: incidentId(1) }, form: 'message' }, monday)).toBeUndefined();
});
