import { beforeEach, describe, expect, test } from 'vitest';
import { requestEvent } from '../../src/detectors/session-trace.ts';
import { createDetect } from '../../src/jobs/detect.ts';
import type { DeveloperId } from '../../src/model/ids.ts';
import type { Reading } from '../../src/model/reading.ts';
import { type EpochMs, plus, SECOND_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { ACCOUNT, hours, minutes, NOON, reading, readWrite } from '../support/builders.ts';

let store: Store;
let ada: DeveloperId;
let detection: ReturnType<typeof createDetect>;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = store.developers.forEmail('ada@example.com', { now: NOON });
  const onFailure = (error: unknown): never => {
    throw error;
  };
  detection = createDetect({ store, mayName: () => true, onIncident: () => {}, onFailure });
  return () => store.close();
});

function read(part: Partial<Reading>) {
  const one = reading(part);
  store.windows.read(ada, ACCOUNT, one);
  store.undetected.note(ada, { session: one.session, at: one.at, is: 'reading' });
  detection.detect(one.at);
}

/** A request that went through. */
function served(at: EpochMs) {
  const one = { ...readWrite(at, 1000, 100), startedAt: plus(at, -SECOND_MS) };
  store.requests.keep(ada, one, at);
  store.undetected.hear(ada, requestEvent(one, at));
  detection.detect(plus(at, SECOND_MS));
}

const threshold = () =>
  store.incidents
    .openOf(ada)
    .flatMap(({ incident }) => (incident.kind === 'window_threshold' ? [incident.evidence] : []))
    .at(-1);
const waiting = () => store.notices.due(hours(10)).map(({ reason }) => reason);

/** Slack takes everything that waits. */
function deliver() {
  for (const { id } of store.notices.due(hours(10))) {
    store.notices.claim(id);
    store.notices.sent(id, NOON, { channel: 'D1', ts: String(id) });
  }
}

describe('what goes on beyond a used-up window', () => {
  test('is told once, by the message that told of the window', () => {
    read({ usedPercent: 100 });
    expect(threshold()).toMatchObject({ level: 100 });
    deliver();
    served(minutes(1));
    expect(threshold()?.paidSince).toBe(minutes(1));
    expect(waiting()).toEqual(['grown']);
    deliver();
    for (const minute of [2, 3, 4]) served(minutes(minute));
    expect(threshold()?.paidSince).toBe(minutes(1));
    expect(waiting()).toEqual([]);
  });

  test('is nothing while something is left', () => {
    read({ usedPercent: 99 });
    deliver();
    served(minutes(1));
    expect(threshold()?.paidSince).toBeUndefined();
    expect(waiting()).toEqual([]);
  });
});
