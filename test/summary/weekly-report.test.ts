import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { developerId, incidentId, sessionId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, plus } from '../../src/model/time.ts';
import { UNNAMED } from '../../src/slack/display-name.ts';
import { pseudonyms } from '../../src/slack/pseudonym.ts';
import type { Message } from '../../src/slack/views/blocks.ts';
import { composeSummary, weekSoFar } from '../../src/slack/weekly-report.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { weekOf } from '../../src/summary/schedule.ts';
import { fine, linesOf } from '../slack/seen.ts';
import { reading } from '../support/builders.ts';
import { cacheIncident, fleet, lockOut, resume } from './incidents.ts';

const zone = 'America/New_York';
const week = weekOf('2026-W44', zone);
const monday = plus(week.to, 9 * HOUR_MS);
const subject = { of: 'summary', week: '2026-W44' } as const;
const ANN = developerId(1);

let store: Store;
let compose: ReturnType<typeof composeSummary>;
let made: number;

beforeEach(() => {
  made = 0;
  begin(plus(week.from, -30 * DAY_MS));
});

function begin(installedAt: EpochMs) {
  store = openStore(':memory:', installedAt);
  for (const email of ['ann@example.com', 'ben@example.com']) store.developers.forEmail(email, { now: week.from });
  compose = composeSummary({ store, displayName, zone });
}

const displayName = (id: number) => (id === ANN ? 'Ann' : UNNAMED);

async function said(form: 'message' | 'reply'): Promise<string> {
  const message = await compose({ subject, form }, monday);
  if (!message) return '';
  for (let one: Message | undefined = message; one; one = one.plainer) fine(one);
  return linesOf(message).join('\n');
}

function used(endedAt: number, developer = 1) {
  const request = {
    session: sessionId('s'),
    origin: 'main' as const,
    model: 'claude-opus-5-5',
    requestId: `r${made++}`,
    startedAt: epochMs(endedAt),
    endedAt: epochMs(endedAt),
    inputTokens: 0,
    outputTokens: 10,
    cacheReadTokens: 900,
    cacheCreationTokens: 100,
    costMicros: 1_000_000,
  };
  store.requests.keep(developerId(developer), request, request.endedAt);
}

/** What a colleague is called in the summary of the week. */
function animal(developer: number): string {
  const names = pseudonyms([developerId(developer)], { secret: store.pseudonymSecret(), at: week.from, zone });
  return names.get(developerId(developer)) ?? '';
}

describe('the Monday message', () => {
  test('counts the week to its edges, in the zone, across the end of DST', async () => {
    expect(week.to - week.from).toBe(169 * HOUR_MS);
    for (const at of [week.from - 1, week.from, week.to - 1, week.to]) used(at);
    used(week.from + 5, 2);
    for (const at of [week.from - 1, week.from, week.to - 1, week.to]) {
      store.incidents.add(cacheIncident({ openedAt: epochMs(at) }));
    }
    store.incidents.add(cacheIncident({ openedAt: plus(week.from, 1), developer: 2, isOpen: true }));
    const lines = await said('message');
    expect(lines).toContain('3 requests by 2 people, worth $3.00 at API prices (week before: 1, $1.00)');
    expect(lines).toContain('3 incidents (week before: 1)');
    expect(lines).toContain('*Still open:* 1 incident');
    expect(lines).toContain('90.0% of all context');
  });

  test('tells a regression as one incident, with its people and what its parts lost', async () => {
    const openedAt = plus(week.from, HOUR_MS);
    const regression = store.incidents.add(fleet({ developers: [1, 2] }, { openedAt }));
    for (const developer of [1, 2]) store.incidents.add(cacheIncident({ openedAt, developer, partOf: regression }));
    const lines = await said('message');
    expect(lines).toContain('*Client 2.1.252 broke the prompt cache for 2 people.*');
    expect(lines).toContain('1 incident (week before: 0) · 2 people affected');
    expect(lines).toContain('Lost to broken caches: 800k tokens written again · $4.00 at API prices');
  });

  test('takes all that a regression speaks for as a false alarm where people called it one', async () => {
    const openedAt = plus(week.from, HOUR_MS);
    const regression = store.incidents.add(fleet({ developers: [1, 2] }, { openedAt, feedback: 'false_alarm' }));
    for (const developer of [1, 2]) store.incidents.add(cacheIncident({ openedAt, developer, partOf: regression }));
    used(week.from);
    const lines = await said('message');
    expect(lines).toContain('*A quiet week: no incidents.*');
    expect(lines).toContain('1 false alarm, as people marked them: in no number above');
    expect(lines).not.toContain('Lost');
    expect(await said('reply')).toBe('');
  });

  test('holds the week against the price of the plans that people told', async () => {
    used(week.from + 1);
    used(week.from + 2, 2);
    expect(await said('message')).not.toContain('*Plans:*');
    store.developers.setPlan(ANN, 'max');
    expect(await said('message')).toContain(
      '*Plans:* worth under 0.1x what they cost, $1.00 at API prices against $23.13 for the same time, for 1 person whose plan is known.',
    );
  });

  test('counts client versions by the UTC days that cover the most of the week', async () => {
    const turns = { boundaries: 60, boundaryMisses: 3, midTurns: 0, midTurnMisses: 0, resumes: 0, resumeRewrites: 0 };
    for (const [at, clientVersion] of [
      [week.from, '2.1.331'],
      [plus(week.to, -DAY_MS), '2.1.331'],
      [plus(week.from, -DAY_MS), '2.1.300'],
      [week.to, '2.1.332'],
    ] as const) {
      store.transaction(() => store.versions.add({ developer: ANN, clientVersion, at }, turns));
    }
    const lines = await said('message');
    expect(lines).toContain('*Client versions:* 2.1.331 missed a warm cache at 5% of 120 turn starts.');
    expect(lines).not.toMatch(/2\.1\.300|2\.1\.332/);
  });

  test('tells what was left of weekly quotas, and resumes too small to tell', async () => {
    const weekly = {
      kind: 'seven_day',
      at: week.from,
      resetsAt: plus(week.from, 3 * DAY_MS),
      usedPercent: 55,
    } as const;
    store.windows.read(ANN, UNKNOWN_ACCOUNT, reading(weekly));
    const small = { severity: 'recorded', evidence: { rewrittenTokens: 30_000 } } as const;
    store.incidents.add(resume({ ...small, openedAt: week.from }));
    store.incidents.add(resume({ ...small, openedAt: plus(week.to, -1) }));
    const lines = await said('message');
    expect(lines).toContain('*Weekly quotas:* 1 reset, with 45% left');
    expect(lines).toContain('2 smaller resumes rewrote 60k tokens');
  });

  test('lets others get on with their work while it reads', async () => {
    for (let index = 0; index < 450; index++) store.incidents.add(cacheIncident({ openedAt: plus(week.from, index) }));
    const order: string[] = [];
    const message = said('message').then((lines) => order.push(lines));
    setImmediate(() => order.push('somebody else'));
    await message;
    expect(order[0]).toBe('somebody else');
    expect(order[1]).toContain('450 incidents');
  });

  test('is of a summary alone', async () => {
    expect(await compose({ subject: { of: 'incident', incident: incidentId(1) }, form: 'message' }, monday)).toBe(
      undefined,
    );
  });
});

describe('the thread', () => {
  const openedAt = plus(week.from, HOUR_MS);

  test('names whom the channel may name, and calls others by their animal of the week', async () => {
    store.incidents.add(cacheIncident({ openedAt }));
    store.incidents.add(cacheIncident({ openedAt, developer: 2 }));
    store.incidents.add(resume({ openedAt, developer: 2 }));
    const lines = await said('reply');
    expect(lines).toContain('Ann · ');
    expect(lines.split(`${animal(2)} · `)).toHaveLength(3);
    expect(lines).toContain('Animals stand for people who are not named here');
  });

  test('names nobody for what only they were told', async () => {
    store.incidents.add(lockOut({ openedAt }));
    store.incidents.add(resume({ openedAt, severity: 'info' }));
    const lines = await said('reply');
    expect(lines).not.toContain('Ann');
    expect(lines).toContain(`${animal(1)} · `);
  });

  test('explains no animals where everybody is named', async () => {
    store.incidents.add(cacheIncident({ openedAt }));
    expect(await said('reply')).not.toContain('Animals');
  });

  test('tells a regression first, with what its parts cost', async () => {
    const regression = store.incidents.add(fleet({ developers: [1, 2] }, { openedAt }));
    for (const developer of [1, 2]) store.incidents.add(cacheIncident({ openedAt, developer, partOf: regression }));
    const lines = await said('reply');
    expect(lines).toContain('Week 44: 1 incident');
    expect(lines).toContain('Ann and 1 other developer · ');
    expect(lines).toContain('800k tokens rewritten · $4.00 more than hits');
  });

  test('tells ten and counts the rest', async () => {
    for (let index = 0; index < 40; index++) store.incidents.add(cacheIncident({ openedAt: plus(week.from, index) }));
    expect((await compose({ subject, form: 'reply' }, monday))?.text).toBe('Week 44: the worst 10 of 40 incidents');
  });

  test('is none where a week has no incidents', async () => {
    store.incidents.add(resume({ openedAt: week.from, severity: 'recorded' }));
    expect(await compose({ subject, form: 'reply' }, monday)).toBeUndefined();
    expect((await compose({ subject, form: 'message' }, monday))?.text).toBe(
      'Week 44: A silent week: no usage arrived',
    );
  });
});

describe('the week so far', () => {
  /** Thursday of the week after, 14:20 in New York: 20:20 in Berlin. */
  const now = plus(week.to, 3 * DAY_MS + 14 * HOUR_MS + 20 * 60_000);
  const clock: Pick<Clock, 'now'> = { now: () => now };
  const reader = { zone: 'Europe/Berlin' };

  async function answer(): Promise<string> {
    const message = await weekSoFar({ store, displayName, zone, clock })(now, reader);
    for (let one: Message | undefined = message; one; one = one.plainer) fine(one);
    return linesOf(message).join('\n');
  }

  test('reaches from Monday until now, and is held against as much of the week before', async () => {
    const running = weekOf('2026-W45', zone);
    // The clocks went back in between.
    const then = plus(now, -7 * DAY_MS - HOUR_MS);
    for (const at of [then, running.from, now, now + 1]) used(at);
    for (const at of [week.from, then, plus(then, 1)]) {
      store.incidents.add(lockOut({ openedAt: epochMs(at), developer: 2 }));
    }
    store.incidents.add(lockOut({ openedAt: now, isOpen: true }));
    const lines = await answer();
    expect(lines).toContain('Week 45 so far, since Monday 2 November');
    expect(lines).toContain('*1 person was locked out.*\n1 incident (week before: 2)');
    expect(lines).toContain('*Used:* 2 requests by 1 person, worth $2.00 at API prices (week before: 1, $1.00)');
    expect(lines).toContain('*Still open:* 1 incident');
    expect(lines).toContain('Counted until 20:20, week 44 until the same time of the same day.');
  });

  test('tells the three worst incidents under the names of the running week', async () => {
    const openedAt = plus(week.to, HOUR_MS);
    for (const developer of [1, 2, 2, 2]) store.incidents.add(cacheIncident({ openedAt, developer }));
    const lines = await answer();
    const names = pseudonyms([developerId(2)], { secret: store.pseudonymSecret(), at: now, zone });
    expect(lines).toContain('*The worst 3 of 4 incidents*');
    expect(lines).toContain('Ann · ');
    expect(lines).toContain(`${names.get(developerId(2))} · `);
    expect(lines).toContain('and 1 less serious one');
  });

  test('says so where nothing came yet, or it has not been watched long enough to compare', async () => {
    begin(plus(week.to, HOUR_MS));
    const lines = await answer();
    expect(lines).toContain('*A silent week: no usage arrived.*');
    expect(lines).toContain('Counted until 20:20.');
    expect(lines).toContain('Watched since Monday 07:00: not a whole week');
    expect(lines).not.toContain('week before');
  });

  test('forgets who was forgotten', async () => {
    const openedAt = plus(week.to, HOUR_MS);
    store.incidents.add(cacheIncident({ openedAt }));
    const ask = weekSoFar({
      store: { ...store, incidents: { ...store.incidents, find: () => undefined } },
      displayName,
      zone,
      clock,
    });
    expect(linesOf(await ask(now, reader)).join('\n')).not.toContain('Ann');
  });

  test('is the team’s week also for a reader to whom it is another day', async () => {
    const lines = linesOf(await weekSoFar({ store, displayName, zone, clock })(now, { zone: 'Pacific/Auckland' }));
    expect(lines[0]).toBe('Week 45 so far, since Monday 2 November');
    expect(lines.join('\n')).toContain('Counted until 08:20');
  });
});
