import { beforeEach, describe, expect, test } from 'vitest';
import { type DeveloperId, sessionId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { ACCOUNT, marker, minutes, NOON, request, SESSION } from '../support/builders.ts';

let store: Store;
let ann: DeveloperId;
let bob: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ann = store.developers.forEmail('ann@example.com', { now: NOON });
  bob = store.developers.forEmail('bob@example.com', { now: NOON });
  return () => store.close();
});

describe('a session', () => {
  test('has an unknown account until telemetry names it, and keeps it then', () => {
    expect(store.sessions.account(ann, SESSION)).toBe(UNKNOWN_ACCOUNT);
    store.sessions.see(ann, { session: SESSION, at: NOON });
    expect(store.sessions.account(ann, SESSION)).toBe(UNKNOWN_ACCOUNT);
    store.sessions.see(ann, {
      session: SESSION,
      at: NOON,
      account: ACCOUNT,
      clientVersion: '2.1.330',
      startType: 'resume',
    });
    store.sessions.see(ann, { session: SESSION, at: NOON });
    expect(store.sessions.account(ann, SESSION)).toBe(ACCOUNT);
  });

  test('belongs to nobody before it was seen, then to whom it was last seen with', () => {
    expect(store.sessions.owner(SESSION)).toBeUndefined();
    store.sessions.see(ann, { session: SESSION, at: minutes(2) });
    store.sessions.see(bob, { session: SESSION, at: minutes(1) });
    expect(store.sessions.owner(SESSION)).toBe(ann);
    store.sessions.see(bob, { session: SESSION, at: minutes(3) });
    expect(store.sessions.owner(SESSION)).toBe(bob);
  });
});

describe('what is known of a session', () => {
  const seen = (developer: DeveloperId, name: string, minute: number) =>
    store.sessions.see(developer, { session: sessionId(name), at: minutes(minute), clientVersion: '2.1.330' });

  test('began with what came first, until a turn of it was judged', () => {
    seen(ann, 's', 5);
    seen(ann, 's', 9);
    expect(store.sessions.beganAt(ann, sessionId('s'), minutes(5))).toBe(true);
    expect(store.sessions.beganAt(ann, sessionId('s'), minutes(9))).toBe(false);
    expect(store.sessions.beganAt(ann, sessionId('unknown'), minutes(5))).toBe(false);
    store.sessions.setCountedUntil(ann, sessionId('s'), minutes(9));
    expect(store.sessions.beganAt(ann, sessionId('s'), minutes(5))).toBe(false);
  });

  test('is counted up to its newest turn, and never back', () => {
    seen(ann, 's', 5);
    for (const minute of [9, 7]) store.sessions.setCountedUntil(ann, sessionId('s'), minutes(minute));
    store.sessions.forget();
    expect(store.sessions.countedUntil(ann, sessionId('s'))).toBe(minutes(9));
    expect(store.sessions.countedUntil(bob, sessionId('s'))).toBe(0);
  });

  test('tells how many developers are at work on a client version', () => {
    seen(ann, 'a', 5);
    seen(ann, 'b', 6);
    seen(bob, 'c', 1);
    expect(store.sessions.developersOn('2.1.330', minutes(0))).toBe(2);
    expect(store.sessions.developersOn('2.1.330', minutes(2))).toBe(1);
    expect(store.sessions.developersOn('2.1.329', minutes(0))).toBe(0);
  });
});

describe('markers', () => {
  test('are kept once and read in event order from a moment on', () => {
    expect(store.sessions.addMarker(ann, marker('clear', minutes(2)))).toBe(true);
    expect(store.sessions.addMarker(ann, marker('clear', minutes(2)))).toBe(false);
    expect(store.sessions.addMarker(ann, marker('resume', minutes(1)))).toBe(true);
    expect(store.sessions.addMarker(ann, marker('compaction', minutes(-1)))).toBe(true);
    expect(store.sessions.markers(ann, SESSION, NOON)).toEqual([
      marker('resume', minutes(1)),
      marker('clear', minutes(2)),
    ]);
    expect(store.sessions.markers(bob, SESSION, NOON)).toEqual([]);
  });
});

describe('errors', () => {
  const fail = (minute: number, statusCode?: number) =>
    store.sessions.addError(ann, { session: SESSION, at: minutes(minute), statusCode }, minutes(minute + 1));

  test('are kept once', () => {
    expect([fail(1, 429), fail(1, 429), fail(1, 500), fail(1)]).toEqual([true, false, true, true]);
  });

  test('tell of the newest 429, from a moment on', () => {
    for (const [minute, status] of [
      [1, 429],
      [2, 429],
      [3, 529],
      [4, undefined],
    ] as const)
      fail(minute, status);
    expect(store.sessions.lastThrottled(ann, ACCOUNT, NOON)).toBe(minutes(2));
    expect(store.sessions.lastThrottled(ann, ACCOUNT, minutes(3))).toBeUndefined();
    expect(store.sessions.lastThrottled(bob, ACCOUNT, NOON)).toBeUndefined();
  });

  test('are over once a request went through that was sent after them', () => {
    fail(2, 429);
    store.requests.keep(ann, request({ requestId: 'sent-before', startedAt: minutes(1), endedAt: minutes(3) }), NOON);
    expect(store.sessions.lastThrottled(ann, ACCOUNT, NOON)).toBe(minutes(2));
    store.requests.keep(ann, request({ requestId: 'sent-after', startedAt: minutes(3), endedAt: minutes(4) }), NOON);
    expect(store.sessions.lastThrottled(ann, ACCOUNT, NOON)).toBeUndefined();
  });
});
