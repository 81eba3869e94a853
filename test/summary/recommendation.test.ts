import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/model/incident.ts';
import { NO_COUNTS, type VersionRates } from '../../src/model/version-rates.ts';
import { recommend, type Situation } from '../../src/summary/recommendation.ts';
import { downgraded, inflated, ranAway, regressed, silent, spiked, storming } from '../slack/incidents.ts';
import { burnRate, cacheIncident, lockOut, resume, threshold } from './incidents.ts';

const recommended = (incidents: readonly Incident[], part: Partial<Situation> = {}) =>
  recommend({ incidents, worstVersion: undefined, versions: [], requests: 9, ...part });

const worst = (version: string) => {
  return { version, rewrittenTokens: 9, misses: 9, kinds: ['cache_invalidation'] as const };
};

const BETTER: readonly VersionRates[] = [
  { ...NO_COUNTS, clientVersion: '2.1.331', developers: 2, boundaries: 60, boundaryMisses: 17 },
  { ...NO_COUNTS, clientVersion: '2.1.330', developers: 2, boundaries: 200, boundaryMisses: 4 },
];

describe('the recommendation', () => {
  test.each<[readonly Incident[], string | undefined]>([
    [[lockOut(), cacheIncident(), resume()], 'start_fresh'],
    [[lockOut(), ranAway()], 'watch_background'],
    [[resume(), lockOut()], 'plan_around_resets'],
    [[burnRate(), resume()], 'keep_sessions_open'],
    [[burnRate(), storming()], 'shrink_contexts'],
    [[burnRate(), inflated()], 'shrink_contexts'],
    [[threshold(), burnRate()], 'watch_background'],
    [[threshold(), spiked()], 'shrink_contexts'],
    [[threshold(), downgraded()], 'plan_around_resets'],
    [[downgraded(), silent('telemetry')], 'ask_for_an_hour'],
    [[silent('telemetry')], 'check_feeds'],
    [[], undefined],
  ])('case %#: the first rule that fits', (incidents, is) => {
    expect(recommended(incidents)?.is).toBe(is);
  });

  test('is to check the feeds when nothing came at all', () => {
    expect(recommended([], { requests: 0 })?.is).toBe('check_feeds');
  });

  test('a version with a known bug is worth an update before all else', () => {
    expect(recommended([lockOut(), cacheIncident()], { worstVersion: worst('2.1.252') })).toEqual({
      is: 'update',
      from: '2.1.252',
      to: '2.1.259',
      source: 'anthropics/claude-code#91707',
    });
  });

  test('one that the team runs and that is measurably better goes before one that nobody measured', () => {
    expect(recommended([cacheIncident()], { worstVersion: worst('2.1.331'), versions: BETTER })).toMatchObject({
      is: 'move_to_version',
      from: '2.1.331',
      to: { version: '2.1.330', there: { misses: 4, of: 200 }, here: { misses: 17, of: 60 } },
    });
  });

  test.each([
    ['nothing is known against the worst version', worst('2.1.331')],
    ['nobody mended its bug', worst('2.1.270')],
  ])('is no other version where %s', (_, worstVersion) => {
    expect(recommended([cacheIncident()], { worstVersion })?.is).toBe('start_fresh');
  });

  test('a regression’s version goes before the one that rewrote the most', () => {
    const regression = regressed({ clientVersion: '2.1.331' });
    const worstVersion = worst('2.1.252');
    const all = [regression, cacheIncident()];
    expect(recommended(all, { worstVersion, versions: BETTER })).toMatchObject({ from: '2.1.331' });
    expect(recommended(all, { worstVersion })).toMatchObject({ is: 'update', from: '2.1.252' });
    expect(recommended(all)).toEqual({ is: 'leave_version', version: '2.1.331' });
  });
});
