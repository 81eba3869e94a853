import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/model/time.ts';
import { activityBlock } from '../../src/windows/activity-block.ts';
import { hours, minutes, NOON } from '../support/builders.ts';

const spent = (minute: number, costMicros: number | undefined = 100) => ({ at: minutes(minute), costMicros });

describe('the activity block', () => {
  test('starts at the full hour of its first request and lasts five hours', () => {
    expect(activityBlock([spent(10), spent(70, 250)], hours(2))).toEqual({
      startsAt: NOON,
      endsAt: hours(5),
      requests: 2,
      costMicros: 350,
      unpricedRequests: 0,
    });
  });

  test.each([
    ['still runs a minute before its end', 299, true],
    ['is over at its end', 300, false],
  ])('%s', (_, minute, runs) => {
    expect(activityBlock([spent(10)], minutes(minute)) !== undefined).toBe(runs);
  });

  test.each([
    ['a request inside the block belongs to it', 299, 2],
    ['a request at the block’s end opens the next one', 300, 1],
  ])('%s', (_, minute, requests) => {
    expect(activityBlock([spent(10), spent(minute)], minutes(minute))?.requests).toBe(requests);
  });

  test('counts requests of unknown cost apart, never as free', () => {
    expect(activityBlock([spent(1), { at: minutes(2), costMicros: undefined }], minutes(3))).toMatchObject({
      requests: 2,
      costMicros: 100,
      unpricedRequests: 1,
    });
  });

  test('does not run before anything was sent', () => {
    expect(activityBlock([], NOON)).toBeUndefined();
  });

  test('always holds its first and its last request, and no more than all', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1 });
    fc.assert(
      fc.property(moments, (some) => {
        const sorted = some.toSorted((a, b) => a - b);
        const last = minutes(sorted.at(-1) ?? 0);
        const block = activityBlock(
          sorted.map((minute) => spent(minute)),
          last,
        );
        expect(block).toBeDefined();
        if (!block) return;
        expect(block.endsAt - block.startsAt).toBe(5 * HOUR_MS);
        expect(block.startsAt % HOUR_MS).toBe(0);
        expect(last - block.startsAt).toBeGreaterThanOrEqual(0);
        expect(last).toBeLessThan(block.endsAt);
        const inside = sorted.filter((minute) => minutes(minute) >= block.startsAt);
        expect(block.requests).toBe(inside.length);
        expect(minutes(inside[0] ?? 0) - block.startsAt).toBeLessThan(60 * MINUTE_MS);
      }),
    );
  });
});
