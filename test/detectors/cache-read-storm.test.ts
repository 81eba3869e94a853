import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { cacheReadStorm } from '../../src/detectors/cache-read-storm.ts';
import type { UsageHour } from '../../src/detectors/usage-hour.ts';
import { logBaseline } from '../../src/model/statistics.ts';
import { NOON } from '../support/builders.ts';

const RULE = POLICY.cacheReadStorm;

/** Hours that scatter by half and double around `tokens`. */
const activeHours = (count: number, tokens: number) =>
  Array.from({ length: count }, (_, n) => tokens * ([0.5, 1, 1, 2][n % 4] ?? 1));

const never = () => {
  throw new Error('the past was read for nothing');
};

function hour(part: Partial<UsageHour> = {}): UsageHour {
  return {
    at: NOON,
    requests: 100,
    cacheReadTokens: 50_000_000,
    outputTokens: 20_000,
    costMicros: 25_000_000,
    clientVersions: new Map([['2.1.330', 100]]),
    headless: { sessions: 0, requests: 0, costMicros: 0 },
    busiestHeadless: () => undefined,
    promptsOf: () => ({ prompts: 0, costMicros: 0 }),
    ...part,
  };
}

function storm(part: Partial<UsageHour>, past: (() => readonly number[]) | readonly number[] = activeHours(20, 1e6)) {
  const usual = () => logBaseline(typeof past === 'function' ? past() : past);
  return cacheReadStorm({ hour: hour(part), clientVersion: '2.1.330', arrivedLate: false }, usual, RULE);
}

const clients = (...versions: readonly (string | undefined)[]) => new Map(versions.map((version) => [version, 1]));

test('an hour that reads fifty times the usual for next to no output is a storm', () => {
  expect(storm({})).toEqual({
    kind: 'cache_read_storm',
    severity: 'warning',
    at: NOON,
    arrivedLate: false,
    clientVersion: '2.1.330',
    readTokens: 50_000_000,
    usualReadTokens: 1_000_000,
    robustZ: expect.closeTo(Math.log(50) / (1.4826 * Math.log(2) * 0.5), 5),
    readsPerOutputToken: 2500,
    requests: 100,
    costMicros: 25_000_000,
  });
});

describe('the hour must be far above the usual', () => {
  const alike = Array.from({ length: 20 }, () => 1_000_000);
  const scattered = Array.from({ length: 20 }, (_, n) => 1_000_000 * (n % 2 === 0 ? 1 / 3 : 3));

  test.each([
    ['five times the median', 5_000_000, alike, 'warning'],
    ['less is a busy hour', 4_999_999, alike, undefined],
    ['ten times is nothing to somebody whose hours differ by three times each way', 10_000_000, scattered, undefined],
    ['they need 3.5 deviations of their own', 302_000_000, scattered, 'warning'],
  ])('%s', (_, cacheReadTokens, past, severity) => {
    expect(storm({ cacheReadTokens, outputTokens: 100 }, past)?.severity).toBe(severity);
  });
});

describe('little must have come of it', () => {
  test.each([
    ['2,000 reads per output token were seen in healthy hours', 2000, 1_000_000, undefined],
    ['more was not', 2000, 1_000_001, 'warning'],
    ['no output at all is little', 0, 5_000_000, 'warning'],
  ])('%s', (_, outputTokens, factor, severity) => {
    expect(storm({ outputTokens, cacheReadTokens: 4 * factor }, activeHours(20, 1000))?.severity).toBe(severity);
  });

  test('and the past is not even read where much came of it', () => {
    expect(storm({ outputTokens: 25_000 }, never)).toBeUndefined();
  });

  test.each([
    ['clients before 2.1.97 logged placeholders for output', clients('2.1.96'), undefined],
    ['2.1.97 counts it', clients('2.1.97'), 'warning'],
    ['what came before it may not', clients('2.1.97-beta'), undefined],
    ['what comes before a later one does', clients('2.1.98-beta'), 'warning'],
    ['beside an old client nobody knows', clients('2.1.330', '2.0.64'), undefined],
    ['a client that tells no version may be old', clients(undefined), undefined],
    ['and so may one that tells nonsense', clients('nightly'), undefined],
  ])('%s', (_, clientVersions, severity) => {
    expect(storm({ clientVersions })?.severity).toBe(severity);
  });

  test('an old client storms at more than 81,000 reads per output token', () => {
    expect(storm({ clientVersions: clients('2.1.14'), outputTokens: 617 })?.readsPerOutputToken).toBeGreaterThan(
      81_000,
    );
  });
});

describe('nothing is said', () => {
  test.each([
    ['with 19 active hours: nobody knows what is usual yet', {}, activeHours(19, 1e6)],
    ['of somebody without a past', {}, []],
    ['of fewer than five requests: one odd answer makes no storm', { requests: 4 }, never],
  ])('%s', (_, part, past) => {
    expect(storm(part, past)).toBeUndefined();
  });

  test('of power users: scaling all that they ever did changes nothing', () => {
    const past = fc.array(fc.integer({ min: 1000, max: 1e7 }), { minLength: 15, maxLength: 40 });
    const factor = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(past, fc.integer({ min: 1000, max: 1e9 }), factor, (hours, cacheReadTokens, scale) => {
        const one = storm({ cacheReadTokens, outputTokens: 10 }, hours);
        const much = { cacheReadTokens: cacheReadTokens * scale, outputTokens: 10 * scale };
        const other = storm(
          much,
          hours.map((tokens) => tokens * scale),
        );
        expect(other?.kind).toBe(one?.kind);
      }),
    );
  });
});
