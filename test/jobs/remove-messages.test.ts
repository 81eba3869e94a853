import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRemoveMessages, type RemovalAnswer } from '../../src/jobs/remove-messages.ts';
import { HOUR_MS, SECOND_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

const MESSAGE = { channel: 'C0ALERTS', ts: '1.1' };
const OTHER = { channel: 'D0000ADA', ts: '2.2' };

let store: Store;
let clock: FakeClock;
let answer: RemovalAnswer;
let asked: object[];
let logged: string[];
let step: () => Promise<boolean>;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  store = openStore(':memory:', clock.now());
  answer = { is: 'removed' };
  asked = [];
  logged = [];
  const log = pino({ level: 'warn' }, { write: (line) => void logged.push(JSON.parse(line).msg) });
  const remove = async (message: object) => {
    asked.push(message);
    return answer;
  };
  step = createRemoveMessages({ store, remove, clock, log }).removeNext;
  store.removals.add(MESSAGE, clock.now());
  return () => store.close();
});

const left = () => store.removals.next(clock.now());

describe('a message of somebody who is forgotten', () => {
  test('is deleted once, one a step, oldest first', async () => {
    clock.advance(1);
    store.removals.add(OTHER, clock.now());
    for (const _ of [1, 2, 3]) expect(await step()).toBe(false);
    expect(asked).toEqual([MESSAGE, OTHER]);
    expect(left()).toBeUndefined();
  });

  test('is named once, however often it is asked for', () => {
    store.removals.add(MESSAGE, clock.now());
    store.removals.done(MESSAGE);
    expect(left()).toBeUndefined();
  });

  test.each<[string, RemovalAnswer, number]>([
    ['is rate limited', { is: 'rate_limited', retryAfterMs: 3 * SECOND_MS }, 3 * SECOND_MS],
    ['is away', { is: 'unreachable', problem: 'ECONNREFUSED' }, SECOND_MS],
    ['gave no answer', { is: 'unknown', problem: 'HTTP 503' }, SECOND_MS],
  ])('waits while Slack %s, and is deleted then', async (_, outage, waitMs) => {
    answer = outage;
    await step();
    answer = { is: 'removed' };
    clock.advance(waitMs - 1);
    await step();
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await step();
    expect(asked).toEqual([MESSAGE, MESSAGE]);
    expect(left()).toBeUndefined();
  });

  test('waits an hour where people must mend the channel, while others go on', async () => {
    answer = { is: 'refused', problem: 'is_archived', isMendable: true };
    await step();
    store.removals.add(OTHER, clock.now());
    answer = { is: 'removed' };
    await step();
    expect(asked).toEqual([MESSAGE, OTHER]);
    clock.advance(HOUR_MS - 1);
    expect(left()).toBeUndefined();
    clock.advance(1);
    expect(left()).toEqual(MESSAGE);
    expect(logged).toEqual(['message of a forgotten person not deleted']);
  });

  test('that Slack never lets anybody delete is given up, and told in the log', async () => {
    answer = { is: 'refused', problem: 'cant_delete_message', isMendable: false };
    await step();
    clock.advance(24 * HOUR_MS);
    expect(left()).toBeUndefined();
    expect(logged).toEqual(['message of a forgotten person not deleted']);
  });
});
