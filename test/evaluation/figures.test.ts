import { expect, test } from 'vitest';
import { Case } from '../../src/evaluation/cases.ts';
import { judgeFigures } from '../../src/evaluation/figures.ts';

const report = (label: string, facts: object, part: object = {}) =>
  Case.parse({ id: 'c1', title: 'A report', label, granularity: 'aggregate', facts, ...part });

const judgement = (label: string, facts: object, part: object = {}) => {
  const verdict = judgeFigures(report(label, facts, part));
  if (verdict?.is === 'judged') return `${verdict.by} ${verdict.isFound ? 'fires' : 'is silent'}`;
  return verdict?.missing;
};

test.each<[string, object, object, string | undefined]>([
  ['burn_rate', { minutes: 20, window_pct: 100 }, {}, 'burn_rate fires'],
  ['burn_rate', { minutes: 20 }, { title: '142 agents consumed the window' }, 'burn_rate fires'],
  ['burn_rate', { minutes: 5, window_pct: 30 }, {}, 'burn_rate fires'],
  ['burn_rate', { minutes: 70, window_pct: 100 }, {}, 'own history'],
  ['burn_rate', { minutes: 90 }, { title: 'Limit in <1h30' }, 'own history'],
  ['burn_rate', { minutes: 90 }, { title: 'Window gone in an hour and a half' }, 'burn_rate is silent'],
  ['burn_rate', { minutes: 18, window_pct: 8 }, {}, 'burn_rate is silent'],
  ['burn_rate', { minutes: 20 }, {}, undefined],
  ['burn_rate', { agents: 142 }, {}, undefined],
  ['healthy', { burn_pct_per_h: [19.1, 7.2] }, {}, 'burn_rate is silent'],
  ['healthy', { burn_pct_per_h: { on: 300, off: 4 } }, {}, 'burn_rate fires'],
  ['cost_inflation', { burn_pct_per_h: [300] }, {}, undefined],
  ['lockout', { minutes: 20, window_pct: 100 }, {}, undefined],
])('a case of %s with %j %j: %s', (label, facts, part, expected) => {
  expect(judgement(label, facts, part)).toBe(expected);
});

test.each<[object, string | null, string | undefined]>([
  [{ window_pct: 38 }, 'max20x', 'prompt_spike fires'],
  [{ window_pct: 100 }, 'pro', 'prompt_spike fires'],
  [{ window_pct: 50 }, 'pro', 'own history'],
  [{ pct_range: [15, 18] }, 'max5x', 'own history'],
  [{ pct: 66 }, 'max', 'prompt_spike fires'],
  [{ pct: 30 }, 'max', 'which of the Max plans'],
  [{ pct: 66 }, null, 'the plan'],
  [{ pct: 9 }, null, 'prompt_spike is silent'],
  [{ prompts: 1 }, 'pro', undefined],
])('a prompt that took %j on the plan %s: %s', (facts, plan, expected) => {
  expect(judgement('prompt_spike', facts, { plan })).toBe(expected);
});

test.each<[object, object, string | undefined]>([
  [{ '2.1.224': 0.072, '2.1.252': 0.292 }, { '2.1.224': 4757, '2.1.252': 538 }, 'fleet_regression fires'],
  [{ '2.1.224': 0.072, '2.1.252': 0.1 }, { '2.1.224': 4757, '2.1.252': 538 }, 'fleet_regression is silent'],
  [{ '2.1.224': 0.072, '2.1.252': 0.292 }, { '2.1.224': 4757 }, undefined],
  [{ '10-20m': 0.08, '20-30m': 0.9 }, { '10-20m': 1335, '20-30m': 487 }, undefined],
])('turn boundaries that missed %j of %j: %s', (miss_rate, n, expected) => {
  expect(judgement('cache_invalidation', { miss_rate, n })).toBe(expected);
});

test('the version that the case is about is the one that is accused', () => {
  const facts = { miss_rate: { '2.1.224': 0.072, '2.1.252': 0.292 }, n: { '2.1.224': 4757, '2.1.252': 538 } };
  expect(judgement('cache_invalidation', facts, { app_version: '2.1.224' })).toBe('fleet_regression is silent');
});

test('what was seen is told in numbers, with the rule where they fall short of it', () => {
  const facts = { minutes: 18, window_pct: 8 };
  expect(judgeFigures(report('burn_rate', facts))).toMatchObject({
    saw: '8 % in 18 minutes: 225 minutes for all of it, slower than 90',
  });
});
