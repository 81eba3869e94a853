import { describe, expect, test } from 'vitest';
import { type NextStep, type NextStepSituation, nextStep } from '../../src/incidents/next-step.ts';
import type { CacheIncident, Incident } from '../../src/model/incident.ts';
import type { QuotaWindow } from '../../src/model/quota-window.ts';
import { NO_COUNTS, type VersionRates } from '../../src/model/version-rates.ts';
import {
  broken,
  burning,
  downgraded,
  inflated,
  lockedOut,
  passed,
  ranAway,
  regressed,
  resumed,
  silent,
  spawned,
  spiked,
  storming,
} from '../slack/incidents.ts';
import { hours, NOON, window } from '../support/builders.ts';

/** 2.1.330 misses 17 of 60 turn boundaries, 2.1.329 no more than 4 of 200. */
const BETTER: readonly VersionRates[] = [
  { ...NO_COUNTS, clientVersion: '2.1.330', developers: 2, boundaries: 60, boundaryMisses: 17 },
  { ...NO_COUNTS, clientVersion: '2.1.329', developers: 2, boundaries: 200, boundaryMisses: 4 },
];
const TIGHT = window({ usedPercent: 92 });
const TIGHT_WEEK = window({ kind: 'seven_day', usedPercent: 97, resetsAt: hours(60) });

const situation = (part: Partial<NextStepSituation> = {}): NextStepSituation => {
  return { windows: [window()], versions: [], now: NOON, ...part };
};

const step = (incident: Incident, part: Partial<NextStepSituation> = {}) => nextStep(incident, situation(part));
const caused = (cause: string | undefined, clientVersion = '2.1.330') => broken({ cause, clientVersion });

describe('a broken cache', () => {
  test.each<[cause: string | undefined, expected: NextStep]>([
    [undefined, { is: 'start_fresh', cause: 'unnamed' }],
    ['unknown', { is: 'start_fresh', cause: 'unnamed' }],
    ['a_word_of_next_year', { is: 'start_fresh', cause: 'unnamed' }],
    ['tools_changed', { is: 'start_fresh', cause: 'tools_changed' }],
    ['system_prompt_changed', { is: 'start_fresh', cause: 'system_prompt_changed' }],
    ['messages_rewritten', { is: 'start_fresh', cause: 'messages_rewritten' }],
    ['model_changed', { is: 'keep_the_model' }],
    ['ttl_expired_5m', { is: 'mind_the_pauses', ttl: '5m' }],
    ['ttl_expired_1h', { is: 'mind_the_pauses', ttl: '1h' }],
    ['likely_server_side', { is: 'try_one_more_turn' }],
    ['likely_server_side,tools_changed', { is: 'start_fresh', cause: 'tools_changed' }],
    ['unknown, system_prompt_changed', { is: 'start_fresh', cause: 'system_prompt_changed' }],
  ])('of cause %s', (cause, expected) => {
    expect(step(caused(cause))).toEqual(expected);
  });

  test('on a version that is measurably worse: move, whatever the cause', () => {
    for (const cause of [undefined, 'tools_changed', 'likely_server_side']) {
      expect(step(caused(cause), { versions: BETTER })).toMatchObject({
        is: 'move_to_version',
        from: '2.1.330',
        to: { version: '2.1.329', because: { is: 'measured' } },
      });
    }
  });

  test('on a version with a known bug: to one that the team runs, else to the one that mended it', () => {
    const mended = { ...NO_COUNTS, clientVersion: '2.1.259', developers: 1, boundaries: 80, boundaryMisses: 3 };
    expect(step(caused(undefined, '2.1.252'), { versions: [mended] })).toMatchObject({
      is: 'move_to_version',
      to: { version: '2.1.259', because: { is: 'known_bug' } },
    });
    expect(step(caused('messages_rewritten', '2.1.252'))).toMatchObject({
      is: 'update_client',
      from: '2.1.252',
      to: '2.1.259',
      source: 'anthropics/claude-code#91707',
    });
  });

  test('a cause that one can put right oneself comes before a known bug', () => {
    expect(step(caused('tools_changed', '2.1.252'))).toEqual({ is: 'start_fresh', cause: 'tools_changed' });
  });

  test('a bug that nobody mended leads nowhere', () => {
    expect(step(caused(undefined, '2.1.270'))).toEqual({ is: 'start_fresh', cause: 'unnamed' });
  });

  test('an unknown version is no reason', () => {
    const unknown = broken({ clientVersion: undefined });
    expect(step(unknown, { versions: BETTER })).toEqual({ is: 'start_fresh', cause: 'unnamed' });
  });

  const tight = { windowKind: 'five_hour', scope: '', usedPercent: 92, resetsAt: hours(4) };
  test('with a window nearly used up: wait for its reset, whatever else', () => {
    expect(step(caused('tools_changed'), { windows: [window(), TIGHT], versions: BETTER })).toEqual({
      is: 'wait_for_reset',
      window: tight,
      afterwards: 'start_fresh',
    });
  });

  test.each<[what: string, windows: readonly QuotaWindow[], is: NextStep['is']]>([
    ['at 89 % there is enough left', [window({ usedPercent: 89.9 })], 'start_fresh'],
    ['at 90 % there is not', [window({ usedPercent: 90 })], 'wait_for_reset'],
    ['a reset in five hours is worth waiting for', [window({ usedPercent: 90, resetsAt: hours(5) })], 'wait_for_reset'],
    ['one on another day is not: compact', [TIGHT_WEEK], 'compact'],
    ['of two, the one with the least left counts', [TIGHT, TIGHT_WEEK], 'compact'],
    ['of two alike, the one that resets last', [TIGHT, window({ usedPercent: 92, resetsAt: hours(9) })], 'compact'],
    ['a window that was reset is unknown', [window({ usedPercent: 99, resetsAt: NOON })], 'start_fresh'],
    ['no window is known', [], 'start_fresh'],
  ])('%s', (_, windows, is) => {
    expect(step(caused(undefined), { windows })?.is).toBe(is);
  });

  test('a cause or a version is better than to compact', () => {
    expect(step(caused('tools_changed'), { windows: [TIGHT_WEEK] })?.is).toBe('start_fresh');
    expect(step(caused(undefined, '2.1.252'), { windows: [TIGHT_WEEK] })?.is).toBe('update_client');
  });
});

describe('every other kind', () => {
  const resumedWith = (clientVersion: string): CacheIncident => resumed({ clientVersion });

  test.each<
    [what: string, incident: Incident, part: Partial<NextStepSituation>, expected: Partial<NextStep> | undefined]
  >([
    ['a resume', resumedWith('2.1.330'), { versions: BETTER }, { is: 'keep_sessions_open' }],
    ['a resume with a mended bug', resumedWith('2.1.80'), {}, { is: 'update_client', to: '2.1.90' }],
    ['a resume with a bug that nobody mended', resumedWith('2.1.112'), {}, { is: 'keep_sessions_open' }],
    ['a resume with little left', resumedWith('2.1.80'), { windows: [TIGHT] }, { is: 'compact', because: 'resumed' }],
    ['a lock-out', lockedOut(), {}, { is: 'will_tell_when_open' }],
    ['a window at 80 % that lasts', passed(80), {}, undefined],
    ['a window at 80 % that does not', passed(80, { runsOutAt: hours(1) }), {}, { is: 'finish_what_matters' }],
    ['a window at 100 %', passed(100), {}, { is: 'wait_for_reset', afterwards: 'go_on' }],
    ['a fast pace', burning(), {}, { is: 'look_in_background' }],
    ['a costly prompt', spiked({ requests: 44 }), {}, { is: 'shrink_context', contextTokens: undefined }],
    ['a costly prompt of many requests', spiked({ requests: 45 }), {}, { is: 'look_in_background' }],
    ['a costly prompt with little left', spiked(), { windows: [TIGHT] }, { is: 'wait_for_reset', afterwards: 'go_on' }],
    ['a costly prompt in a tight week', spiked({ requests: 9 }), { windows: [TIGHT_WEEK] }, { is: 'shrink_context' }],
    ['a runaway', ranAway(), {}, { is: 'stop_background', rule: 'points' }],
    [
      'a loop that starts sessions',
      spawned({ sessions: 120 }),
      {},
      { is: 'stop_background', rule: 'sessions', sessions: 120 },
    ],
    [
      'reads of huge contexts',
      storming({ readTokens: 30_000_000, requests: 100 }),
      {},
      { is: 'shrink_context', contextTokens: 300_000 },
    ],
    ['reads by many requests', storming({ readTokens: 29_000_000, requests: 100 }), {}, { is: 'look_in_background' }],
    ['reads by no request', storming({ readTokens: 100, requests: 0 }), {}, { is: 'look_in_background' }],
    ['prompts that cost more', inflated(), {}, { is: 'look_what_grew' }],
    [
      'prompts that cost more on a client with a mended bug',
      inflated({ clientVersion: '2.1.120' }),
      {},
      { is: 'update_client' },
    ],
    ['a short cache', downgraded(), {}, { is: 'ask_for_an_hour' }],
    ['a short cache of no known client', downgraded({ clientVersion: undefined }), {}, { is: 'ask_for_an_hour' }],
    [
      'a short cache of a client with a mended bug',
      downgraded({ clientVersion: '2.1.107' }),
      {},
      { is: 'update_client', to: '2.1.129' },
    ],
    [
      'a short cache on usage credits',
      downgraded(),
      { windows: [window({ usedPercent: 100 })] },
      { is: 'wait_for_quota' },
    ],
    ['a silent feed', silent('telemetry'), {}, { is: 'reconnect', feed: 'telemetry' }],
    [
      'a regression',
      regressed({ clientVersion: '2.1.330' }),
      { versions: BETTER },
      { is: 'move_to_version', from: '2.1.330' },
    ],
    ['a regression that a later version mended', regressed(), {}, { is: 'update_client', to: '2.1.259' }],
    [
      'a regression of which nothing is known',
      regressed({ clientVersion: '2.1.331' }),
      {},
      { is: 'leave_version', version: '2.1.331', of: 'cache_invalidation' },
    ],
  ])('%s', (_, incident, part, expected) => {
    const found = step(incident, part);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });
});
