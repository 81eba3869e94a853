import { beforeEach, describe, expect, test } from 'vitest';
import { createIncidentBook } from '../../src/jobs/incident-book.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import { type DeveloperIncident, type Incident, isCacheIncident, isFleetIncident } from '../../src/model/incident.ts';
import { type EpochMs, HOUR_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import type { StoredIncident } from '../../src/store/incident-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import {
  burnFinding,
  cacheFinding,
  clientCountFinding,
  evidence,
  fleetIncident,
  hours,
  inflationFinding,
  lockOutFinding,
  minutes,
  NOON,
  resumeFinding,
  SESSION,
  seconds,
  spikeFinding,
  stormFinding,
  thresholdFinding,
} from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;
let book: ReturnType<typeof createIncidentBook>;
let isNamed: boolean;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  isNamed = true;
  book = createIncidentBook({ store, mayName: () => isNamed, onIncident: () => {} });
});

const absorb = (finding: Parameters<typeof book.absorb>[1], now: EpochMs = NOON) => book.absorb(ada, finding, now);

/** What is to be said, and when. */
const waiting = (by: EpochMs = plus(NOON, HOUR_MS)) =>
  store.notices
    .due(by)
    .filter(({ form, reason }) => form !== 'reply' || reason !== 'opened')
    .map(({ audience, form, reason }) => `${audience} ${form}: ${reason}`);
/** The first words that a thread with the turns will follow, and when. */
const threads = () =>
  store.notices
    .due(hours(1))
    .filter(({ form, reason }) => form === 'reply' && reason === 'opened')
    .map(({ audience }) => audience);

/** Everything that waits was said. */
function allSaid(now: EpochMs = NOON) {
  for (const { id } of store.notices.due(plus(now, HOUR_MS))) {
    store.notices.claim(id);
    store.notices.sent(id, now, { channel: 'C1', ts: `${id}.0` });
  }
}

function opened(finding: Parameters<typeof book.absorb>[1], now: EpochMs = NOON): StoredIncident {
  const stored = absorb(finding, now);
  if (!stored) throw new Error('nothing opened');
  return stored;
}

const current = ({ id }: StoredIncident): DeveloperIncident => {
  const stored = store.incidents.find(id);
  if (!stored || isFleetIncident(stored.incident)) throw new Error('gone');
  return stored.incident;
};

describe('a first finding', () => {
  test('opens an incident and says so in the channel', () => {
    const incident = opened(cacheFinding());
    expect(current(incident)).toMatchObject({ kind: 'cache_invalidation', severity: 'warning', developer: ada });
    expect(waiting(NOON)).toEqual(['channel message: opened']);
  });

  test('tells the developer too where the channel may not name them', () => {
    isNamed = false;
    absorb(cacheFinding());
    expect(waiting(NOON)).toEqual(['channel message: opened', 'developer message: opened']);
  });

  test.each([
    ['a costly resume', resumeFinding()],
    ['a lock-out', lockOutFinding()],
    ['a threshold', thresholdFinding()],
    ['a fast burn', burnFinding()],
  ])('of %s is for the developer alone', (_, finding) => {
    absorb(finding);
    expect(waiting(NOON)).toEqual(['developer message: opened']);
  });

  test('that is only recorded is kept and not said', () => {
    const incident = opened(resumeFinding({ severity: 'recorded' }));
    expect(current(incident).severity).toBe('recorded');
    expect(waiting()).toEqual([]);
  });

  test('that arrived late is kept and not said', () => {
    absorb(cacheFinding({ misses: [evidence(), evidence({ at: seconds(10), arrivedLate: true })] }));
    expect(waiting()).toEqual([]);
    expect(store.incidents.openOf(ada)).toHaveLength(1);
  });

  test('of a full window waits for the refusal, which says more', () => {
    absorb(thresholdFinding({ level: 100, usedPercent: 100 }));
    expect(waiting(plus(NOON, 15 * SECOND_MS - 1))).toEqual([]);
    expect(waiting(plus(NOON, 15 * SECOND_MS))).toEqual(['developer message: opened']);
  });
});

describe('a further finding', () => {
  const more = () => cacheFinding({ misses: [evidence({ at: seconds(20) })], consecutive: 2 });

  test('grows the incident, and the edit waits a second for more of them', () => {
    const incident = opened(cacheFinding());
    allSaid();
    absorb(more());
    const { evidence: grown } = current(incident);
    expect('misses' in grown && grown.misses).toBe(3);
    expect(store.incidents.openOf(ada)).toHaveLength(1);
    expect(waiting(plus(NOON, SECOND_MS - 1))).toEqual([]);
    expect(waiting(plus(NOON, SECOND_MS))).toEqual(['channel message: grown']);
  });

  test('before the first word was sent adds no second one', () => {
    absorb(cacheFinding());
    absorb(more());
    expect(waiting()).toEqual(['channel message: opened']);
  });

  test('that is worse is said at once', () => {
    absorb(cacheFinding());
    allSaid();
    absorb({ ...more(), severity: 'critical' });
    expect(waiting(NOON)).toEqual(['channel message: escalated', 'channel timeline: escalated']);
  });

  test('with nothing new changes nothing', () => {
    absorb(cacheFinding());
    allSaid();
    expect(absorb(cacheFinding())).toBeUndefined();
    expect(waiting()).toEqual([]);
  });

  test('soon after the end reopens incident and message; long after it is a new one', () => {
    const incident = opened(cacheFinding());
    const ended = { at: minutes(1), by: 'healthy' as const };
    allSaid();
    const again = (minute: number) =>
      cacheFinding({ misses: [evidence({ at: minutes(minute) }), evidence({ at: minutes(minute + 1) })] });
    book.change(incident.id, { ...current(incident), resolved: ended }, minutes(1));
    allSaid();
    expect(absorb(again(30), minutes(31))?.id).toBe(incident.id);
    expect(waiting(minutes(40))).toEqual(['channel message: reopened', 'channel timeline: reopened']);
    allSaid();
    book.change(incident.id, { ...current(incident), resolved: { ...ended, at: minutes(40) } }, minutes(40));
    allSaid();
    expect(absorb(again(120), minutes(121))?.id).not.toBe(incident.id);
  });

  test('tells the developer for themselves from when they took their consent back, and goes on editing the channel', () => {
    absorb(cacheFinding());
    allSaid();
    isNamed = false;
    absorb(more());
    expect(waiting()).toEqual(['developer message: opened', 'channel message: grown']);
  });
});

describe('the end', () => {
  test('is said where the incident was said', () => {
    const incident = opened(cacheFinding());
    allSaid();
    book.change(incident.id, { ...current(incident), resolved: { at: minutes(5), by: 'healthy' } }, minutes(5));
    expect(waiting()).toEqual(['channel message: resolved', 'channel timeline: resolved']);
    expect(store.incidents.openOf(ada)).toEqual([]);
  });

  test('of what was never said is not said either', () => {
    const incident = opened(resumeFinding({ severity: 'recorded' }));
    book.change(incident.id, { ...current(incident), resolved: { at: minutes(5), by: 'quiet' } }, minutes(5));
    expect(waiting()).toEqual([]);
  });

  test('is said once', () => {
    const incident = opened(cacheFinding());
    allSaid();
    for (const _ of [1, 2]) {
      book.change(incident.id, { ...current(incident), resolved: { at: minutes(5), by: 'healthy' } }, minutes(5));
      allSaid();
    }
    expect(waiting()).toEqual([]);
  });

  test.each([
    ['reset', ['developer message: resolved', 'developer reply: resolved']],
    ['open_again', ['developer message: resolved', 'developer reply: resolved']],
    ['overtaken', ['developer message: resolved']],
  ] as const)('of a lock-out by %s rings when it opens the way again', (by, said) => {
    const incident = opened(lockOutFinding());
    allSaid();
    book.change(incident.id, { ...current(incident), resolved: { at: hours(1), by } }, hours(1));
    expect(waiting(hours(2))).toEqual(said);
  });

  test('of a threshold rings nobody', () => {
    const incident = opened(thresholdFinding());
    allSaid();
    book.change(incident.id, { ...current(incident), resolved: { at: hours(4), by: 'reset' } }, hours(4));
    expect(waiting(hours(5))).toEqual(['developer message: resolved']);
  });
});

describe('of two incidents of one window', () => {
  test('the more serious one takes the word, and the other says where to look', () => {
    const threshold = opened(thresholdFinding());
    allSaid();
    absorb(lockOutFinding({ at: minutes(1) }), minutes(1));
    expect(current(threshold).resolved).toEqual({ at: minutes(1), by: 'overtaken' });
    expect(waiting()).toEqual(['developer message: opened', 'developer message: resolved']);
  });

  test('the lesser one is not even opened', () => {
    absorb(lockOutFinding());
    expect(absorb(thresholdFinding({ level: 100, usedPercent: 100 }))).toBeUndefined();
    expect(absorb(burnFinding())).toBeUndefined();
    expect(store.incidents.openOf(ada)).toHaveLength(1);
  });

  test('of another reset time have nothing to do with each other', () => {
    absorb(lockOutFinding());
    expect(absorb(thresholdFinding({ resetsAt: hours(9) }))).toBeDefined();
  });
});

describe('the cause', () => {
  function clientNames(cause: string, missAt: EpochMs) {
    store.reports.addCacheReport(ada, {
      session: SESSION,
      at: missAt,
      requests: 9,
      misses: 1,
      expectedRebuilds: 0,
      missRecacheTokens: 60_000,
      lastMissAt: missAt,
      lastMissCause: cause,
    });
  }
  const causeOf = (incident: Incident) => (isCacheIncident(incident) ? incident.evidence.cause : undefined);

  test('is what the client named for one of these misses, in whole seconds', () => {
    clientNames('tools_changed', plus(NOON, -999));
    expect(causeOf(opened(cacheFinding()).incident)).toBe('tools_changed');
  });

  test('of an older miss is not', () => {
    clientNames('tools_changed', seconds(-30));
    expect(causeOf(opened(cacheFinding()).incident)).toBeUndefined();
  });

  test('that comes later is taken up with the next change', () => {
    const incident = opened(cacheFinding());
    clientNames('tools_changed', seconds(10));
    book.change(incident.id, current(incident), minutes(1));
    expect(causeOf(current(incident))).toBe('tools_changed');
  });
});

describe('a turn that heals', () => {
  test('is written down without a word', () => {
    const incident = opened(cacheFinding());
    allSaid();
    const { incident: before } = incident;
    if (!isCacheIncident(before)) throw new Error('no cache incident');
    const healing = { ...before, evidence: { ...before.evidence, consecutive: 9 } };
    book.note(incident.id, healing);
    expect(current(incident)).toEqual(healing);
    expect(waiting()).toEqual([]);
  });
});

describe('the thread with the turns', () => {
  test.each([
    ['follows the first word of a broken cache, wherever it was said', cacheFinding(), ['channel', 'developer']],
    ['follows a resume that warns', resumeFinding({ severity: 'warning' }), ['channel', 'developer']],
    ['does not follow what one row tells', resumeFinding({ severity: 'info' }), []],
    ['does not follow what has no turns', stormFinding(), []],
  ])('%s', (_, finding, audiences) => {
    isNamed = false;
    opened(finding);
    expect(threads()).toEqual(audiences);
  });

  test('comes a minute after it, once', () => {
    opened(cacheFinding());
    expect(store.notices.due(seconds(59)).map(({ form }) => form)).toEqual(['message']);
    expect(store.notices.due(seconds(60)).map(({ form }) => form)).toEqual(['message', 'reply']);
    allSaid();
    absorb(cacheFinding({ severity: 'critical', misses: [evidence({ at: seconds(40) })] }), minutes(5));
    expect(threads()).toEqual([]);
  });
});

describe('what it cost', () => {
  test('in points of the window is worked out from the dollars beyond hits, with every change', () => {
    const perDollar = { points: 10, low: 8, high: 20 };
    const rates = {
      ...store.rates,
      of: () => [{ windowKind: 'five_hour', perDollar, learntFrom: 'own', samples: 9 }] as const,
    };
    book = createIncidentBook({ store: { ...store, rates }, mayName: () => true, onIncident: () => {} });
    const incident = opened(cacheFinding());
    expect(current(incident)).toMatchObject({
      pointsLost: { is: 'known', points: expect.closeTo(2.76), low: expect.closeTo(2.208), high: expect.closeTo(5.52) },
    });
    absorb(cacheFinding({ misses: [evidence({ at: seconds(20) })] }), seconds(21));
    expect(current(incident)).toMatchObject({ pointsLost: { points: expect.closeTo(4.14) } });
  });

  test('is unknown without readings, and says so', () => {
    expect(current(opened(cacheFinding()))).toMatchObject({ pointsLost: { is: 'unknown', because: 'no_readings' } });
  });

  test('is no question where a window itself is told of', () => {
    expect(current(opened(lockOutFinding()))).not.toHaveProperty('pointsLost', expect.anything());
  });
});

describe('usage that goes on', () => {
  test('is written down without a word until it has grown', () => {
    const storm = opened(stormFinding());
    allSaid();
    expect(absorb(stormFinding({ at: minutes(5) }))).toBeUndefined();
    expect(current(storm)).toMatchObject({ lastEvidenceAt: minutes(5) });
    expect(waiting()).toEqual([]);
    absorb(stormFinding({ at: minutes(6), readTokens: 90_000_000 }), minutes(6));
    expect(waiting(minutes(7))).toEqual(['channel message: grown']);
  });

  test('that a broken cache explains says nothing, before it or after it', () => {
    const inflation = opened(inflationFinding());
    opened(cacheFinding());
    expect(current(inflation).resolved?.by).toBe('overtaken');
    expect(absorb(spikeFinding())).toBeUndefined();
  });
});

describe('the client’s own count', () => {
  test('and the tokens make one incident with one notice', () => {
    const counted = book.absorbCount(ada, clientCountFinding(), seconds(11));
    const both = absorb(cacheFinding(), seconds(12));
    expect(both?.id).toBe(counted?.id);
    expect(book.absorbCount(ada, clientCountFinding(), seconds(13))).toBeUndefined();
    expect(waiting()).toEqual(['channel message: opened']);
  });
});

describe('in a team', () => {
  const person = (name: string) => store.developers.forEmail(`${name}@example.com`, { now: NOON });

  test.each([
    ['of three', () => ['grace', 'alan'].map(person)],
    ['with a token of its own', () => store.tokens.create({ of: 'team' }, NOON)],
  ])('%s a broken cache waits ten seconds for the others', (_, gather) => {
    gather();
    opened(cacheFinding());
    expect(waiting(seconds(9))).toEqual([]);
    expect(waiting(seconds(10))).toEqual(['channel message: opened']);
  });

  test.each([
    ['two are no team', () => person('grace'), cacheFinding()],
    ['a resume waits for nobody', () => ['grace', 'alan'].map(person), resumeFinding({ severity: 'warning' })],
    [
      'an unknown client is nobody else’s',
      () => ['grace', 'alan'].map(person),
      cacheFinding({ clientVersion: undefined }),
    ],
  ])('%s', (_, gather, finding) => {
    gather();
    opened(finding);
    expect(waiting(NOON)).toEqual(['channel message: opened']);
  });

  test('the fleet’s incident is one message, and its members say nothing', () => {
    const members = ['ada', 'grace', 'alan'].flatMap((name) => book.absorb(person(name), cacheFinding(), NOON) ?? []);
    const fleet = book.writeFleet(fleetIncident(), { id: undefined, members, now: seconds(5) });
    expect(waiting()).toEqual(Array(4).fill('channel message: opened'));
    for (const { id } of members) {
      expect(store.incidents.find(id)?.incident).toMatchObject({ partOf: fleet.id });
    }
    const again = store.incidents.partsOf(fleet.id);
    expect(book.writeFleet(fleet.incident, { id: fleet.id, members: again, now: seconds(6) }).id).toBe(fleet.id);
  });

  test('a member that was said points to it, once', () => {
    const member = opened(cacheFinding());
    allSaid();
    const fleet = book.writeFleet(fleetIncident(), { id: undefined, members: [member as never], now: NOON });
    expect(waiting()).toEqual(['channel message: opened', 'channel message: absorbed']);
    allSaid();
    absorb(cacheFinding({ severity: 'critical', misses: [evidence({ at: seconds(40) })] }), seconds(41));
    expect(waiting()).toEqual([]);
    expect(current(member)).toMatchObject({ partOf: fleet.id, severity: 'critical' });
  });
});

describe('a kind that the team switched off', () => {
  test('opens nothing, from tokens or from the client’s count', () => {
    store.settings.save({ ...store.settings.current(), kindsOff: ['cache_invalidation'] });
    expect(absorb(cacheFinding())).toBeUndefined();
    expect(book.absorbCount(ada, clientCountFinding(), NOON)).toBeUndefined();
    expect(store.incidents.open()).toEqual([]);
  });

  test('leaves the others alone', () => {
    store.settings.save({ ...store.settings.current(), kindsOff: ['cache_invalidation'] });
    expect(absorb(resumeFinding())).toBeDefined();
  });
});

describe('what happened to an incident', () => {
  test('is kept for its thread: how bad it got, and how it ended', () => {
    const incident = opened(cacheFinding());
    allSaid();
    absorb({ ...cacheFinding({ misses: [evidence({ at: seconds(60) })] }), severity: 'critical' }, seconds(60));
    const later = { ...current(incident), resolved: { at: minutes(30), by: 'healthy' } as const };
    book.change(incident.id, later, minutes(30));
    expect(store.events.between(incident.id, 0, 99)).toMatchObject([
      { event: 'escalated', detail: 'critical', at: seconds(60) },
      { event: 'resolved', detail: 'healthy', at: minutes(30) },
    ]);
  });

  test('makes nobody look after it once it comes back', () => {
    const incident = opened(cacheFinding());
    allSaid();
    const over = { at: minutes(1), by: 'healthy' } as const;
    const acknowledged = { at: NOON, by: 'U1' };
    book.change(incident.id, { ...current(incident), acknowledged, resolved: over }, minutes(1));
    absorb(cacheFinding({ misses: [evidence({ at: minutes(20) })] }), minutes(20));
    expect(current(incident)).toMatchObject({ acknowledged: undefined, resolved: undefined });
  });
});
