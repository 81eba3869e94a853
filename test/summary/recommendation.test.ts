import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/model/incident.ts';
import { KNOWN_BUGS, knownBug, mendedSince } from '../../src/summary/known-bugs.ts';
import { recommend } from '../../src/summary/recommendation.ts';
import { burnRate, cacheIncident, lockOut, resume, threshold } from './incidents.ts';

describe('the recommendation', () => {
  test.each<[readonly Incident[], string | undefined]>([
    [[lockOut(), cacheIncident(), resume()], 'start_fresh'],
    [[resume(), lockOut()], 'plan_around_resets'],
    [[burnRate(), resume()], 'keep_sessions_open'],
    [[threshold(), burnRate()], 'watch_background'],
    [[threshold()], 'plan_around_resets'],
    [[], undefined],
  ])('case %#: the first rule that fits', (incidents, is) => {
    expect(recommend({ incidents, worstVersion: undefined, requests: 9 })?.is).toBe(is);
  });

  test('a version with a known bug is worth an update before all else', () => {
    const worstVersion = {
      version: '2.1.252',
      rewrittenTokens: 9,
      misses: 9,
      kinds: ['cache_invalidation'] as const,
    };
    expect(recommend({ incidents: [lockOut(), cacheIncident()], worstVersion, requests: 9 })).toEqual({
      is: 'update',
      from: '2.1.252',
      to: '2.1.259',
      source: 'anthropics/claude-code#91707',
    });
  });
});

describe('known bugs', () => {
  test.each([
    ['2.1.258', 'cache_invalidation', '2.1.259'],
    ['2.1.222', 'cache_invalidation', '2.1.259'],
    ['2.1.259', 'cache_invalidation', undefined],
    ['2.1.221', 'cache_invalidation', undefined],
    ['2.1.89', 'cache_invalidation', '2.1.91'],
    ['2.1.100', 'cache_invalidation', '2.1.101'],
    ['2.1.69', 'resume_reprocess', '2.1.90'],
    ['2.1.68', 'resume_reprocess', undefined],
    ['2.1.252', 'resume_reprocess', undefined],
    ['2.2.0', 'cache_invalidation', undefined],
    ['2.1.252-beta', 'cache_invalidation', undefined],
    ['2.1.252 <!channel>', 'cache_invalidation', undefined],
    ['', 'cache_invalidation', undefined],
  ] as const)('%s and %s: %s', (version, kind, mendedIn) => {
    expect(knownBug(version, [kind])?.mendedIn).toBe(mendedIn);
  });

  test('an update never leads to a version with another known bug', () => {
    expect(mendedSince('2.1.90')).toBe('2.1.101');
    for (const { mendedIn } of KNOWN_BUGS) {
      const to = mendedSince(mendedIn);
      expect(knownBug(to, ['cache_invalidation', 'resume_reprocess'])).toBeUndefined();
    }
  });
});
