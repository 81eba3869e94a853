import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiRequest } from '../../src/model/api-request.ts';
import type { CacheReport } from '../../src/model/cache-report.ts';
import { accountId, type DeveloperId, sessionId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import { DAY_MS, type EpochMs, plus } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { ACCOUNT, hours, MODEL, minutes, NOON, request, SESSION, seconds } from '../support/builders.ts';

const OTHER_MODEL = 'claude-haiku-5-5';
const ALWAYS = { from: hours(-1000), before: hours(1000) };

let store: Store;
let ada: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  return () => store.close();
});

const used = (part: Partial<ApiRequest> = {}) =>
  request({
    inputTokens: 3,
    outputTokens: 10,
    cacheReadTokens: 1000,
    cacheCreationTokens: 50,
    costMicros: 500,
    ...part,
  });

/** Writes requests as the collector does. */
function arrive(...requests: readonly ApiRequest[]) {
  store.transaction(() => {
    for (const one of requests) {
      store.requests.keep(ada, one, one.endedAt);
    }
  });
}

const reads = (span = ALWAYS) => store.usage.readsOfActiveHours(ada, span).toSorted((a, b) => a - b);
const daily = (span = ALWAYS) => Object.fromEntries(store.usage.dailyCostPerPrompt(ada, span));

describe('the hours of a developer', () => {
  test('add up over models and commits', () => {
    arrive(used(), used({ endedAt: minutes(10), sequence: 1, model: OTHER_MODEL }));
    arrive(used({ endedAt: minutes(59) }), used({ endedAt: minutes(60) }));
    expect(reads()).toEqual([1000, 3000]);
  });

  test('are active when the cache was read', () => {
    arrive(used({ cacheReadTokens: 0 }));
    expect(reads()).toEqual([]);
  });

  test('are those that began in the span', () => {
    arrive(used({ endedAt: minutes(59) }), used({ endedAt: minutes(60), cacheReadTokens: 7 }));
    expect(reads({ from: NOON, before: hours(1) })).toEqual([1000]);
    expect(reads({ from: minutes(1), before: plus(hours(1), 1) })).toEqual([7]);
  });

  test('are not those of another', () => {
    arrive(used());
    const grace = store.developers.forEmail('grace@example.com', { now: NOON });
    expect(store.usage.readsOfActiveHours(grace, ALWAYS)).toEqual([]);
  });

  test('are known before they are written', () => {
    store.transaction(() => {
      store.requests.keep(ada, used(), NOON);
      expect(reads()).toEqual([1000]);
    });
  });

  test('forget what was undone', () => {
    const undone = () =>
      store.transaction(() => {
        store.requests.keep(ada, used(), NOON);
        throw new Error('undone');
      });
    expect(undone).toThrow('undone');
    arrive(used({ cacheReadTokens: 5 }));
    expect(reads()).toEqual([5]);
  });
});

describe('the prompts of a developer', () => {
  const ofPrompt = (promptId: string, part: Partial<ApiRequest> = {}) => used({ promptId, ...part });

  test('cost on average, by model and day, what all their requests cost', () => {
    arrive(ofPrompt('one'), ofPrompt('one', { endedAt: minutes(1) }), ofPrompt('two', { endedAt: minutes(2) }));
    arrive(ofPrompt('three', { endedAt: hours(24), costMicros: 40 }), used({ endedAt: minutes(3), costMicros: 9999 }));
    expect(daily()).toEqual({ [MODEL]: [750, 40] });
  });

  test('belong to the model of their main conversation, whichever request came first', () => {
    const title = ofPrompt('one', { origin: 'background', model: OTHER_MODEL, costMicros: 20 });
    arrive(title);
    expect(daily()).toEqual({ [OTHER_MODEL]: [20] });
    arrive(ofPrompt('one', { endedAt: minutes(1) }));
    arrive({ ...title, endedAt: minutes(2) });
    expect(daily()).toEqual({ [MODEL]: [540] });
  });

  test('have no cost when a part of them has no price', () => {
    arrive(ofPrompt('one'), ofPrompt('one', { endedAt: minutes(1), costMicros: undefined }));
    expect(daily()).toEqual({});
    expect(store.usage.promptCosts(ada, ALWAYS, '')).toEqual([]);
  });

  test('are told one by one, but for the one that is judged', () => {
    arrive(ofPrompt('one'), ofPrompt('two', { endedAt: minutes(2), costMicros: 40 }));
    expect(store.usage.promptCosts(ada, ALWAYS, 'two')).toEqual([500]);
  });

  test('are those that ended in the span', () => {
    arrive(ofPrompt('one'), ofPrompt('one', { endedAt: minutes(10) }));
    expect(store.usage.promptCosts(ada, { from: NOON, before: minutes(10) }, '')).toEqual([]);
    expect(store.usage.promptCosts(ada, { from: minutes(10), before: minutes(11) }, '')).toEqual([1000]);
  });
});

test('the requests of a span are told in order with what counts of them', () => {
  arrive(
    used({ endedAt: minutes(9), agent: 'a1', origin: 'agent' }),
    used({ endedAt: minutes(5), promptId: 'one', sequence: 4 }),
  );
  arrive(used({ endedAt: minutes(10), costMicros: undefined, clientVersion: '2.1.330', querySource: 'sdk' }));
  const told = store.usage.requests(ada, { from: minutes(5), before: minutes(10) });
  expect(told).toMatchObject([
    { endedAt: minutes(5), promptId: 'one', sequence: 4, origin: 'main', costMicros: 500, outputTokens: 10 },
    { endedAt: minutes(9), agent: 'a1', origin: 'agent', session: SESSION, cacheReadTokens: 1000 },
  ]);
  expect(store.usage.requests(ada, ALWAYS).at(-1)).toMatchObject({
    costMicros: undefined,
    clientVersion: '2.1.330',
    querySource: 'sdk',
  });
});

describe('what was spent between two readings', () => {
  const spent = (part: { account?: string; scope?: string } = {}, after = NOON, to = minutes(10)) => {
    const window = { account: accountId(part.account ?? ACCOUNT), scope: part.scope ?? '' };
    return store.usage
      .spentBetween(ada, window, { after, to })
      .map(({ promptId, isHeadless, requests, costMicros }) => ({ promptId, isHeadless, requests, costMicros }));
  };

  test('is told by prompt, and apart for headless work', () => {
    const at = (minute: number, part: Partial<ApiRequest>) => used({ endedAt: minutes(minute), ...part });
    arrive(
      at(1, { promptId: 'one' }),
      at(2, { promptId: 'one' }),
      at(3, { promptId: 'one', origin: 'agent', agent: 'a1' }),
      at(4, { promptId: 'two', querySource: 'sdk' }),
      at(5, { origin: 'background', querySource: 'agent:builtin' }),
    );
    expect(spent()).toEqual([
      { promptId: undefined, isHeadless: true, requests: 1, costMicros: 500 },
      { promptId: 'one', isHeadless: false, requests: 2, costMicros: 1000 },
      { promptId: 'one', isHeadless: true, requests: 1, costMicros: 500 },
      { promptId: 'two', isHeadless: true, requests: 1, costMicros: 500 },
    ]);
  });

  test('is what ended after the one, and by the other', () => {
    arrive(used(), used({ endedAt: minutes(10), costMicros: 7 }), used({ endedAt: plus(minutes(10), 1) }));
    expect(spent()).toMatchObject([{ requests: 1, costMicros: 7 }]);
  });

  test('tells how much of it has no price, and the model of the conversation', () => {
    arrive(
      used({ promptId: 'one', endedAt: minutes(1), model: 'claude-zeta-9', origin: 'unknown', costMicros: undefined }),
      used({ promptId: 'one', endedAt: minutes(2) }),
    );
    expect(store.usage.spentBetween(ada, { account: ACCOUNT, scope: '' }, { after: NOON, to: minutes(5) })).toEqual([
      {
        promptId: 'one',
        session: SESSION,
        model: MODEL,
        isHeadless: false,
        requests: 2,
        costMicros: 500,
        unpricedRequests: 1,
      },
    ]);
  });

  test('leaves out what another account spent, as far as both are known', () => {
    const sessions = { known: ACCOUNT, other: accountId('account-2'), new: UNKNOWN_ACCOUNT };
    for (const [name, account] of Object.entries(sessions)) {
      store.sessions.see(ada, { session: sessionId(name), at: NOON, account });
      arrive(used({ session: sessionId(name), endedAt: minutes(1) }));
    }
    arrive(used({ session: sessionId('never seen'), endedAt: minutes(1) }));
    expect(spent()).toHaveLength(3);
    expect(spent({ account: UNKNOWN_ACCOUNT })).toHaveLength(4);
  });

  test('leaves out models that the window does not limit', () => {
    arrive(used({ endedAt: minutes(1) }), used({ endedAt: minutes(2), model: 'claude-opus-5-5', costMicros: 7 }));
    expect(spent({ scope: 'opus' })).toMatchObject([{ costMicros: 7 }]);
  });
});

describe('where sessions wrote a cache', () => {
  const main = (part: Partial<ApiRequest>) => used({ querySource: 'repl_main_thread', ...part });
  const five = { cacheCreation5mTokens: 50, cacheCreation1hTokens: 0 };
  const one = { cacheCreation5mTokens: 0, cacheCreation1hTokens: 50 };
  const writes = () => Object.fromEntries(store.usage.sessionWrites(ada, MODEL, ALWAYS));

  test('is told by session, with the newest to the one and the first to the other', () => {
    arrive(...[1, 2].map((minute) => main({ endedAt: minutes(minute), ...one })));
    arrive(...[3, 4, 5].map((minute) => main({ endedAt: minutes(minute), ...five })));
    arrive(main({ session: sessionId('other'), endedAt: minutes(6), ...five }));
    expect(writes()).toEqual({
      [SESSION]: { oneHour: 2, lastOneHourAt: minutes(2), fiveMinutes: 3, firstFiveMinutesAt: minutes(3) },
      other: { oneHour: 0, lastOneHourAt: undefined, fiveMinutes: 1, firstFiveMinutesAt: minutes(6) },
    });
  });

  test.each([
    ['another model', { ...one, model: OTHER_MODEL }],
    ['a client that does not split', {}],
    ['a request that wrote nothing', { cacheCreation5mTokens: 0, cacheCreation1hTokens: 0 }],
    ['headless work', { ...one, querySource: 'sdk' }],
    ['a feed that names no source', { ...one, querySource: undefined }],
    ['a name that only looks like it', { ...one, querySource: 'replXmain_thread' }],
  ])('is not told by %s', (_, part) => {
    arrive(main(part));
    expect(writes()).toEqual({});
  });
});

describe('feeds', () => {
  const since = { quietSince: hours(0), aliveSince: minutes(55), connectedSince: hours(-100), now: hours(1) };
  const quiet = (part: Partial<typeof since> = {}) => store.usage.quietFeeds({ ...since, ...part });
  const hear = (heard: Partial<Record<'status_line' | 'telemetry' | 'webhook' | 'hook', EpochMs>>) => {
    for (const [feed, at] of Object.entries(heard)) store.reports.hear(ada, feed as keyof typeof heard, at);
  };

  test.each([
    ['a status line that telemetry has outlived', { status_line: minutes(-5), telemetry: hours(1) }, 'status_line'],
    ['or that a webhook has', { status_line: minutes(-5), webhook: hours(1) }, 'status_line'],
    ['telemetry that the status line has outlived', { telemetry: minutes(-5), status_line: hours(1) }, 'telemetry'],
  ])('are quiet: %s', (_, heard, feed) => {
    hear(heard);
    expect(quiet()).toEqual([{ developer: ada, feed, lastHeardAt: minutes(-5) }]);
  });

  test.each([
    ['both spoke lately', { status_line: minutes(50), telemetry: hours(1) }],
    ['neither speaks', { status_line: minutes(-5), telemetry: minutes(54) }],
    ['one was never there', { telemetry: hours(1) }],
    ['a hook is no telemetry', { status_line: hours(1), hook: minutes(-5) }],
    ['a webhook stands in for telemetry', { status_line: hours(1), telemetry: minutes(-5), webhook: hours(1) }],
    ['it was given up long ago', { status_line: hours(-101), telemetry: hours(1) }],
  ])('are not quiet when %s', (_, heard) => {
    hear(heard);
    expect(quiet()).toEqual([]);
  });

  const statusLine = () => ({ developer: ada, feed: 'status_line', lastHeardAt: NOON }) as const;
  const telemetry = () => ({ ...statusLine(), feed: 'telemetry' }) as const;

  test('miss the interactive requests since', () => {
    const main = { querySource: 'repl_main_thread:outputStyle:x' };
    arrive(used(main), used({ ...main, endedAt: minutes(5) }), used({ ...main, endedAt: minutes(9) }));
    arrive(used({ endedAt: minutes(6), querySource: 'sdk' }), used({ endedAt: minutes(10) }));
    expect(store.usage.missedBy(statusLine(), NOON)).toEqual({
      feed: 'status_line',
      lastHeardAt: NOON,
      missed: 2,
      firstMissedAt: minutes(5),
      lastMissedAt: minutes(9),
    });
    expect(store.usage.missedBy(statusLine(), minutes(9))).toBeUndefined();
  });

  test('miss the requests that status lines counted since, and not those that were only drawn again', () => {
    const counted = (at: EpochMs, requests: number, part: Partial<CacheReport> = {}) =>
      store.reports.addCacheReport(ada, {
        session: SESSION,
        at,
        requests,
        misses: 0,
        expectedRebuilds: 0,
        missRecacheTokens: 0,
        expiresAt: plus(at, DAY_MS),
        ...part,
      });
    counted(seconds(-10), 4);
    counted(minutes(1), 6);
    counted(minutes(2), 6);
    counted(minutes(5), 9);
    counted(minutes(6), 1);
    counted(minutes(7), 2);
    counted(minutes(30), 50, { session: sessionId('first seen') });
    expect(store.usage.missedBy(telemetry(), NOON)).toMatchObject({
      missed: 6,
      firstMissedAt: minutes(1),
      lastMissedAt: minutes(7),
    });
    expect(store.usage.missedBy(telemetry(), minutes(7))).toBeUndefined();
  });
});
