import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Between, judge, ttlMsOf } from '../../src/detectors/judge.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/model/time.ts';
import { NOON, readWrite, request } from '../support/builders.ts';

const previous = readWrite(NOON, 90_000, 10_000);

/** A request ten seconds later, with nothing in between. */
function between(part: Partial<Between> = {}): Between {
  return {
    gapMs: 10_000,
    ttlMs: 5 * MINUTE_MS,
    nthSinceResume: undefined,
    rebuilt: undefined,
    switchedModel: false,
    ...part,
  };
}

const REWRITE = readWrite(NOON, 14_000, 90_000);

describe('after a predecessor that left 100,000 tokens in the cache, a request', () => {
  test.each([
    ['that reads all of them is a hit', 100_000, 5000, 'hit'],
    ['that reads exactly 90 % is a hit', 90_000, 15_000, 'hit'],
    ['that reads less than 90 % and writes is a miss', 89_999, 15_000, 'miss'],
    ['that writes 2,000 tokens rewrote too little to be a miss', 0, 2000, 'hit'],
    ['that writes 2,001 tokens is a miss', 79_000, 2001, 'miss'],
    ['that reads nothing and writes everything is a miss', 0, 100_000, 'miss'],
    ['that reads more than that is a hit', 150_000, 60_000, 'hit'],
  ] as const)('%s', (...[, read, written, verdict]) => {
    expect(judge(previous, readWrite(NOON, read, written), between())).toEqual({ is: verdict });
  });
});

test('the first request of a stream is neither hit nor miss', () => {
  expect(judge(undefined, REWRITE, between())).toEqual({ is: 'first' });
});

describe('a miss is explained', () => {
  test.each([
    ['by a gap of 5:00.001 after 5-minute writes', { gapMs: 300_001 }, 'ttl_expired'],
    ['by a gap of 1:00:00.001 after 1-hour writes', { gapMs: HOUR_MS + 1, ttlMs: HOUR_MS }, 'ttl_expired'],
    ['by a compaction', { rebuilt: 'compaction' }, 'compaction'],
    ['by /clear', { rebuilt: 'clear' }, 'clear'],
    ['by a switch of the model', { switchedModel: true }, 'model_switch'],
    ['by a resume right before it', { nthSinceResume: 1 }, 'resume'],
    ['by a resume one request before it', { nthSinceResume: 2 }, 'resume'],
    ['by the time, before the resume that took it', { gapMs: 300_001, nthSinceResume: 1 }, 'ttl_expired'],
  ] as const)('%s', (_, part, by) => {
    expect(judge(previous, REWRITE, between(part))).toEqual({ is: 'explained', by });
  });
});

describe('a miss is not explained', () => {
  test.each([
    ['by a gap of exactly 5:00.000 after 5-minute writes', { gapMs: 300_000 }],
    ['by a gap of exactly 1:00:00.000 after 1-hour writes', { gapMs: HOUR_MS, ttlMs: HOUR_MS }],
    ['by a resume two requests before it', { nthSinceResume: 3 }],
  ])('%s', (_, part) => {
    expect(judge(previous, REWRITE, between(part))).toEqual({ is: 'miss' });
  });

  test('and a hit needs no explanation, even where there is one', () => {
    expect(judge(previous, readWrite(NOON, 100_000, 3000), between({ rebuilt: 'clear' }))).toEqual({ is: 'hit' });
  });
});

describe('a context that shrank', () => {
  test.each([
    ['to 79,999 of 100,000 tokens was cut on purpose', 79_999, { is: 'explained', by: 'shrunk_context' }],
    ['to 80,000 of 100,000 tokens excuses nothing', 80_000, { is: 'miss' }],
  ])('%s', (_, context, verdict) => {
    expect(judge(previous, readWrite(NOON, 14_000, context - 14_000), between())).toEqual(verdict);
  });

  test('after a resume is the resume’s: it went on from an earlier point', () => {
    const verdict = judge(previous, readWrite(NOON, 0, 40_000), between({ nthSinceResume: 1 }));
    expect(verdict).toEqual({ is: 'explained', by: 'resume' });
  });
});

describe('where an old client does not say who sends', () => {
  const mixed = (of: ApiRequest): ApiRequest => ({ ...of, origin: 'unknown' });
  test.each([
    ['a context that grew can only be the same conversation', 100_000, 100_001, { is: 'miss' }],
    ['a context of the same size as well', 100_000, 100_000, { is: 'miss' }],
    ['any smaller context may be another one', 100_000, 99_999, { is: 'explained', by: 'shrunk_context' }],
    ['a context of 51,000 tokens is too large for a sub-agent that starts', 51_000, 60_000, { is: 'miss' }],
    ['below that it may be a sub-agent', 50_999, 60_000, { is: 'explained', by: 'shrunk_context' }],
  ])('%s', (...[, before, now, verdict]) => {
    const found = judge(mixed(readWrite(NOON, 0, before)), mixed(readWrite(NOON, 14_000, now - 14_000)), between());
    expect(found).toEqual(verdict);
  });

  test('a smaller context after a resume may still be another one', () => {
    const small = mixed(readWrite(NOON, 0, 90_000));
    const found = judge(mixed(readWrite(NOON, 0, 100_000)), small, between({ nthSinceResume: 1 }));
    expect(found).toEqual({ is: 'explained', by: 'shrunk_context' });
  });
});

describe('the cache that a request wrote lives', () => {
  test.each([
    ['5 minutes by the split', { cacheCreationTokens: 9, cacheCreation5mTokens: 9, cacheCreation1hTokens: 0 }, 300_000],
    ['1 hour by the split', { cacheCreationTokens: 9, cacheCreation5mTokens: 0, cacheCreation1hTokens: 9 }, HOUR_MS],
    [
      '1 hour where it wrote to both',
      { cacheCreationTokens: 9, cacheCreation5mTokens: 8, cacheCreation1hTokens: 1 },
      HOUR_MS,
    ],
    ['5 minutes without a split', { cacheCreationTokens: 9 }, 300_000],
    ['nobody knows how long without writes', { cacheReadTokens: 9 }, undefined],
  ])('%s', (_, part, ttlMs) => {
    expect(ttlMsOf(request(part))).toBe(ttlMs);
  });
});

test('judging never throws, and a request after another always gets a verdict', () => {
  const tokens = fc.nat(2_000_000);
  const anyRequest = fc
    .record({
      origin: fc.constantFrom('main', 'agent', 'background', 'unknown'),
      inputTokens: tokens,
      cacheReadTokens: tokens,
      cacheCreationTokens: tokens,
    })
    .map(request);
  const anyBetween = fc
    .record({
      gapMs: fc.nat(2 * HOUR_MS),
      ttlMs: fc.constantFrom(5 * MINUTE_MS, HOUR_MS),
      nthSinceResume: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      rebuilt: fc.constantFrom(undefined, 'compaction', 'clear'),
      switchedModel: fc.boolean(),
    })
    .map(between);
  fc.assert(
    fc.property(anyRequest, anyRequest, anyBetween, (one, other, what) => {
      const verdict = judge(one, other, what);
      expect(['hit', 'miss', 'explained']).toContain(verdict.is);
      if (verdict.is !== 'hit') expect(other.cacheCreationTokens).toBeGreaterThan(2000);
    }),
  );
});
