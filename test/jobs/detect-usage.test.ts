import { beforeEach, describe, expect, test } from 'vitest';
import { createDetectUsage } from '../../src/jobs/detect-usage.ts';
import { createIncidentBook } from '../../src/jobs/incident-book.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import type { IncidentKind } from '../../src/model/finding.ts';
import { type DeveloperId, sessionId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { ACCOUNT, hours, MODEL, minutes, NOON, reading, request, SESSION, seconds } from '../support/builders.ts';

const CENT = 10_000;
let store: Store;
let ada: DeveloperId;
let detection: ReturnType<typeof createDetectUsage>;

/** The program starts, or starts again, on the same database. */
function start() {
  detection = createDetectUsage({
    store,
    book: createIncidentBook({ store, mayName: () => true, onIncident: () => {} }),
  });
}

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  start();
  return () => store.close();
});

/** A minute's ordinary work: much is read from the cache, and something comes of it. */
const used = (endedAt: EpochMs, part: Partial<ApiRequest> = {}): ApiRequest =>
  request({
    endedAt,
    querySource: 'repl_main_thread',
    clientVersion: '2.1.330',
    cacheReadTokens: 100_000,
    outputTokens: 500,
    costMicros: 5 * CENT,
    ...part,
  });

function written(requests: readonly ApiRequest[]) {
  store.transaction(() => {
    for (const one of requests) {
      store.requests.keep(ada, one, one.endedAt);
    }
  });
}

/** Requests arrive and are judged at once, each at its end. */
function arrive(...requests: readonly ApiRequest[]) {
  for (const one of requests) {
    written([one]);
    detection.judge(ada, one, { now: plus(one.endedAt, SECOND_MS), arrivedLate: false });
  }
}

/** What was found, resolved or not. */
const incidents = () => store.incidents.openedBetween(hours(-10_000), hours(10_000)).map(({ incident }) => incident);
const kinds = () => incidents().map(({ kind }) => kind);
const only = <K extends IncidentKind>(kind: K) => {
  const [incident, ...others] = incidents();
  if (incident?.kind !== kind || others.length > 0) throw new Error(`found ${kinds().join(', ') || 'nothing'}`);
  return incident.evidence;
};

describe('a storm of cache reads', () => {
  /** An hour of work on each of the last days, at noon. */
  const past = (days: number) =>
    Array.from({ length: days }, (_, n) => used(plus(NOON, -(n + 1) * DAY_MS), { cacheReadTokens: 1_000_000 }));
  const storm = (count: number, part: Partial<ApiRequest> = {}) =>
    Array.from({ length: count }, (_, n) =>
      used(seconds(n * 30), { cacheReadTokens: 600_000, outputTokens: 200, ...part }),
    );

  test('is told once the hour is far above what is usual, and grows in one incident', () => {
    written(past(20));
    arrive(...storm(8));
    expect(kinds()).toEqual([]);
    arrive(...storm(30).slice(8));
    expect(only('cache_read_storm')).toMatchObject({
      severity: 'warning',
      usualReadTokens: 1_000_000,
      readsPerOutputToken: 3000,
      clientVersion: '2.1.330',
    });
  });

  test('is unknown to somebody new', () => {
    written(past(19));
    arrive(...storm(60));
    expect(kinds()).toEqual([]);
  });

  test('is never part of what it is held against: neither this hour nor the one before', () => {
    written(past(20));
    const recent = Array.from({ length: 30 }, (_, n) =>
      used(minutes(-59 + n), { cacheReadTokens: 600_000, outputTokens: 200 }),
    );
    arrive(...recent);
    expect(only('cache_read_storm')).toMatchObject({ usualReadTokens: 1_000_000 });
  });

  test('is none when much came of it', () => {
    written(past(20));
    arrive(...storm(60, { outputTokens: 5000 }));
    expect(kinds()).toEqual([]);
  });
});

describe('prompts that cost many times the usual', () => {
  const prompts = (day: number, cents: number, count = 3) =>
    Array.from({ length: count }, (_, n) =>
      used(plus(NOON, day * DAY_MS + n * MINUTE_MS), { promptId: `${day} ${n}`, costMicros: cents * CENT }),
    );

  test('are told with what is usual on active days', () => {
    for (const day of [-9, -7, -6, -3, -2]) written(prompts(day, 30));
    arrive(...prompts(0, 300));
    expect(only('cost_inflation')).toMatchObject({
      model: MODEL,
      prompts: 3,
      costPerPromptMicros: 300 * CENT,
      usualCostPerPromptMicros: 30 * CENT,
      activeDays: 5,
    });
  });

  test('are not told on the fifth active day: that is the one that is judged', () => {
    for (const day of [-9, -7, -6, -3]) written(prompts(day, 30));
    arrive(...prompts(0, 30, 10), ...prompts(0.1, 300));
    expect(kinds()).toEqual([]);
  });

  test('are usual after days of them: a new way of working is no incident for ever', () => {
    for (const day of [-3, -2]) written(prompts(day, 30));
    for (const day of [-6, -5, -4]) written(prompts(day, 300));
    arrive(...prompts(0, 300));
    expect(kinds()).toEqual([]);
  });

  test('are learnt from four weeks', () => {
    for (const day of [-40, -39, -38, -37, -36]) written(prompts(day, 30));
    arrive(...prompts(0, 300));
    expect(kinds()).toEqual([]);
  });
});

describe('a hundred headless sessions in an hour', () => {
  const sessions = (from: number, count: number, part: Partial<ApiRequest> = {}) =>
    Array.from({ length: count }, (_, n) =>
      used(seconds((from + n) * 20), { session: sessionId(`run ${from + n}`), querySource: 'sdk', ...part }),
    );

  test('run away, one incident however many follow', () => {
    arrive(...sessions(0, 99));
    expect(kinds()).toEqual([]);
    arrive(...sessions(99, 40));
    expect(only('runaway')).toMatchObject({ rule: 'sessions', severity: 'warning' });
  });

  test('are still counted after a restart in between', () => {
    arrive(...sessions(0, 50));
    start();
    arrive(...sessions(50, 50));
    expect(only('runaway')).toMatchObject({ sessions: 100, requests: 100 });
  });

  test('are counted once, however often they are judged', () => {
    const half = sessions(0, 60);
    arrive(...half);
    for (const one of half) detection.judge(ada, one, { now: minutes(30), arrivedLate: false });
    expect(kinds()).toEqual([]);
  });

  test('are nothing new when a person sits in them', () => {
    arrive(...sessions(0, 120, { querySource: 'repl_main_thread' }));
    expect(kinds()).toEqual([]);
  });

  test('that arrived late are kept and said to nobody', () => {
    const late = sessions(0, 100);
    written(late);
    for (const one of late) detection.judge(ada, one, { now: hours(5), arrivedLate: true });
    expect(incidents()).toMatchObject([{ kind: 'runaway', isLate: true }]);
  });
});

describe('a fresh session that lost the 1-hour cache', () => {
  const wrote = (name: string, minute: number, ttl: '5m' | '1h') =>
    used(minutes(minute), {
      session: sessionId(name),
      cacheCreationTokens: 1000,
      cacheCreation5mTokens: ttl === '5m' ? 1000 : 0,
      cacheCreation1hTokens: ttl === '1h' ? 1000 : 0,
    });
  const session = (name: string, minute: number, ttl: '5m' | '1h') =>
    Array.from({ length: 4 }, (_, n) => wrote(name, minute + n, ttl));
  const ofAccount = (account: typeof ACCOUNT, ...names: readonly string[]) => {
    for (const name of names) store.sessions.see(ada, { session: sessionId(name), at: NOON, account });
  };

  test('is told once', () => {
    ofAccount(ACCOUNT, 'one', 'two');
    arrive(...session('one', 0, '1h'), ...session('two', 60, '5m'));
    expect(only('ttl_downgrade')).toMatchObject({
      session: sessionId('two'),
      requests: 3,
      lastOneHourWriteAt: minutes(3),
    });
  });

  test.each([
    ['is nothing to somebody who always had the 5-minute one', '5m', 60],
    ['is nothing a day after the last one', '1h', 25 * 60],
  ] as const)('%s', (_, before, minute) => {
    ofAccount(ACCOUNT, 'one', 'two');
    arrive(...session('one', 0, before), ...session('two', minute, '5m'));
    expect(kinds()).toEqual([]);
  });

  test('is nothing when it may be of another account', () => {
    ofAccount(ACCOUNT, 'one');
    ofAccount(UNKNOWN_ACCOUNT, 'two');
    arrive(...session('one', 0, '1h'), ...session('two', 60, '5m'));
    expect(kinds()).toEqual([]);
  });

  test('is nothing when it had it before the restart', () => {
    ofAccount(ACCOUNT, 'one', 'two');
    arrive(...session('one', 0, '1h'), ...session('two', 60, '1h'));
    start();
    arrive(...session('two', 70, '5m'));
    expect(kinds()).toEqual([]);
  });

  test('is nothing when a feed tells no source', () => {
    ofAccount(ACCOUNT, 'one', 'two');
    const nameless = [...session('one', 0, '1h'), ...session('two', 60, '5m')];
    arrive(...nameless.map((one) => ({ ...one, querySource: undefined })));
    expect(kinds()).toEqual([]);
  });
});

describe('what a window gained', () => {
  /** The status line is read, and once its telemetry has come in the sweep judges it. */
  function read(minute: number, usedPercent: number) {
    const at = minutes(minute);
    store.windows.read(ada, ACCOUNT, reading({ usedPercent, at }));
    for (const window of store.windows.known(ada, at)) detection.judgeWindow(ada, window, at);
  }
  const sweep = (minute: number) => detection.sweep(minutes(minute));
  const ofPrompt = (promptId: string, minute: number, cents: number, part: Partial<ApiRequest> = {}) =>
    used(minutes(minute), { promptId, costMicros: cents * CENT, ...part });
  /** Thirty prompts of the week before, at 50 cents. */
  const pastPrompts = () =>
    written(
      Array.from({ length: 30 }, (_, n) =>
        used(plus(NOON, -(n + 1) * 5 * HOUR_MS), { promptId: `past ${n}`, costMicros: 50 * CENT }),
      ),
    );

  test('is told when one prompt took most of it, as soon as its telemetry has had time to come', () => {
    pastPrompts();
    read(0, 10);
    read(5, 40);
    arrive(ofPrompt('big', 4, 300), ofPrompt('small', 3, 100, { session: sessionId('session-2') }));
    sweep(5.9);
    expect(kinds()).toEqual([]);
    sweep(6);
    expect(only('prompt_spike')).toMatchObject({
      promptId: 'big',
      session: SESSION,
      severity: 'info',
      took: { points: 22.5, low: 21.75, high: 23.25 },
      usualPoints: 3.75,
      isUsualOwn: true,
      costMicros: 300 * CENT,
    });
  });

  test('adds up over readings, and over a restart', () => {
    pastPrompts();
    read(0, 10);
    arrive(ofPrompt('big', 1, 100));
    read(2, 18);
    arrive(ofPrompt('big', 3, 100));
    start();
    read(4, 25);
    sweep(5);
    expect(only('prompt_spike')).toMatchObject({ took: { points: 15 }, requests: 2 });
  });

  test('is not charged to a prompt for what was used before the first reading', () => {
    pastPrompts();
    arrive(ofPrompt('big', 1, 900));
    read(2, 60);
    sweep(4);
    expect(kinds()).toEqual([]);
  });

  test('is told of a stranger by their plan alone', () => {
    read(0, 10);
    arrive(ofPrompt('big', 1, 900));
    read(2, 40);
    sweep(3);
    expect(kinds()).toEqual([]);
  });

  test('by headless work runs away from 30 points on, and grows', () => {
    const run = (minute: number, cents: number) =>
      used(minutes(minute), { costMicros: cents * CENT, querySource: 'sdk', session: sessionId('job') });
    read(0, 0);
    arrive(run(1, 300));
    read(2, 29);
    sweep(3);
    expect(kinds()).toEqual([]);
    arrive(run(4, 300), used(minutes(4), { costMicros: 300 * CENT }));
    read(5, 41);
    sweep(6);
    expect(only('runaway')).toMatchObject({
      rule: 'points',
      severity: 'warning',
      took: { points: 35 },
      sessions: 1,
      requests: 2,
      costMicros: 600 * CENT,
      window: { windowKind: 'five_hour', account: ACCOUNT },
    });
  });

  test('is judged late without a word when nobody could do so before', () => {
    pastPrompts();
    read(0, 10);
    arrive(ofPrompt('big', 1, 300));
    read(2, 40);
    sweep(18);
    expect(incidents()).toMatchObject([{ kind: 'prompt_spike', isLate: true }]);
  });

  test('is nothing when nothing rose', () => {
    read(0, 40);
    read(1, 40);
    arrive(ofPrompt('big', 2, 900));
    sweep(5);
    expect(kinds()).toEqual([]);
  });
});

describe('a feed that fell silent', () => {
  /** Work with telemetry at its end, and no status line after the first minute. */
  function work(requests: number, everyMinutes: number, part: Partial<ApiRequest> = {}) {
    store.reports.hear(ada, 'status_line', minutes(0));
    for (let n = 1; n <= requests; n++) {
      const at = minutes(n * everyMinutes);
      arrive(used(at, part));
      store.reports.hear(ada, 'telemetry', at);
      detection.sweep(at);
    }
  }

  test('is told after an hour of work, and is over when it speaks again', () => {
    work(25, 3);
    expect(only('data_silence')).toMatchObject({ feed: 'status_line', silentSince: NOON, missed: 21 });
    store.reports.hear(ada, 'status_line', minutes(76));
    detection.sweep(minutes(90));
    expect(incidents()).toMatchObject([{ resolved: { by: 'heard', at: minutes(76) } }]);
  });

  test('is missed by no headless work', () => {
    work(100, 3, { querySource: 'sdk' });
    expect(kinds()).toEqual([]);
  });

  test('is telemetry when the status line counts requests that nobody else told of', () => {
    store.reports.hear(ada, 'telemetry', NOON);
    for (let n = 0; n <= 30; n++) {
      const at = minutes(n * 3);
      store.reports.addCacheReport(ada, {
        session: SESSION,
        at,
        requests: n,
        misses: 0,
        expectedRebuilds: 0,
        missRecacheTokens: 0,
      });
      store.reports.hear(ada, 'status_line', at);
      detection.sweep(at);
    }
    expect(only('data_silence')).toMatchObject({ feed: 'telemetry', silentSince: NOON });
    store.reports.hear(ada, 'webhook', minutes(91));
    detection.sweep(minutes(100));
    expect(incidents()).toMatchObject([{ resolved: { by: 'heard' } }]);
  });
});

test('weeks of ordinary work are no incident', () => {
  const models = [MODEL, 'claude-opus-5-5'];
  for (let day = -20; day <= 0; day++) {
    for (let n = 0; n < 60; n++) {
      const size = 1 + ((day * 7 + n * 13) % 11) ** 2 / 20;
      arrive(
        used(plus(NOON, day * DAY_MS + n * 4 * MINUTE_MS), {
          session: sessionId(`${day} ${Math.floor(n / 20)}`),
          promptId: `${day} ${Math.floor(n / 4)}`,
          model: models[n % 7 === 0 ? 1 : 0] ?? MODEL,
          cacheReadTokens: Math.round(60_000 * size),
          outputTokens: Math.round(300 * size),
          costMicros: Math.round(4 * CENT * size),
        }),
      );
    }
    detection.sweep(plus(NOON, day * DAY_MS + 5 * HOUR_MS));
  }
  expect(kinds()).toEqual([]);
});
