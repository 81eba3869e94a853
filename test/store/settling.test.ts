import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { record } from '../../src/collector/record.ts';
import { createDetect } from '../../src/jobs/detect.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import { type DeveloperId, sessionId } from '../../src/model/ids.ts';
import { plus } from '../../src/model/time.ts';
import { ALL_PARTS } from '../../src/store/parts.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { lookInto, wrongInside } from '../faults/recount.ts';
import { cacheIncident, hours, NOON, readWrite, request, SESSION, seconds } from '../support/builders.ts';
import { COUNT_OF_JOURNALLED } from '../support/kept-requests.ts';

const VERSION = '2.1.330';

let path: string;
let store: Store;
let detection: ReturnType<typeof createDetect>;
let ada: DeveloperId;
/** How long the program runs, in ms. */
let runningMs: number;

beforeEach(() => {
  runningMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => runningMs);
  const folder = mkdtempSync(join(tmpdir(), 'quota-watch-sums-'));
  path = join(folder, 'quota-watch.db');
  start();
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  // What is usual of them is read now, and not again for an hour.
  arrive(...healthy(0, 6));
  return () => {
    vi.restoreAllMocks();
    store.close();
    rmSync(folder, { recursive: true });
  };
});

/** The program starts; what an earlier one held in memory is gone with it. */
function start() {
  store = openStore(path, NOON);
  store.takeOver();
  detection = createDetect({
    store,
    mayName: () => true,
    onIncident: () => {},
    onFailure(error) {
      throw error;
    },
  });
}

/** A conversation that reads what it wrote before: `count` requests from the `first` on, one every half second. */
const healthy = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    request({
      ...readWrite(seconds((first + index) / 2), 20_000 + (first + index), 1),
      clientVersion: VERSION,
      promptId: `prompt ${first + index}`,
      costMicros: 100,
    }),
  );

/** Requests come in one commit and are judged in it. */
function arrive(...requests: readonly ApiRequest[]) {
  const now = requests.at(-1)?.endedAt ?? NOON;
  const items = requests.map(
    (one) => ({ clientVersion: one.clientVersion, fact: { is: 'request', request: one } }) as const,
  );
  detection.takeIn(now, () =>
    record(store, { owner: { of: 'developer', developer: ada }, feed: 'telemetry', items, receivedAt: now }),
  );
}

const inFile = (query: string) => lookInto(path, (db) => db.prepare<[], number>(query).pluck().get());
const journalled = () => inFile(COUNT_OF_JOURNALLED);
const hoursInFile = () => inFile('SELECT coalesce(sum(requests), 0) FROM usage_hours');
const costSoFar = () => store.hours.costSince(ada, hours(-1)).costMicros;
const boundaries = () => store.versions.rates(NOON, hours(1)).map((rates) => rates.boundaries + rates.midTurns);

describe('sums of requests', () => {
  test('wait for a later commit, and whoever reads them has all', () => {
    arrive(...healthy(6, 3));
    arrive(...healthy(9, 2));
    expect([journalled(), hoursInFile()]).toEqual([5, 6]);
    expect(lookInto(path, wrongInside)).toEqual([]);
    expect(costSoFar()).toBe(1100);
    expect([journalled(), hoursInFile()]).toEqual([5, 6]);
    expect(boundaries()).toEqual([10]);
    expect([journalled(), hoursInFile()]).toEqual([0, 11]);
  });

  test('of one developer’s hours need not be written to be told', () => {
    const grace = store.developers.forEmail('grace@example.com', { now: NOON });
    const [one] = healthy(6, 1);
    store.transaction(() => {
      for (const request of one
        ? [one, { ...one, endedAt: hours(-3) }, { ...one, sequence: 1, costMicros: undefined }]
        : [])
        store.requests.keep(grace, request, NOON);
      expect(store.hours.costSince(grace, hours(-1))).toEqual({ costMicros: 100, unpricedRequests: 1 });
    });
    expect(store.hours.costSince(grace, hours(-4))).toEqual({ costMicros: 200, unpricedRequests: 1 });
  });

  test.each([
    ['hours of reading', () => store.usage.readsOfActiveHours(ada, { from: NOON, before: hours(1) })],
    ['days of prompts', () => store.usage.dailyCostPerPrompt(ada, { from: NOON, before: hours(1) })],
    ['prompts', () => store.usage.promptCosts(ada, { from: NOON, before: hours(1) }, '')],
    ['versions', () => store.versions.rates(NOON, hours(1))],
    ['versions of developers', () => store.versions.ratesByDeveloper(NOON, hours(1))],
    ['misses of a version', () => store.versions.misses(VERSION, NOON, hours(1))],
    ['a day of versions', () => store.versionDays.of(NOON)],
    ['a week', () => store.weeks.usage({ first: ada, last: ada }, { from: NOON, to: hours(1) })],
  ])('are written before %s are read', (_, read) => {
    arrive(...healthy(6, 3));
    read();
    expect(journalled()).toBe(0);
    expect(lookInto(path, wrongInside)).toEqual([]);
  });

  test('are written for a part of all developers at a time, for each of them once in twenty thousand requests', () => {
    const team = Array.from({ length: 8 }, (_, n) =>
      store.developers.forEmail(`developer${n}@example.com`, { now: NOON }),
    );
    const hoursOf = (developer: DeveloperId) =>
      inFile(`SELECT coalesce(sum(requests), 0) FROM usage_hours WHERE developer_id = ${developer}`);
    const written = ALL_PARTS.map((nr) => {
      const before = team.map(hoursOf);
      store.transaction(() => {
        for (const [index, one] of healthy(nr * 157, 157).entries()) {
          const developer = team[index % team.length] ?? ada;
          store.requests.keep(developer, one, one.endedAt);
        }
      });
      expect(lookInto(path, wrongInside)).toEqual([]);
      return team.filter((developer, index) => hoursOf(developer) !== before[index]);
    });
    expect(written.flat().toSorted((a, b) => a - b)).toEqual(team);
    expect(inFile('SELECT count(*) FROM request_journal')).toBeLessThanOrEqual(ALL_PARTS.length);
  });

  test('are written for as many parts as came requests or passed time, so that what is held has a bound', () => {
    arrive(...healthy(6, 3));
    runningMs += 1000;
    arrive(...healthy(9, 1));
    expect([journalled(), hoursInFile()]).toEqual([0, 10]);
    const team = Array.from({ length: 31 }, (_, n) =>
      store.developers.forEmail(`developer${n}@example.com`, { now: NOON }),
    );
    store.transaction(() => {
      for (const developer of team) for (const one of healthy(0, 700)) store.requests.keep(developer, one, one.endedAt);
    });
    expect(journalled()).toBe(0);
    expect(lookInto(path, wrongInside)).toEqual([]);
  });

  describe('of a hundred developers', () => {
    let team: readonly DeveloperId[];

    beforeEach(() => {
      team = Array.from({ length: 100 }, (_, n) =>
        store.developers.forEmail(`developer${n}@example.com`, { now: NOON }),
      );
    });

    /** A commit with requests of one of them, which are judged by nobody; answers how many of all wait after it. */
    function left(nth: number, requests: number) {
      const [developer = ada] = team.slice(nth % team.length);
      store.transaction(() => {
        for (const one of healthy(0, requests)) store.requests.keep(developer, { ...one, sequence: nth }, one.endedAt);
      });
      return journalled() ?? 0;
    }

    test('have their turn one after the other, all of them in two seconds', () => {
      for (let nth = 0; nth < team.length; nth++) left(nth, 20);
      const held = left(100, 1);
      const waiting = Array.from({ length: 120 }, (_, nth) => {
        runningMs += 2000 / 120;
        return left(101 + nth, 1);
      });
      const written = waiting.map((now, index) => (waiting[index - 1] ?? held) - now);
      expect(Math.max(...written)).toBeLessThanOrEqual(2 * 20);
      expect(waiting.at(-1)).toBeLessThanOrEqual(120);
      expect(lookInto(path, wrongInside)).toEqual([]);
    });

    test('that waited through a pause in much work are written little by little, so that no commit takes much longer', () => {
      for (let nth = 0; nth < team.length; nth++) left(nth, 30);
      let before = left(100, 1);
      runningMs += 60_000;
      const written: number[] = [];
      while (before > 30) {
        const now = left(101 + written.length, 1);
        written.push(before - now);
        before = now;
      }
      expect(Math.max(...written)).toBeLessThanOrEqual(180);
      expect(written.length).toBeLessThan(20);
      expect(lookInto(path, wrongInside)).toEqual([]);
    });

    test('have their turn in time after so much work, too, that turns came by the number of requests', () => {
      for (let nth = 0; nth < 300; nth++) left(nth, 160);
      const held = left(300, 1);
      runningMs += 2000;
      expect(left(301, 1)).toBeLessThan(held);
    });
  });

  test('that nobody’s turn comes for, because nothing more comes, are written after some seconds of quiet', () => {
    arrive(...healthy(6, 3));
    runningMs += 3000;
    store.settleQuiet();
    expect([journalled(), hoursInFile()]).toEqual([3, 6]);
    runningMs += 2000;
    store.settleQuiet();
    expect([journalled(), hoursInFile()]).toEqual([0, 9]);
    arrive(...healthy(9, 1));
    expect(journalled()).toBe(1);
  });

  test('are written before the end of a transaction that brings too many to hold', () => {
    const stringify = vi.spyOn(JSON, 'stringify');
    store.transaction(() => {
      for (const one of healthy(6, 45_000)) store.requests.keep(ada, one, one.endedAt);
    });
    const lists = stringify.mock.calls.map(([value]) => (Array.isArray(value) ? value.length : 0));
    expect(Math.max(0, ...lists)).toBeLessThan(20_000);
    expect(hoursInFile()).toBe(45_006);
    expect(lookInto(path, wrongInside)).toEqual([]);
  });

  test('that could not be written, and nobody said so, take the whole transaction along', () => {
    arrive(...healthy(6, 3));
    const other = new BetterSqlite3(path);
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON usage_hours BEGIN SELECT raise(ABORT, 'full'); END`);
    const quietly = () => store.transaction(() => expect(() => store.settle()).toThrow('full'));
    expect(quietly).toThrow('could not be settled');
    other.exec('DROP TRIGGER full');
    other.close();
    expect([journalled(), hoursInFile()]).toEqual([3, 6]);
    arrive(...healthy(9, 1));
    expect(costSoFar()).toBe(1000);
    store.settle();
    expect([journalled(), hoursInFile()]).toEqual([0, 10]);
  });

  test('are written with an incident, whose turns nobody must judge again', () => {
    arrive(...healthy(6, 3));
    const broken = (second: number) => request({ ...readWrite(seconds(second), 0, 150_000), clientVersion: VERSION });
    arrive(broken(20), broken(30), broken(40));
    expect(store.incidents.open().map(({ incident }) => incident.kind)).toContain('cache_invalidation');
    expect([journalled(), hoursInFile()]).toEqual([0, 12]);
  });

  test('are written when the program stops', () => {
    arrive(...healthy(6, 3));
    store.close();
    expect([journalled(), hoursInFile()]).toEqual([0, 9]);
    start();
  });
});

describe('what a crash left in the journal', () => {
  const crash = () => {
    const dead = store;
    start();
    return dead;
  };

  test('is counted once, with all that came before and after', () => {
    arrive(...healthy(6, 2));
    boundaries();
    arrive(...healthy(8, 3));
    crash();
    arrive(...healthy(11, 1));
    expect(costSoFar()).toBe(1200);
    expect(lookInto(path, wrongInside)).toEqual([]);
  });

  test('is judged anew, so that the turns of each version are complete', () => {
    arrive(...healthy(6, 2));
    expect(boundaries()).toEqual([7]);
    arrive(...healthy(8, 3));
    crash();
    store.settle();
    detection.detect(seconds(6));
    expect(boundaries()).toEqual([10]);
    expect(store.incidents.open()).toEqual([]);
  });

  test('is left alone by another program that has the database open', () => {
    arrive(...healthy(6, 3));
    const other = openStore(path, NOON);
    other.hours.costSince(ada, NOON);
    other.tokens.create({ of: 'team' }, NOON);
    other.transaction(() => other.incidents.add(cacheIncident({ developer: ada })));
    other.close();
    expect([journalled(), hoursInFile()]).toEqual([3, 6]);
    expect(costSoFar()).toBe(900);
  });
});

test('a transaction that the database has undone by itself is over, whoever caught the error', () => {
  arrive(...healthy(6, 3));
  const other = new BetterSqlite3(path);
  other.exec(`CREATE TRIGGER gone BEFORE UPDATE OF plan ON developers BEGIN SELECT raise(ROLLBACK, 'gone'); END`);
  const quietly = () =>
    store.transaction(() => {
      for (const one of healthy(9, 2)) store.requests.keep(ada, one, one.endedAt);
      expect(() => store.developers.setPlan(ada, 'pro')).toThrow('gone');
    });
  expect(quietly).toThrow('has undone the transaction');
  other.close();
  expect([journalled(), hoursInFile()]).toEqual([3, 6]);
  expect(costSoFar()).toBe(900);
});

describe('a transaction that is undone', () => {
  const undone = (work: () => void) =>
    expect(() =>
      store.transaction(() => {
        work();
        throw new Error('undone');
      }),
    ).toThrow('undone');

  test('takes nothing of the sums of those before it along', () => {
    arrive(...healthy(6, 3));
    undone(() => {
      for (const one of healthy(9, 2)) {
        store.requests.keep(ada, one, one.endedAt);
      }
    });
    arrive(...healthy(11, 1));
    detection.detect(seconds(6));
    expect(costSoFar()).toBe(1000);
    expect(boundaries()).toEqual([9]);
    expect(lookInto(path, wrongInside)).toEqual([]);
  });

  test('undoes the sums that it wrote', () => {
    arrive(...healthy(6, 3));
    undone(() => void boundaries());
    expect(journalled()).toBe(3);
    expect(costSoFar()).toBe(900);
  });

  test('as a part of another takes that along once it has written sums', () => {
    arrive(...healthy(6, 3));
    expect(() =>
      store.transaction(() => {
        undone(() => void boundaries());
        store.developers.setPlan(ada, 'pro');
      }),
    ).toThrow('savepoint');
    expect(store.developers.find(ada)?.plan).toBeUndefined();
    expect(costSoFar()).toBe(900);
  });
});

test('on a database that takes nothing, a developer has all of their hours', () => {
  arrive(...healthy(6, 3));
  const other = new BetterSqlite3(path);
  other.exec('BEGIN IMMEDIATE');
  expect(() => arrive(...healthy(9, 1))).toThrow('locked');
  expect(costSoFar()).toBe(900);
  other.close();
  arrive(...healthy(9, 1));
  expect(costSoFar()).toBe(1000);
  expect(lookInto(path, wrongInside)).toEqual([]);
});

test('on a database that takes nothing, other readers have what was counted before', () => {
  const before = boundaries();
  arrive(...healthy(6, 3));
  const other = new BetterSqlite3(path);
  other.exec('BEGIN IMMEDIATE');
  expect(boundaries()).toEqual(before);
  other.exec('ROLLBACK');
  other.close();
  store.settle();
  detection.detect(seconds(6));
  expect(boundaries()).toEqual([8]);
});

test('nobody is forgotten before their requests are counted, nor do those come back', () => {
  arrive(...healthy(6, 3));
  store.developers.forget(ada, NOON);
  expect([journalled(), hoursInFile()]).toEqual([0, 0]);
  expect(store.sessions.owner(sessionId(SESSION))).toBeUndefined();
});

test('somebody is forgotten with what they do themselves, and everybody else is counted once', () => {
  const grace = store.developers.forEmail('grace@example.com', { now: NOON });
  const usedBy = (first: number) => {
    for (const one of healthy(first, 2)) store.requests.keep(grace, one, one.endedAt);
  };
  arrive(...healthy(6, 3));
  usedBy(0);
  store.transaction(() => {
    usedBy(2);
    store.developers.forget(ada, NOON);
  });
  expect([journalled(), hoursInFile()]).toEqual([0, 4]);
  usedBy(4);
  store.settle();
  expect(hoursInFile()).toBe(6);
  expect(lookInto(path, wrongInside)).toEqual([]);
});

test('nothing of somebody lingers in the file, though it stood in the journal', () => {
  const secret = (nr: number) => request({ requestId: `req_secret_${nr}`, endedAt: seconds(60 + nr) });
  for (let nr = 0; nr < 3; nr++) arrive(secret(nr));
  store.transaction(() => store.developers.forget(ada, NOON));
  const db = new BetterSqlite3(path);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  expect(readFileSync(path).includes('req_secret')).toBe(false);
});

test('two developers who turn out to be one have their requests counted together', () => {
  const telemetry = ada;
  arrive(...healthy(6, 3));
  const linked = store.developers.forSlackUser(
    { slackUser: 'U0000000ADA', email: 'ada@example.com', name: undefined, timeZone: undefined },
    plus(NOON, 1),
  );
  expect(linked).toBe(telemetry);
  arrive(...healthy(9, 1));
  expect(costSoFar()).toBe(1000);
  expect(lookInto(path, wrongInside)).toEqual([]);
});
