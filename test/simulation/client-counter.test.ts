import { expect, test } from 'vitest';
import { type Cause, createClientCounter } from '../../src/simulation/client-counter.ts';
import { seconds } from '../support/builders.ts';

/** Requests from [held, lost, written, cause]. */
function counted(...requests: readonly (readonly [number, number, number, Cause?])[]) {
  const counter = createClientCounter();
  for (const [nth, [held, lost, written, cause]] of requests.entries()) {
    counter.count({ endedAt: seconds(nth), held, lost, written, cause });
  }
  return counter.told(seconds(requests.length), '1h', 80_000);
}

test.each([
  ['a first request', [[0, 0, 60_000]], 0, 0],
  ['a request that reads exactly 90 %', [[60_000, 6_000, 7_000]], 0, 0],
  ['a request that reads less', [[60_000, 6_001, 7_000]], 1, 7_000],
  ['a miss that writes no more than 2,000 tokens', [[4_000, 3_000, 2_000]], 0, 0],
  ['a miss that writes more', [[4_000, 3_000, 2_001]], 1, 2_001],
  ['a model switch', [[60_000, 60_000, 61_000, 'model_changed']], 1, 61_000],
  ['an expired cache', [[60_000, 60_000, 61_000, 'ttl_expired_5m']], 1, 61_000],
] as const)('counts %s as the client does', (_, requests, misses, tokens) => {
  expect(counted(...requests)).toMatchObject({
    requests: 1,
    misses,
    miss_recache_tokens: tokens,
    expected_rebuilds: 0,
  });
});

test('counts what follows a compaction as expected', () => {
  expect(counted([150_000, 122_000, 140_000, 'rebuild'])).toMatchObject({ misses: 0, expected_rebuilds: 1 });
});

test('tells the newest miss with its cause, and until when the cache lives', () => {
  const told = counted([60_000, 60_000, 61_000, 'tools_changed'], [61_000, 61_000, 62_000], [62_000, 0, 500]);
  expect(told).toMatchObject({
    last_miss_at: seconds(1) / 1000,
    last_miss_cause: null,
    recache_tokens_if_cold: 80_000,
  });
  expect(told.expires_at).toBe((seconds(3) + 3_600_000) / 1000);
  expect(counted([60_000, 60_000, 61_000, 'tools_changed']).last_miss_cause).toEqual({ causes: ['tools_changed'] });
});
