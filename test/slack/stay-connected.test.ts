import { WebAPIRateLimitedError } from '@slack/web-api';
import { beforeEach, describe, expect, test } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';
import { RefusedToken } from '../../src/slack/refused-token.ts';
import { createStayConnected } from '../../src/slack/stay-connected.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

const REFUSED = new RefusedToken('SLACK_APP_TOKEN', 'invalid_auth');

let clock: FakeClock;
/** When it tried, in seconds from the start. */
let attempts: number[];
/** What becomes of the next attempts; without a plan they succeed. */
let fates: (Error | 'never')[];
let refusals: Error[];
let disconnects: number;
let connection: ReturnType<typeof createStayConnected>;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  const startedAt = clock.now();
  attempts = [];
  fates = [];
  refusals = [];
  disconnects = 0;
  let hangUp = (_: Error) => {};
  connection = createStayConnected({
    connect: () => {
      attempts.push((clock.now() - startedAt) / SECOND_MS);
      const fate = fates.shift();
      if (fate === 'never') {
        return new Promise((_, reject) => {
          hangUp = reject;
        });
      }
      return fate ? Promise.reject(fate) : Promise.resolve();
    },
    disconnect: async () => {
      disconnects++;
      hangUp(new Error('hung up'));
    },
    clock,
    log: { warn: () => undefined },
    onRefused: (error) => refusals.push(error),
  });
});

/** Time passes in small steps, so that what waits for an answer gets it. */
async function pass(ms: number) {
  for (let passed = 0; passed < ms; passed += SECOND_MS) {
    clock.advance(SECOND_MS);
    await new Promise(setImmediate);
  }
}

const away = (times: number) => Array.from({ length: times }, () => new Error('away'));

describe('while Slack is away', () => {
  test('starting succeeds all the same, and goes on trying after 1, 2, 4 … seconds up to a minute', async () => {
    fates = away(9);
    await connection.start();
    await pass(5 * MINUTE_MS);
    expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  test('it waits as long as Slack asks for', async () => {
    fates = [new WebAPIRateLimitedError(30)];
    await connection.start();
    await pass(MINUTE_MS);
    expect(attempts).toEqual([0, 30]);
  });

  test('an attempt that never ends is given up after a minute', async () => {
    fates = ['never'];
    void connection.start();
    await pass(2 * MINUTE_MS);
    expect(attempts).toEqual([0, 61]);
  });

  test('stopping ends it', async () => {
    fates = away(9);
    await connection.start();
    await pass(2 * SECOND_MS);
    await connection.stop();
    await pass(MINUTE_MS);
    expect(attempts).toEqual([0, 1]);
  });
});

test('a connection that was lost comes back, and the next trouble starts at a second again', async () => {
  fates = away(3);
  await connection.start();
  await pass(10 * SECOND_MS);
  connection.lost();
  await pass(10 * SECOND_MS);
  expect(attempts).toEqual([0, 1, 3, 7, 11]);
});

test('what is connected after it was stopped is disconnected', async () => {
  const starting = connection.start();
  await connection.stop();
  await starting;
  expect(disconnects).toBe(2);
});

describe('a token that Slack refuses', () => {
  test('fails the start', async () => {
    fates = [REFUSED];
    await expect(connection.start()).rejects.toThrow(
      'Slack refuses SLACK_APP_TOKEN (invalid_auth): please set it anew',
    );
    await pass(MINUTE_MS);
    expect(attempts).toHaveLength(1);
  });

  test('later is told, and not tried again', async () => {
    fates = [...away(1), REFUSED];
    await connection.start();
    await pass(MINUTE_MS);
    expect(refusals).toEqual([REFUSED]);
    expect(attempts).toHaveLength(2);
  });
});
