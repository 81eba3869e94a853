import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLoop, type Loop, type LoopDeps } from '../../src/jobs/loop.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let logged: Record<string, unknown>[];
let steps: number;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  logged = [];
  steps = 0;
});

const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });

function loopOf(step: LoopDeps['step']): Loop {
  const counted = () => {
    steps++;
    return step();
  };
  return createLoop({ name: 'tick', everyMs: 1000, step: counted, clock, log });
}

/** Lets time pass in small steps, and after each lets what was started go on. */
async function pass(ms: number) {
  for (let left = ms; left >= 0; left -= 100) {
    clock.advance(left === ms ? 0 : 100);
    await settled();
  }
}

/** Everything that waits for nothing but its turn has had it. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A step that runs until it is told to end. */
function heldStep() {
  const ends: ((hasMore: boolean) => void)[] = [];
  return {
    step: () => new Promise<boolean>((resolve) => ends.push(resolve)),
    end: async (hasMore = false) => {
      ends.shift()?.(hasMore);
      await settled();
    },
    running: () => ends.length,
  };
}

describe('a loop', () => {
  test('steps at once when it starts, and then on every tick', async () => {
    loopOf(() => false).start();
    await pass(0);
    expect(steps).toBe(1);
    await pass(3000);
    expect(steps).toBe(4);
  });

  test('woken again and again is not put off', async () => {
    const loop = loopOf(() => false);
    loop.start();
    await pass(0);
    loop.wake();
    const { after } = clock;
    clock.after = () => {
      throw new Error('put off');
    };
    loop.wake();
    loop.wake();
    clock.after = after;
    await pass(0);
    expect(steps).toBe(2);
  });

  test('does nothing before it starts, even when woken', async () => {
    loopOf(() => false).wake();
    await pass(5000);
    expect(steps).toBe(0);
  });

  test('steps again at once while there is more to do', async () => {
    loopOf(() => steps < 5).start();
    await pass(400);
    expect(steps).toBe(5);
  });

  test('counts the tick from the end of a step', async () => {
    const held = heldStep();
    loopOf(held.step).start();
    await pass(5000);
    expect(steps).toBe(1);
    await held.end();
    await pass(900);
    expect(steps).toBe(1);
    await pass(100);
    expect(steps).toBe(2);
  });
});

describe('waking', () => {
  test('steps at once instead of on the tick', async () => {
    const loop = loopOf(() => false);
    loop.start();
    await pass(300);
    loop.wake();
    await pass(0);
    expect(steps).toBe(2);
    await pass(900);
    expect(steps).toBe(2);
    await pass(100);
    expect(steps).toBe(3);
  });

  test('during a step runs another right behind it, and one only, however often', async () => {
    const held = heldStep();
    const loop = loopOf(held.step);
    loop.start();
    await pass(0);
    for (const _ of [1, 2, 3]) loop.wake();
    await pass(0);
    expect(held.running()).toBe(1);
    await held.end();
    await pass(0);
    expect(steps).toBe(2);
    await held.end();
    await pass(500);
    expect(steps).toBe(2);
  });

  test('never runs two steps at a time', async () => {
    const held = heldStep();
    const loop = loopOf(held.step);
    loop.start();
    for (const _ of [1, 2, 3, 4]) {
      loop.wake();
      await pass(2000);
      expect(held.running()).toBe(1);
      await held.end(true);
    }
  });
});

describe('a step that fails', () => {
  test.each<[string, LoopDeps['step']]>([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('because it %s is logged, and the next tick comes', async (_, step) => {
    loopOf(step).start();
    await pass(2000);
    expect(steps).toBe(3);
    expect(logged).toHaveLength(3);
    expect(logged[0]).toMatchObject({ level: 50, msg: 'job failed', job: 'tick', err: { message: 'disk full' } });
  });

  test('does not count as one that ended', async () => {
    const start = clock.now();
    const loop = loopOf(() => (steps === 1 ? false : Promise.reject(new Error('disk full'))));
    expect(loop.lastEndedAt()).toBeUndefined();
    loop.start();
    await pass(3000);
    expect(loop.lastEndedAt()).toBe(start);
  });
});

describe('stopping', () => {
  test('waits for the running step and starts no other', async () => {
    const held = heldStep();
    const loop = loopOf(held.step);
    loop.start();
    await pass(0);
    let isStopped = false;
    const stopped = loop.stop().then(() => {
      isStopped = true;
    });
    loop.wake();
    await pass(2000);
    expect(isStopped).toBe(false);
    await held.end(true);
    await stopped;
    loop.wake();
    await pass(5000);
    expect(steps).toBe(1);
  });

  test('between steps takes no time', async () => {
    const loop = loopOf(() => false);
    loop.start();
    await pass(0);
    await loop.stop();
    await pass(5000);
    expect(steps).toBe(1);
  });

  test('before starting does no harm', async () => {
    await expect(loopOf(() => false).stop()).resolves.toBeUndefined();
  });
});
