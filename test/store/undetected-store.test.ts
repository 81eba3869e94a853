import { beforeEach, describe, expect, test } from 'vitest';
import { requestEvent } from '../../src/detectors/session-trace.ts';
import { type DeveloperId, sessionId } from '../../src/model/ids.ts';
import type { EpochMs } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Note } from '../../src/store/undetected-store.ts';
import { marker, minutes, NOON, readWrite, SESSION } from '../support/builders.ts';

let store: Store;
let ann: DeveloperId;
let bob: DeveloperId;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ann = store.developers.forEmail('ann@example.com', { now: NOON });
  bob = store.developers.forEmail('bob@example.com', { now: NOON });
  return () => store.close();
});

const touch = (developer: DeveloperId, at: EpochMs, is: Note['is'] = 'error') =>
  store.undetected.note(developer, { session: SESSION, at, is });
const next = (now = NOON) =>
  store.undetected.next(now, 10).map(({ developer, session, fromAt }) => ({ developer, session, fromAt }));

test('what no detector has seen waits once for each session, from the earliest moment that is new', () => {
  for (const minute of [5, 3, 9]) touch(ann, minutes(minute));
  touch(bob, minutes(1));
  const waiting = [
    { developer: ann, session: SESSION, fromAt: minutes(3) },
    { developer: bob, session: SESSION, fromAt: minutes(1) },
  ];
  expect(next()).toEqual(waiting);
  store.undetected.forget();
  expect(next()).toEqual(waiting);
});

test('it waits no more once it was seen, nor after a restart', () => {
  touch(ann, NOON);
  store.undetected.note(ann, { session: sessionId('session-2'), at: NOON, is: 'error' });
  store.undetected.detected({ developer: ann, session: SESSION });
  expect(next().map((one) => one.session)).toEqual(['session-2']);
  store.undetected.forget();
  expect(next().map((one) => one.session)).toEqual(['session-2']);
});

test.each([
  ['asked to be judged anew', () => store.undetected.judgeAgain(ann, SESSION, minutes(-1))],
  ['told something older', () => touch(ann, minutes(-1))],
])('it waits no more, nor after a restart, where it was %s in the transaction that judged it', (_, change) => {
  touch(ann, NOON);
  store.transaction(() => {
    change();
    expect(next()).toMatchObject([{ fromAt: minutes(-1) }]);
    store.undetected.detected({ developer: ann, session: SESSION });
  });
  expect(next()).toEqual([]);
  store.undetected.forget();
  expect(next()).toEqual([]);
});

test('what failed to be judged waits its time, also over a restart', () => {
  touch(ann, NOON);
  store.undetected.postpone({ developer: ann, session: SESSION }, minutes(5));
  store.undetected.forget();
  expect(next(minutes(4))).toEqual([]);
  expect(next(minutes(5))).toHaveLength(1);
});

describe('the news', () => {
  const event = requestEvent(readWrite(NOON, 1, 2), NOON);

  test('is handed on in memory, and read from the database after a restart', () => {
    const compaction = { is: 'marker', marker: marker('compaction') } as const;
    store.undetected.hear(ann, event);
    store.undetected.hear(ann, compaction);
    touch(ann, NOON, 'report');
    expect(store.undetected.next(NOON, 1)).toMatchObject([
      { news: { events: [event, compaction], ofWindows: false, ofReports: true } },
    ]);
    store.undetected.forget();
    expect(store.undetected.next(NOON, 1)).toMatchObject([{ news: undefined }]);
  });

  test.each(['reading', 'error'] as const)('tells of windows with a %s', (is) => {
    touch(ann, NOON, is);
    expect(store.undetected.next(NOON, 1)).toMatchObject([{ news: { events: [], ofWindows: true } }]);
  });

  test('of a flood is left to the database', () => {
    for (let n = 0; n < 1001; n++) store.undetected.hear(ann, event);
    expect(store.undetected.next(NOON, 1)).toMatchObject([{ news: undefined }]);
  });
});

describe('in a transaction', () => {
  test('that is undone, nothing came in and nothing was judged', () => {
    touch(ann, NOON);
    const undone = () =>
      store.transaction(() => {
        touch(bob, NOON);
        store.undetected.detected({ developer: ann, session: SESSION });
        throw new Error('power cut');
      });
    expect(undone).toThrow('power cut');
    expect(next().map(({ developer }) => developer)).toEqual([ann]);
  });

  test('what comes and is judged at once leaves no trace', () => {
    store.transaction(() => {
      touch(ann, NOON);
      store.undetected.detected({ developer: ann, session: SESSION });
    });
    store.undetected.forget();
    expect(next()).toEqual([]);
  });

  test('of several that came in one transaction, only what was not judged in it is kept', () => {
    store.transaction(() => {
      touch(ann, NOON);
      touch(bob, minutes(1));
      store.undetected.detected({ developer: ann, session: SESSION });
    });
    expect(next()).toEqual([{ developer: bob, session: SESSION, fromAt: minutes(1) }]);
    store.undetected.forget();
    expect(next()).toEqual([{ developer: bob, session: SESSION, fromAt: minutes(1) }]);
  });

  test('what comes after it was judged is new again', () => {
    touch(ann, NOON);
    store.transaction(() => {
      store.undetected.detected({ developer: ann, session: SESSION });
      touch(ann, minutes(1));
    });
    store.undetected.forget();
    expect(next()).toEqual([{ developer: ann, session: SESSION, fromAt: minutes(1) }]);
  });
});
