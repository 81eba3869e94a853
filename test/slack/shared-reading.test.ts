import { beforeEach, describe, expect, test } from 'vitest';
import { HOUR_MS, SECOND_MS } from '../../src/model/time.ts';
import { createSharedReading } from '../../src/slack/shared-reading.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let reads: number;
/** How long the next reading takes; it ends when time has moved on so far. */
let takesMs: number;
let failure: Error | undefined;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  reads = 0;
  takesMs = 0;
  failure = undefined;
});

const reading = () =>
  createSharedReading({
    clock,
    read: () => {
      reads += 1;
      const value = reads;
      return new Promise<number>((resolve, reject) => {
        clock.after(takesMs, () => (failure ? reject(failure) : resolve(value)));
        if (takesMs === 0) clock.advance(0);
      });
    },
  });

/** Asks, lets the time pass that a reading takes, and waits for the answer. */
async function slowly<T>(ask: () => Promise<T>): Promise<T> {
  const answer = ask();
  clock.advance(takesMs);
  return await answer;
}

describe('a reading that many share', () => {
  test('is made anew for each who asks while it takes no time', async () => {
    const ask = reading();
    expect([await ask('w'), await ask('w')]).toEqual([1, 2]);
  });

  test('is made once for those who ask at the same time', async () => {
    takesMs = 50;
    const ask = reading();
    const both = [ask('w'), ask('w')];
    clock.advance(50);
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect(reads).toBe(1);
  });

  test('holds for a hundred times as long as it took', async () => {
    takesMs = 50;
    const ask = reading();
    expect(await slowly(() => ask('w'))).toBe(1);
    clock.advance(4999 - 50);
    expect(await slowly(() => ask('w'))).toBe(1);
    clock.advance(1);
    expect(await slowly(() => ask('w'))).toBe(2);
  });

  test('that takes seconds is told as it was, and made anew behind the answer', async () => {
    takesMs = 5 * SECOND_MS;
    const ask = reading();
    expect(await slowly(() => ask('w'))).toBe(1);
    clock.advance(501 * SECOND_MS);
    expect(await ask('w')).toBe(1);
    expect(await ask('w')).toBe(1);
    expect(reads).toBe(2);
    clock.advance(takesMs);
    await Promise.resolve().then(() => undefined);
    expect(await ask('w')).toBe(2);
  });

  test('is waited for where what is known is older than an hour, or of something else', async () => {
    takesMs = 5 * SECOND_MS;
    const ask = reading();
    expect(await slowly(() => ask('w'))).toBe(1);
    clock.advance(HOUR_MS + 1);
    expect(await slowly(() => ask('w'))).toBe(2);
    expect(await slowly(() => ask('next'))).toBe(3);
  });

  test('that fails is told to who waits for it, spoils no older answer, and is tried again', async () => {
    takesMs = 5 * SECOND_MS;
    const ask = reading();
    failure = new Error('disk I/O error');
    await expect(slowly(() => ask('w'))).rejects.toThrow('disk I/O error');
    failure = undefined;
    expect(await slowly(() => ask('w'))).toBe(2);
    clock.advance(501 * SECOND_MS);
    failure = new Error('disk I/O error');
    expect(await slowly(() => ask('w'))).toBe(2);
    failure = undefined;
    expect(await slowly(() => ask('w'))).toBe(2);
    expect(reads).toBe(4);
  });
});
