import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { sessionId } from '../../src/model/ids.ts';
import { costMicros } from '../../src/model/prices.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { hours, MODEL, minutes, NOON, request, SESSION, seconds } from '../support/builders.ts';

let store: Store;
let developer: ReturnType<Store['developers']['forEmail']>;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  developer = store.developers.forEmail('ann@example.com', { now: NOON });
  return () => store.close();
});

/** A request as it comes back: its ids only tell whether it came before. */
const unnamed = (part: Parameters<typeof request>[0]) =>
  request({ ...part, requestId: undefined, clientRequestId: undefined });
const all = () => store.requests.ofSession(developer, SESSION, NOON).map((stored) => unnamed(stored.request));

/** An undone transaction takes all from memory. */
function loseMemory() {
  const undone = () =>
    store.transaction(() => {
      throw new Error('undone');
    });
  expect(undone).toThrow('undone');
}

// In the tables or not: that must make no difference.
describe.each([
  { where: 'held in memory', settle: () => {} },
  { where: 'settled', settle: () => store.settle() },
  { where: 'read back from the journal', settle: loseMemory },
])('$where:', ({ settle }) => {
  function keep(...args: Parameters<Store['requests']['keep']>) {
    const outcome = store.requests.keep(...args);
    settle();
    return outcome;
  }
  const kept = (part: Parameters<typeof request>[0]) => keep(developer, request(part), NOON);

  describe('a request', () => {
    test('comes back as it was kept, with when it arrived', () => {
      const whole = request({
        origin: 'agent',
        agent: 'a1',
        querySource: 'agent:custom',
        clientVersion: '2.1.330',
        promptId: 'p1',
        requestId: 'req_1',
        clientRequestId: 'c1',
        sequence: 3,
        startedAt: seconds(-9),
        endedAt: NOON,
        inputTokens: 1,
        outputTokens: 2,
        cacheReadTokens: 3,
        cacheCreationTokens: 9,
        cacheCreation5mTokens: 4,
        cacheCreation1hTokens: 5,
      });
      const priced = { ...whole, costMicros: costMicros(whole) };
      keep(developer, priced, minutes(1));
      expect(all()).toEqual([unnamed(priced)]);
      expect(store.requests.ofSession(developer, SESSION, NOON)[0]?.receivedAt).toBe(minutes(1));
    });

    test('may know no more than its tokens', () => {
      kept({});
      expect(all()).toEqual([request()]);
    });

    test('keeps whose it is and what it was for, however many others there are', () => {
      const agents = Array.from({ length: 12 }, (_, n) => `a${n}`);
      const calls = [...agents, ...agents].map((agent, n) => ({ endedAt: seconds(n), agent, promptId: `p${n % 5}` }));
      for (const call of calls) kept({ ...call, origin: 'agent' });
      expect(all().map(({ endedAt, agent, promptId }) => ({ endedAt, agent, promptId }))).toEqual(calls);
    });

    test('is one of several that ended in the same millisecond', () => {
      const ids = ['req_1', 'req_2', 'req_3'];
      expect(ids.map((requestId, n) => kept({ requestId, outputTokens: n }))).toEqual(ids.map(() => 'accepted'));
      expect(ids.map((requestId, n) => kept({ requestId, outputTokens: n }))).toEqual(ids.map(() => 'duplicate'));
      expect(kept({ requestId: 'req_2', outputTokens: 9 })).toBe('conflict');
      expect(all().map(({ outputTokens }) => outputTokens)).toEqual([0, 1, 2]);
    });

    test('belongs to one developer and one session', () => {
      const other = store.developers.forEmail('bob@example.com', { now: NOON });
      kept({ requestId: 'req_1' });
      expect(keep(other, request({ requestId: 'req_1' }), NOON)).toBe('accepted');
      kept({ session: sessionId('session-2') });
      expect(all()).toHaveLength(1);
    });
  });

  const UUID = '0b3f6a52-7c1d-4e8f-9a0b-5d2c8e7f1a34';

  describe('a request that comes twice is kept once', () => {
    test.each([
      ['by its request id', { requestId: 'req_1' }, { requestId: 'req_1', endedAt: seconds(1) }],
      ['by its client request id', { clientRequestId: 'c1' }, { clientRequestId: 'c1', endedAt: seconds(1) }],
      ['by an id that is a UUID', { clientRequestId: UUID }, { clientRequestId: UUID, endedAt: seconds(1) }],
      ['by its moment and sequence', { sequence: 4 }, { sequence: 4 }],
      ['by its moment alone', {}, {}],
      ['by either id when it has both', { requestId: 'req_1', clientRequestId: 'c1' }, { clientRequestId: 'c1' }],
    ])('%s', (_, first, again) => {
      expect(kept(first)).toBe('accepted');
      expect(kept(again)).toBe('duplicate');
      expect(all()).toHaveLength(1);
    });
  });

  describe('a request that several feeds tell is one, whichever comes first', () => {
    const COUNTED = { sequence: 4, inputTokens: 3, outputTokens: 42 };
    const TOLD = [
      { ...COUNTED, requestId: 'req_1' },
      { ...COUNTED, requestId: 'req_1', clientRequestId: 'c1' },
      { ...COUNTED, clientRequestId: 'c1' },
      COUNTED,
    ];

    test('and ends with all its names', () => {
      const orders = fc.shuffledSubarray(TOLD, { minLength: TOLD.length });
      let nr = 0;
      fc.assert(
        fc.property(orders, (order) => {
          nr += 1;
          const ann = store.developers.forEmail(`${nr}@example.com`, { now: NOON });
          const outcomes = order.map((part) => keep(ann, request(part), NOON));
          expect(outcomes).toEqual(['accepted', 'duplicate', 'duplicate', 'duplicate']);
          const byAnyName = TOLD.map((part) => keep(ann, request(part), NOON));
          expect(byAnyName).toEqual(TOLD.map(() => 'duplicate'));
          expect(store.requests.ofSession(ann, SESSION, NOON)).toHaveLength(1);
        }),
      );
    });
  });

  describe('a request from a clock that is ahead', () => {
    const arrived = (minute: number) => ({ endedAt: minutes(minute), toldAt: minutes(60), inputTokens: 3 });

    test('is the same when it is sent again and arrives later, even once the time it told has come', () => {
      expect(kept(arrived(0))).toBe('accepted');
      expect(kept(arrived(1))).toBe('duplicate');
      expect(kept({ endedAt: minutes(60), inputTokens: 3 })).toBe('duplicate');
      expect(all()).toEqual([request(arrived(0))]);
    });

    test('is another one than what ended just when it arrived', () => {
      expect([kept(arrived(0)), kept({ inputTokens: 3 })]).toEqual(['accepted', 'accepted']);
    });
  });

  describe('requests are two', () => {
    test.each([
      ['with two request ids', { requestId: 'req_1' }, { requestId: 'req_2' }],
      ['with two client request ids', { clientRequestId: 'c1' }, { clientRequestId: 'c2' }],
      ['with one name in two ways', { requestId: 'one' }, { clientRequestId: 'one' }],
      ['with a UUID in small and in capital letters', { requestId: UUID }, { requestId: UUID.toUpperCase() }],
      ['with two sequences', { sequence: 4 }, { sequence: 5 }],
      ['of two sub-agents', { origin: 'agent', agent: 'a1' }, { origin: 'agent', agent: 'a2' }],
      ['to two models', { model: MODEL }, { model: 'claude-opus-5-5' }],
      ['at two moments', {}, { endedAt: seconds(1) }],
      ['when only one of them has an id, and no sequence says more', { requestId: 'req_1' }, {}],
      [
        'when ids differ, whatever the sequence',
        { requestId: 'req_1', sequence: 4 },
        { requestId: 'req_2', sequence: 4 },
      ],
    ] as const)('%s', (_, first, second) => {
      expect([kept(first), kept(second)]).toEqual(['accepted', 'accepted']);
      expect(all()).toHaveLength(2);
    });
  });

  describe('a name that a duplicate brings', () => {
    test('is learnt, so that the next one is found by it', () => {
      kept({ requestId: 'req_1' });
      expect(kept({ requestId: 'req_1', clientRequestId: 'c1' })).toBe('duplicate');
      expect(kept({ clientRequestId: 'c1' })).toBe('duplicate');
      expect(all()).toHaveLength(1);
    });

    test('is learnt the other way round', () => {
      kept({ clientRequestId: 'c1' });
      expect(kept({ requestId: 'req_1', clientRequestId: 'c1' })).toBe('duplicate');
      expect(kept({ requestId: 'req_1' })).toBe('duplicate');
      expect(all()).toHaveLength(1);
    });

    test('does not replace a name, and takes none that another request has', () => {
      kept({ requestId: 'req_1', clientRequestId: 'c1', outputTokens: 1 });
      kept({ requestId: 'req_2' });
      expect(kept({ requestId: 'req_2', clientRequestId: 'c1' })).toBe('duplicate');
      expect(kept({ clientRequestId: 'c1', outputTokens: 1 })).toBe('duplicate');
      expect(all()).toHaveLength(2);
    });
  });

  describe('the same id with another payload', () => {
    test('is a conflict, and the first one stands', () => {
      kept({ requestId: 'req_1', outputTokens: 10 });
      expect(kept({ requestId: 'req_1', outputTokens: 99 })).toBe('conflict');
      expect(all().map((one) => one.outputTokens)).toEqual([10]);
    });

    test.each([
      ['session', { session: sessionId('session-2') }],
      ['model', { model: 'claude-opus-5-5' }],
      ['input', { inputTokens: 1 }],
      ['reads', { cacheReadTokens: 1 }],
      ['writes', { cacheCreationTokens: 1 }],
    ])('means another %s', (_, part) => {
      kept({ requestId: 'req_1' });
      expect(kept({ requestId: 'req_1', ...part })).toBe('conflict');
    });

    test('is none where only time or cost differ: two feeds of one request', () => {
      kept({ requestId: 'req_1', costMicros: 10 });
      expect(kept({ requestId: 'req_1', costMicros: 11, endedAt: seconds(1) })).toBe('duplicate');
    });
  });

  describe('what was kept in a transaction that was undone', () => {
    const undone = () =>
      store.transaction(() => {
        store.requests.keep(developer, request({ requestId: 'req_1', promptId: 'p1' }), NOON);
        throw new Error('undone');
      });

    test('was never there, and comes back whole when it is sent again', () => {
      expect(undone).toThrow('undone');
      expect(all()).toEqual([]);
      expect(kept({ requestId: 'req_1', promptId: 'p1' })).toBe('accepted');
      expect(all()).toEqual([unnamed({ promptId: 'p1' })]);
    });

    test('takes the whole transaction along where that was a part of one', () => {
      const whole = () =>
        store.transaction(() => {
          expect(undone).toThrow('undone');
          store.requests.keep(developer, request({ requestId: 'req_2' }), NOON);
        });
      expect(whole).toThrow('savepoint');
      expect(all()).toEqual([]);
      expect(kept({ requestId: 'req_2' })).toBe('accepted');
    });
  });

  describe('a session', () => {
    test('is read in event order, by sequence within a moment, from a moment on', () => {
      kept({ endedAt: seconds(20), sequence: 9 });
      kept({ endedAt: seconds(10), sequence: 8 });
      kept({ endedAt: seconds(10), sequence: 7 });
      kept({ endedAt: seconds(-1), sequence: 1 });
      expect(all().map((one) => one.sequence)).toEqual([7, 8, 9]);
    });
  });

  describe('usage', () => {
    test('sums what ended in a stretch of time, its end left out', () => {
      kept({ inputTokens: 1, cacheReadTokens: 20, cacheCreationTokens: 300, outputTokens: 5, costMicros: 70 });
      kept({ endedAt: minutes(59), inputTokens: 1, costMicros: undefined });
      kept({ endedAt: hours(1), inputTokens: 999, costMicros: 999 });
      const sum = {
        requests: 2,
        contextTokens: 322,
        cacheReadTokens: 20,
        outputTokens: 5,
        costMicros: 70,
        unpricedRequests: 1,
      };
      expect(store.requests.usage(developer, NOON, hours(1))).toEqual(sum);
    });

    test('is nothing where nothing was sent', () => {
      expect(store.requests.usage(developer, NOON, hours(1))).toMatchObject({ requests: 0, costMicros: 0 });
    });

    test('is told request by request, oldest first, with unknown costs unknown', () => {
      kept({ endedAt: minutes(2), costMicros: 5 });
      kept({ endedAt: minutes(1) });
      kept({ endedAt: minutes(-1), costMicros: 5 });
      expect(store.requests.spentSince(developer, NOON)).toEqual([
        { at: minutes(1), costMicros: undefined },
        { at: minutes(2), costMicros: 5 },
      ]);
    });
  });
});
