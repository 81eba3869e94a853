import { describe, expect, test } from 'vitest';
import { detectInStream, detectInWindow, POLICY } from '../../src/detectors/all.ts';
import { minutes, NOON, rewrite, rises, seconds, window } from '../support/builders.ts';

const QUIET = { refusedAt: undefined, throttledAt: undefined, arrivedLate: false };
const LEVELS = [80, 90, 100];
const fast = (usedPercent: number) => ({
  window: window({ usedPercent }),
  rises: rises([-10, usedPercent - 50], [0, usedPercent]),
  earlier: () => [],
});
const kinds = (findings: readonly { readonly kind: string }[]) => findings.map((finding) => finding.kind);

describe('in a window', () => {
  test.each([
    ['nothing is found while it fills slowly', { ...fast(50), rises: [] }, []],
    ['a fast pace is found', fast(60), ['burn_rate']],
    ['a level and a pace are found side by side', fast(85), ['window_threshold', 'burn_rate']],
    ['a used-up window has no pace left to speak of', fast(100), ['window_threshold']],
  ])('%s', (_, history, expected) => {
    expect(kinds(detectInWindow(history, QUIET, LEVELS))).toEqual(expected);
  });

  test('a lock-out is the only word', () => {
    expect(kinds(detectInWindow(fast(100), { ...QUIET, refusedAt: minutes(1) }, LEVELS))).toEqual(['lock_out']);
  });

  test('the levels are those that the team chose', () => {
    expect(kinds(detectInWindow(fast(85), QUIET, [86]))).toEqual(['burn_rate']);
  });

  test('a level is told with when the window runs out', () => {
    expect(detectInWindow(fast(85), QUIET, LEVELS)[0]).toMatchObject({ level: 80, runsOutAt: minutes(3) });
  });
});

describe('in a stream', () => {
  test('nothing is found in nothing', () => {
    expect(detectInStream([])).toEqual([]);
  });

  test('a broken cache is found', () => {
    expect(kinds(detectInStream([rewrite(NOON, 60_000), rewrite(seconds(10), 60_000)]))).toEqual([
      'cache_invalidation',
    ]);
  });
});

test('the policy is what the documentation promises', () => {
  expect(POLICY).toMatchObject({
    cacheInvalidation: {
      warnAfter: 2,
      warnWithinMs: 300_000,
      criticalAfter: 3,
      tokensPerHour: 300_000,
      oneRewriteTokens: 300_000,
    },
    resumeReprocess: { recordedTokens: 20_000, infoTokens: 50_000, warningTokens: 150_000, readShare: 0.5 },
    lockOut: { fullPercent: 99 },
  });
});
