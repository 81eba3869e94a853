import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/model/incident.ts';
import { recommend, type Situation } from '../../src/summary/recommendation.ts';
import { downgraded, inflated, ranAway, regressed, silent, spiked, storming } from '../slack/incidents.ts';
import { burnRate, cacheIncident, fleet, lockOut, resume, threshold } from './incidents.ts';
import { rates } from './week-facts.ts';

const recommended = (incidents: readonly Incident[], part: Partial<Situation> = {}) =>
  recommend({ incidents, worstVersion: undefined, versions: [], requests: 9, knowsPlans: true, ...part });

const worst = (version: string) => {
  return { version, rewrittenTokens: 9_000_000, misses: 9, kinds: ['cache_invalidation'] as const };
};

const BETTER = [rates('2.1.331', 17, 60), rates('2.1.330', 4, 200)];

const lockedOut = (people: number) => Array.from({ length: people }, (_, index) => lockOut({ developer: index + 1 }));

describe('the recommendation', () => {
  test.each<[readonly Incident[], string | undefined, string | undefined]>([
    // What cost something goes before what only warns, and of equals the first in the list.
    [[lockOut(), cacheIncident(), resume()], 'start_fresh', 'cache_invalidation'],
    [[lockOut(), ranAway()], 'watch_background', 'runaway'],
    [[resume(), lockOut()], 'plan_around_resets', 'lock_out'],
    [[burnRate(), resume()], 'keep_sessions_open', 'resume_reprocess'],
    [[burnRate(), storming()], 'shrink_contexts', 'cache_read_storm'],
    [[burnRate(), inflated()], 'shrink_contexts', 'cost_inflation'],
    [[threshold(), burnRate()], 'watch_background', 'burn_rate'],
    [[threshold(), spiked()], 'shrink_contexts', 'prompt_spike'],
    [[threshold(), downgraded()], 'plan_around_resets', 'window_threshold'],
    [[downgraded(), silent('telemetry')], 'ask_for_an_hour', 'ttl_downgrade'],
    [[silent('telemetry')], 'check_feeds', 'data_silence'],
    // Of what cost something, that which hit the most people.
    [[cacheIncident(), ...lockedOut(3)], 'plan_around_resets', 'lock_out'],
    [[cacheIncident(), lockOut(), lockOut(), lockOut()], 'start_fresh', 'cache_invalidation'],
    // Trouble of one goes before warnings of many.
    [[cacheIncident(), ...[1, 2, 3].map((developer) => threshold({ developer }))], 'start_fresh', 'cache_invalidation'],
    // A mild resume only warns.
    [[resume({ severity: 'info' }), lockOut()], 'plan_around_resets', 'lock_out'],
    [[resume({ severity: 'info' })], 'keep_sessions_open', 'resume_reprocess'],
    // What was planned needs no advice.
    [[cacheIncident({ feedback: 'planned' }), lockOut()], 'plan_around_resets', 'lock_out'],
    [[cacheIncident({ feedback: 'planned' })], undefined, undefined],
    [[], undefined, undefined],
  ])('case %#: %s is answered by %s', (incidents, is, kind) => {
    const recommendation = recommended(incidents);
    expect(recommendation?.advice.is).toBe(is);
    expect(recommendation?.because).toEqual(
      kind === undefined ? undefined : expect.objectContaining({ is: 'incidents', kind }),
    );
  });

  test('says how many incidents of how many people speak for it', () => {
    expect(recommended([...lockedOut(3), lockOut(), cacheIncident()])?.because).toEqual({
      is: 'incidents',
      kind: 'lock_out',
      incidents: 4,
      people: 3,
    });
  });

  test.each([
    ['nothing came at all', { requests: 0, knowsPlans: false }, 'check_feeds', 'no_data'],
    ['nobody told a plan', { knowsPlans: false }, 'tell_plans', 'no_plans'],
  ] as const)('is a small one where nothing went wrong and %s', (_, part, is, because) => {
    expect(recommended([], part)).toEqual({ advice: { is }, because: { is: because } });
    expect(recommended([lockOut()], part)?.advice.is).toBe('plan_around_resets');
  });
});

describe('another client', () => {
  test('with a known bug is worth an update before all else', () => {
    expect(recommended([...lockedOut(5), cacheIncident()], { worstVersion: worst('2.1.252') })).toEqual({
      advice: { is: 'update', from: '2.1.252', to: '2.1.259', source: 'anthropics/claude-code#91707' },
      because: { is: 'rewrote', rewrittenTokens: 9_000_000 },
    });
  });

  test('that the team runs and that is measurably better goes before one that nobody measured', () => {
    expect(recommended([cacheIncident()], { worstVersion: worst('2.1.331'), versions: BETTER })?.advice).toMatchObject({
      is: 'move_to_version',
      from: '2.1.331',
      to: { version: '2.1.330', there: { misses: 4, of: 200 }, here: { misses: 17, of: 60 } },
    });
  });

  test('is no advice where it is better by so little that only millions of turns show it', () => {
    const versions = [rates('2.1.331', 16_000, 1_500_000), rates('2.1.330', 15_000, 1_500_000)];
    const advice = recommended([cacheIncident()], { worstVersion: worst('2.1.331'), versions })?.advice;
    expect(advice).toEqual({ is: 'start_fresh' });
  });

  test.each([
    ['nothing is known against the worst version', worst('2.1.331')],
    ['nobody mended its bug', worst('2.1.270')],
  ])('is no advice where %s', (_, worstVersion) => {
    expect(recommended([cacheIncident()], { worstVersion })?.advice.is).toBe('start_fresh');
  });

  test('for a regression’s version goes before one for that which rewrote the most', () => {
    const regression = regressed({ clientVersion: '2.1.331' });
    const worstVersion = worst('2.1.252');
    const all = [regression, cacheIncident()];
    expect(recommended(all, { worstVersion, versions: BETTER })).toMatchObject({
      advice: { from: '2.1.331' },
      because: { is: 'incidents', kind: 'fleet_regression', incidents: 1, people: 3 },
    });
    expect(recommended(all, { worstVersion })).toMatchObject({
      advice: { is: 'update', from: '2.1.252' },
      because: { is: 'rewrote' },
    });
    expect(recommended(all)).toMatchObject({
      advice: { is: 'leave_version', version: '2.1.331' },
      because: { is: 'incidents', kind: 'fleet_regression' },
    });
  });

  test('is advised before anything breaks where many work with a known bug', () => {
    const versions = [
      { ...rates('2.1.252', 0, 10), developers: 2 },
      { ...rates('2.1.255', 0, 10), developers: 7 },
      { ...rates('2.1.330', 0, 10), developers: 90 },
    ];
    expect(recommended([], { versions, knowsPlans: false })).toMatchObject({
      advice: { is: 'update', from: '2.1.255' },
      because: { is: 'in_use', people: 7 },
    });
    expect(recommended([threshold()], { versions })?.advice.is).toBe('plan_around_resets');
    expect(recommended([fleet({ developers: [1] }, { feedback: 'planned' })], { versions })?.advice.is).toBe('update');
  });
});
