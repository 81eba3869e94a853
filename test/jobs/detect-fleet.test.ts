import { beforeEach, describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { createSessionTrace } from '../../src/detectors/session-trace.ts';
import type { Turn } from '../../src/detectors/turn.ts';
import { createDetectFleet } from '../../src/jobs/detect-fleet.ts';
import { createIncidentBook } from '../../src/jobs/incident-book.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import { type DeveloperId, type SessionId, sessionId } from '../../src/model/ids.ts';
import { isCacheIncident, isFleetIncident } from '../../src/model/incident.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import {
  cacheFinding,
  evidence,
  hours,
  minutes,
  NOON,
  request,
  resumeFinding,
  runawayFinding,
} from '../support/builders.ts';

const BAD = '2.1.331';
const GOOD = '2.1.330';

let store: Store;
let people: readonly DeveloperId[];
let book: ReturnType<typeof createIncidentBook>;
let fleet: ReturnType<typeof createDetectFleet>;

/** The program starts, or starts again, on the same database. */
function start() {
  book = createIncidentBook({ store, mayName: () => true, onIncident: () => {} });
  const { fleetRegression: rule, resumeReprocess: counting } = POLICY;
  fleet = createDetectFleet({ store, book, rule, counting });
}

beforeEach(() => {
  store = openStore(':memory:', NOON);
  people = ['ada', 'grace', 'alan', 'edsger'].map((name) =>
    store.developers.forEmail(`${name}@example.com`, { now: NOON }),
  );
  start();
  return () => store.close();
});

const person = (n: number): DeveloperId => people[n] ?? person(0);
const sessionOf = (n: number) => sessionId(`session-${n}`);

/** The cache of one of the people breaks so many minutes after noon. */
function breaks(n: number, minute: number, { clientVersion = BAD, severity = 'warning' as const, late = false } = {}) {
  const at = minutes(minute);
  const misses = [evidence({ at: plus(at, -10 * SECOND_MS) }), evidence({ at, arrivedLate: late })];
  const finding = cacheFinding({ session: sessionOf(n), clientVersion, severity, misses });
  return write(n, finding, at);
}

function resumes(n: number, minute: number, rewrittenTokens: number) {
  const misses = [evidence({ at: minutes(minute), rewrittenTokens })];
  const session = sessionId(`resumed-${n}`);
  return write(n, resumeFinding({ session, clientVersion: BAD, severity: 'warning', misses }), minutes(minute));
}

function write(n: number, finding: Parameters<typeof book.absorb>[1], at: EpochMs) {
  return store.transaction(() => {
    const stored = book.absorb(person(n), finding, at);
    if (stored) fleet.judge(stored, at);
    return stored?.id;
  });
}

function heals(n: number, minute: number) {
  for (const { id, incident } of store.incidents.openOf(person(n))) {
    const resolved = { at: minutes(minute), by: 'healthy' } as const;
    store.transaction(() => book.change(id, { ...incident, resolved }, minutes(minute)));
  }
}

const sweep = (at: EpochMs) => store.transaction(() => fleet.sweep(at));

const all = () => store.incidents.openedBetween(hours(-300), hours(300));
const fleets = () => all().flatMap(({ id, incident }) => (isFleetIncident(incident) ? [{ id, ...incident }] : []));
const parts = () => all().flatMap(({ incident }) => (isCacheIncident(incident) ? [incident] : []));

/** The messages that wait; the threads that follow first words are no messages of their own. */
const waiting = (by: EpochMs) =>
  store.notices.due(by).filter(({ form, reason }) => form !== 'timeline' && (form !== 'reply' || reason !== 'opened'));

/** What would be said if everything were said now: by whom it is, and why. What is part of the fleet's is never begun. */
function said(by: EpochMs = hours(300)) {
  return waiting(by).flatMap(({ subject, reason }) => {
    const incident = subject.of === 'incident' ? store.incidents.find(subject.incident)?.incident : undefined;
    if (!incident) return [];
    if (isFleetIncident(incident)) return [`fleet: ${reason}`];
    return incident.partOf === undefined
      ? [`${incident.kind} of ${people.indexOf(incident.developer)}: ${reason}`]
      : [];
  });
}

/** Everything that waits stands in Slack now. */
function allSaid(at: EpochMs) {
  for (const { id } of store.notices.due(plus(at, HOUR_MS))) {
    store.notices.claim(id);
    store.notices.sent(id, at, { channel: 'C1', ts: `${id}.0` });
  }
}

describe('three developers on one client version', () => {
  test('become one incident of the fleet, and one message', () => {
    breaks(0, 0);
    breaks(1, 20);
    expect(fleets()).toEqual([]);
    breaks(2, 60);
    expect(fleets()).toMatchObject([
      {
        severity: 'critical',
        openedAt: minutes(60),
        evidence: { rule: 'together', of: 'cache_invalidation', clientVersion: BAD },
      },
    ]);
    expect(new Set(fleets()[0]?.evidence.developers)).toEqual(new Set([person(0), person(1), person(2)]));
    expect(parts().map(({ partOf }) => partOf)).toEqual([fleets()[0]?.id, fleets()[0]?.id, fleets()[0]?.id]);
    expect(said()).toEqual(['fleet: opened']);
  });

  test('what was said of the first two then points to the fleet’s', () => {
    breaks(0, 0);
    breaks(1, 20);
    allSaid(minutes(30));
    breaks(2, 50);
    const reasons = waiting(hours(9)).map(({ reason }) => reason);
    expect(reasons.toSorted()).toEqual(['absorbed', 'absorbed', 'opened', 'opened']);
  });

  test('a runaway, a resume and a regression in one hour are three messages', () => {
    breaks(0, 0);
    breaks(1, 10);
    resumes(3, 15, 200_000);
    write(3, runawayFinding({ at: minutes(20) }), minutes(20));
    breaks(2, 30);
    expect(said().toSorted()).toEqual(['fleet: opened', 'resume_reprocess of 3: opened', 'runaway of 3: opened']);
  });

  test.each<[what: string, story: () => void]>([
    ['two developers', () => [breaks(0, 0), breaks(1, 5), breaks(0, 10)]],
    ['more than an hour', () => [breaks(0, 0), breaks(1, 5), heals(0, 6), breaks(2, 66)]],
    ['different versions', () => [breaks(0, 0), breaks(1, 5), breaks(2, 10, { clientVersion: GOOD })]],
    ['late data', () => [breaks(0, 0), breaks(1, 5), breaks(2, 10, { late: true })]],
    ['three resumes', () => [resumes(0, 0, 200_000), resumes(1, 5, 200_000), resumes(2, 10, 200_000)]],
  ])('are not: %s', (_, story) => {
    story();
    expect(fleets()).toEqual([]);
  });

  test('one that was broken all along counts with two that break now', () => {
    breaks(0, -120);
    breaks(0, 40);
    breaks(1, 50);
    breaks(2, 60);
    expect(fleets()).toHaveLength(1);
  });

  test('one that was healed by then counts too', () => {
    breaks(0, 0);
    heals(0, 5);
    breaks(1, 20);
    breaks(2, 40);
    expect(fleets()[0]?.evidence.developers).toHaveLength(3);
  });
});

describe('while the fleet’s incident is open', () => {
  beforeEach(() => {
    breaks(0, 0);
    breaks(1, 1);
    breaks(2, 2);
    allSaid(minutes(3));
  });

  test('whoever is hit next becomes part of it and never speaks alone', () => {
    breaks(3, 10);
    expect(parts().filter(({ partOf }) => partOf === fleets()[0]?.id)).toHaveLength(4);
    expect(fleets()).toHaveLength(1);
    expect(fleets()[0]?.evidence.developers).toHaveLength(4);
    expect(said()).toEqual(['fleet: grown']);
  });

  test('a second session of somebody becomes part of it too', () => {
    const finding = cacheFinding({ session: sessionOf(9), clientVersion: BAD, misses: [evidence({ at: minutes(9) })] });
    write(0, finding, minutes(9));
    expect(parts().every(({ partOf }) => partOf === fleets()[0]?.id)).toBe(true);
    expect(fleets()[0]?.evidence.developers).toHaveLength(3);
  });

  test('a turn more of the same is no news', () => {
    breaks(0, 10);
    expect(said()).toEqual([]);
  });

  test('a resume, and another version, still speak for themselves', () => {
    resumes(3, 10, 200_000);
    breaks(3, 11, { clientVersion: GOOD });
    expect(said().toSorted()).toEqual(['cache_invalidation of 3: opened', 'resume_reprocess of 3: opened']);
  });

  test('it goes on after a restart', () => {
    start();
    breaks(3, 10);
    expect(fleets()).toHaveLength(1);
    expect(said()).toEqual(['fleet: grown']);
  });

  test('it is over half an hour after the last is well, and says so once', () => {
    heals(0, 10);
    heals(1, 20);
    sweep(minutes(49));
    expect(fleets()[0]?.resolved).toBeUndefined();
    heals(2, 21);
    sweep(minutes(50));
    expect(fleets()[0]?.resolved).toBeUndefined();
    sweep(minutes(51));
    expect(fleets()[0]?.resolved).toEqual({ at: minutes(51), by: 'quiet' });
    expect(said()).toEqual(['fleet: resolved']);
  });

  test('what comes back within the hour reopens it; later it takes three again', () => {
    for (const n of [0, 1, 2]) heals(n, 10);
    sweep(minutes(40));
    allSaid(minutes(41));
    breaks(0, 60);
    expect(fleets()).toMatchObject([{ resolved: undefined }]);
    expect(said()).toEqual(['fleet: reopened']);
    allSaid(minutes(61));
    heals(0, 62);
    sweep(minutes(100));
    allSaid(minutes(101));
    breaks(0, 240);
    expect(fleets()).toHaveLength(1);
    expect(said()).toEqual(['cache_invalidation of 0: opened']);
  });
});

/** Prompts of one session, a minute apart, of two requests each; the first request of each so-manieth prompt misses. */
function prompts(
  count: number,
  { clientVersion, missEvery = 0, from = NOON, session }: Prompts,
): readonly ApiRequest[] {
  return Array.from({ length: count }, (_, n) => {
    const isMiss = missEvery > 0 && n % missEvery === missEvery - 1;
    const common = { session, clientVersion, promptId: `${session} ${n}` };
    const endedAt = plus(from, n * MINUTE_MS);
    const read = isMiss ? { cacheReadTokens: 10_000, cacheCreationTokens: 90_000 } : { cacheReadTokens: 100_000 };
    return [
      request({ ...common, endedAt, ...read }),
      request({ ...common, endedAt: plus(endedAt, 10 * SECOND_MS), cacheReadTokens: 100_000 }),
    ];
  }).flat();
}

interface Prompts {
  readonly clientVersion: string;
  readonly missEvery?: number;
  readonly from?: EpochMs;
  readonly session: SessionId;
}

/** Somebody works: their turns are judged and counted. */
function works(n: number, requests: readonly ApiRequest[], { late = false } = {}): readonly Turn[] {
  const [first] = requests;
  if (!first) return [];
  const { session } = first;
  store.sessions.see(person(n), { session, at: first.endedAt, clientVersion: first.clientVersion });
  const trace = createSessionTrace();
  const turns = requests.flatMap((one) => trace.push({ is: 'request', request: one, arrivedLate: late }) ?? []);
  store.transaction(() => fleet.count(person(n), session, turns));
  return turns;
}

const counts = (from: EpochMs = NOON, to: EpochMs = hours(12)) =>
  store.versions.rates(from, to).map(({ clientVersion, boundaries, boundaryMisses, midTurns }) => {
    return { clientVersion, boundaries, boundaryMisses, midTurns };
  });

describe('counting turns', () => {
  const requests = () => prompts(10, { clientVersion: GOOD, missEvery: 4, session: sessionOf(0) });
  const expected = [{ clientVersion: GOOD, boundaries: 9, boundaryMisses: 2, midTurns: 10 }];

  test('counts turn boundaries and what comes within a prompt', () => {
    works(0, requests());
    expect(counts()).toEqual(expected);
  });

  test('counts once what is judged again, after a restart too', () => {
    const turns = works(0, requests());
    store.transaction(() => fleet.count(person(0), sessionOf(0), turns));
    start();
    works(0, requests());
    expect(counts()).toEqual(expected);
  });

  test('goes on where it stopped', () => {
    const both = requests();
    works(0, both.slice(0, 8));
    works(0, both);
    expect(counts()).toEqual(expected);
  });

  test('counts the same turns of two people twice', () => {
    works(0, requests());
    works(1, requests());
    expect(counts()).toMatchObject([{ boundaries: 18 }]);
  });
});

describe('a version that misses more than the others', () => {
  /** Two people work on the version that is good, for days; then somebody updates, and every third prompt of theirs misses. */
  function othersWork() {
    works(0, prompts(150, { clientVersion: GOOD, missEvery: 50, session: sessionOf(0), from: hours(-48) }));
    works(1, prompts(150, { clientVersion: GOOD, session: sessionOf(1), from: hours(-24) }));
  }
  const updated = (turns: number, part: Partial<Prompts> = {}) =>
    prompts(turns, { clientVersion: BAD, missEvery: 3, session: sessionOf(2), ...part });

  test('is named once 60 turn boundaries of it are counted', () => {
    othersWork();
    const work = updated(70);
    works(2, work.slice(0, 2 * 60));
    sweep(minutes(60));
    expect(fleets()).toEqual([]);
    works(2, work);
    sweep(minutes(70));
    expect(fleets()).toMatchObject([
      {
        openedAt: minutes(68),
        evidence: {
          rule: 'turn_boundaries',
          clientVersion: BAD,
          developers: [person(2)],
          comparison: { misses: 23, of: 69, otherMisses: 3, otherOf: 298 },
        },
      },
    ]);
    expect(said()).toEqual(['fleet: opened']);
  });

  test('is looked at no more often than every five minutes', () => {
    othersWork();
    sweep(minutes(68));
    works(2, updated(70));
    sweep(minutes(72));
    expect(fleets()).toEqual([]);
    sweep(minutes(73));
    expect(fleets()).toHaveLength(1);
  });

  test('speaks for the broken caches on it', () => {
    othersWork();
    breaks(2, 60);
    works(2, updated(70));
    sweep(minutes(70));
    expect(parts()[0]?.partOf).toBe(fleets()[0]?.id);
    breaks(1, 75);
    expect(fleets()[0]?.evidence.developers).toEqual([person(2), person(1)]);
    expect(said()).toEqual(['fleet: opened']);
  });

  test.each<[what: string, story: () => void]>([
    [
      'everybody updates to it at once',
      () => [works(0, updated(70)), works(1, updated(70, { session: sessionOf(1) }))],
    ],
    ['it misses no more than the others', () => [othersWork(), works(2, updated(150, { missEvery: 60 }))]],
    ['all of it arrived late', () => [othersWork(), works(2, updated(70), { late: true })]],
    [
      'the others were used weeks ago',
      () => [
        works(0, prompts(150, { clientVersion: GOOD, session: sessionOf(0), from: hours(-24 * 9) })),
        works(2, updated(70)),
      ],
    ],
  ])('quiet: %s', (_, story) => {
    story();
    sweep(minutes(180));
    expect(fleets()).toEqual([]);
  });

  test('is over a day after the last miss, and not heard of again until it misses again', () => {
    othersWork();
    works(2, updated(70));
    sweep(minutes(70));
    sweep(hours(24));
    expect(fleets()[0]?.resolved).toBeUndefined();
    sweep(hours(26));
    expect(fleets()[0]?.resolved?.by).toBe('quiet');
    sweep(hours(27));
    start();
    sweep(hours(28));
    expect(fleets()).toHaveLength(1);
    works(2, updated(3, { session: sessionOf(8), from: hours(30) }));
    sweep(hours(31));
    expect(fleets()).toHaveLength(2);
  });

  test('is over when its rate could be chance', () => {
    othersWork();
    works(2, updated(70));
    sweep(minutes(70));
    for (const n of [0, 1, 3]) {
      works(n, prompts(600, { clientVersion: BAD, session: sessionId(`healthy ${n}`), from: hours(2) }));
    }
    sweep(hours(12));
    expect(fleets()[0]?.resolved).toEqual({ at: hours(12), by: 'healthy' });
  });

  test('a growing rate is told no more than once an hour', () => {
    othersWork();
    const work = updated(200);
    works(2, work.slice(0, 2 * 70));
    sweep(minutes(70));
    allSaid(minutes(71));
    for (const minute of [80, 90, 100, 110, 120]) {
      works(2, work.slice(0, 2 * minute));
      sweep(minutes(minute));
    }
    expect(said()).toEqual([]);
    works(2, work.slice(0, 2 * 130));
    sweep(minutes(130));
    expect(said()).toEqual(['fleet: grown']);
  });
});

describe('a version whose resumes are written again', () => {
  /** Sessions that are resumed after a minute: what the resume read, of 100,000 tokens. */
  function resumed(
    n: number,
    sessions: number,
    { clientVersion, read, day }: { clientVersion: string; read: number; day: number },
  ) {
    for (let i = 0; i < sessions; i++) {
      const session = sessionId(`${clientVersion} ${n} ${i}`);
      const from = plus(hours(day * 24), i * 5 * MINUTE_MS);
      const common = { session, clientVersion };
      works(n, [
        request({ ...common, endedAt: from, cacheCreationTokens: 100_000, sequence: 40 }),
        request({
          ...common,
          endedAt: plus(from, MINUTE_MS),
          cacheReadTokens: read,
          cacheCreationTokens: 100_000 - read,
          sequence: 3,
        }),
      ]);
    }
  }

  test('is named, and its resumes become part of it', () => {
    resumed(0, 14, { clientVersion: GOOD, read: 100_000, day: -2 });
    resumes(2, 50, 200_000);
    resumed(2, 12, { clientVersion: BAD, read: 10_000, day: 0 });
    sweep(minutes(60));
    expect(fleets()).toMatchObject([
      {
        evidence: {
          rule: 'resumes',
          of: 'resume_reprocess',
          comparison: { misses: 12, of: 12, otherMisses: 0, otherOf: 14 },
        },
      },
    ]);
    expect(parts()[0]?.partOf).toBe(fleets()[0]?.id);
    resumes(3, 70, 200_000);
    expect(said()).toEqual(['fleet: opened']);
  });

  test('is not where resumes rewrite on every version', () => {
    resumed(0, 14, { clientVersion: GOOD, read: 10_000, day: -2 });
    resumed(2, 12, { clientVersion: BAD, read: 10_000, day: 0 });
    sweep(minutes(60));
    expect(fleets()).toEqual([]);
  });

  test('the resumes of the day of an update say nothing: the client sends something else now', () => {
    resumed(0, 14, { clientVersion: GOOD, read: 100_000, day: -2 });
    for (let i = 0; i < 14; i++) {
      const session = sessionId(`updated ${i}`);
      const from = minutes(i);
      works(2, [
        request({ session, clientVersion: GOOD, endedAt: from, cacheCreationTokens: 100_000, sequence: 40 }),
        request({
          session,
          clientVersion: BAD,
          endedAt: plus(from, MINUTE_MS),
          cacheReadTokens: 10_000,
          cacheCreationTokens: 90_000,
          sequence: 3,
        }),
      ]);
    }
    sweep(minutes(60));
    expect(fleets()).toEqual([]);
    expect(counts(hours(0), plus(NOON, DAY_MS))).toEqual([]);
  });
});
