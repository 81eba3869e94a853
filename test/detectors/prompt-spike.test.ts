import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { promptSpike } from '../../src/detectors/prompt-spike.ts';
import type { PromptShare } from '../../src/detectors/window-shares.ts';
import type { Plan } from '../../src/model/plans.ts';
import { ACCOUNT, hours, MODEL, NOON, SESSION, window } from '../support/builders.ts';

const DOLLAR = 1_000_000;

const never = () => {
  throw new Error('the past was read for nothing');
};

const prompt = (points: number, part: Partial<PromptShare> = {}): PromptShare => ({
  promptId: 'prompt-1',
  session: SESSION,
  model: MODEL,
  took: { points, low: points - 1, high: points + 1 },
  requests: 12,
  costMicros: 3 * DOLLAR,
  ...part,
});

interface Past {
  readonly costs?: () => readonly number[];
  readonly plan?: () => Plan | undefined;
  readonly kind?: string;
}

function spike(one: PromptShare, { costs = () => [], plan = () => undefined, kind = 'five_hour' }: Past) {
  const judged = { window: window({ kind }), prompt: one, at: NOON, arrivedLate: false };
  return promptSpike(judged, { costs, plan }, POLICY.promptSpike);
}

/** Twenty prompts, of which the nineteenth by cost is their 95th percentile. */
const usually =
  (dollars: number, count = 20) =>
  () =>
    Array.from({ length: count }, (_, n) => (n === 0 ? 100 : n === 1 ? dollars : 0.1) * DOLLAR);

test('a prompt that took more of a window than 95 of 100 do is a spike', () => {
  expect(spike(prompt(30), { costs: usually(1.5) })).toEqual({
    kind: 'prompt_spike',
    severity: 'info',
    account: ACCOUNT,
    windowKind: 'five_hour',
    scope: '',
    resetsAt: hours(4),
    at: NOON,
    arrivedLate: false,
    session: SESSION,
    promptId: 'prompt-1',
    model: MODEL,
    took: { points: 30, low: 29, high: 31 },
    usualPoints: 15,
    isUsualOwn: true,
    requests: 12,
    costMicros: 3 * DOLLAR,
  });
});

describe('somebody with a past', () => {
  test.each([
    ['15 points are a spike', 15, usually(2.9), 'info'],
    ['less is a prompt', 14.9, never, undefined],
    ['what 95 of 100 of their own prompts cost is usual', 15, usually(3), undefined],
    ['whatever it took: on a small plan such prompts are ordinary', 60, usually(3), undefined],
  ])('%s', (_, points, costs, severity) => {
    expect(spike(prompt(points), { costs, plan: never })?.severity).toBe(severity);
  });

  test('is known by 20 prompts', () => {
    expect(spike(prompt(50), { costs: usually(1, 20) })?.isUsualOwn).toBe(true);
    expect(spike(prompt(50), { costs: usually(1, 19) })).toBeUndefined();
  });

  test('is judged in every window', () => {
    expect(spike(prompt(20), { costs: usually(1), kind: 'seven_day' })?.windowKind).toBe('seven_day');
  });

  test('is no anomaly for spending much: scaling all their costs changes nothing', () => {
    const past = fc.array(fc.integer({ min: 1, max: 1e7 }), { minLength: 20, maxLength: 40 });
    fc.assert(
      fc.property(past, fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 1000 }), (costs, cost, scale) => {
        const one = spike(prompt(20, { costMicros: cost }), { costs: () => costs });
        const scaled = { costs: () => costs.map((micros) => micros * scale) };
        expect(spike(prompt(20, { costMicros: cost * scale }), scaled)?.kind).toBe(one?.kind);
      }),
    );
  });
});

describe('somebody unknown is held against their plan', () => {
  test.each([
    ['on Pro an ordinary prompt may take 94 points', 'pro', 94, undefined],
    ['more may not', 'pro', 94.5, 'info'],
    ['on Max it is 56', 'max', 56, undefined],
    ['more is a spike', 'max', 57, 'info'],
    ['on Ultra it is 8, so 15 are one', 'ultra', 15, 'info'],
    ['of other plans nobody knows', 'enterprise', 99, undefined],
    ['nor without one', undefined, 99, undefined],
  ] as const)('%s', (_, plan, points, severity) => {
    expect(spike(prompt(points), { plan: () => plan })?.severity).toBe(severity);
  });

  test('in the five-hour window alone, and it says so', () => {
    expect(spike(prompt(20), { plan: () => 'ultra' })).toMatchObject({ usualPoints: 8, isUsualOwn: false });
    expect(spike(prompt(20), { plan: () => 'ultra', kind: 'seven_day' })).toBeUndefined();
  });
});

test('a prompt of unknown cost is held against nothing', () => {
  expect(spike(prompt(50, { costMicros: undefined }), { costs: never, plan: () => 'ultra' })).toBeUndefined();
});
