import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { costInflation } from '../../src/detectors/cost-inflation.ts';
import type { PromptCosts } from '../../src/detectors/prompt-costs.ts';
import type { UsageHour } from '../../src/detectors/usage-hour.ts';
import { logBaseline } from '../../src/model/statistics.ts';
import { MODEL, NOON } from '../support/builders.ts';

const CENT = 10_000;

const never = () => {
  throw new Error('the past was read for nothing');
};

function inflation(costs: PromptCosts, past: (() => readonly number[]) | readonly number[]) {
  const hour: UsageHour = {
    at: NOON,
    requests: 10,
    cacheReadTokens: 0,
    outputTokens: 0,
    costMicros: costs.costMicros,
    clientVersions: new Map(),
    headless: { sessions: 0, requests: 0, costMicros: 0 },
    busiestHeadless: () => undefined,
    promptsOf: (model) => (model === MODEL ? costs : { prompts: 0, costMicros: 0 }),
  };
  const usual = () => logBaseline(typeof past === 'function' ? past() : past);
  const judged = { hour, clientVersion: '2.1.330', arrivedLate: false };
  return costInflation(judged, { model: MODEL, usual }, POLICY.costInflation);
}

/** The median day, and as many at a third of it and at three times. */
const WILD_DAYS = [10, 30, 90, 10, 30, 90].map((cents) => cents * CENT);
const days = [20 * CENT, 30 * CENT, 30 * CENT, 40 * CENT, 900 * CENT];

test('prompts at ten times their usual cost are inflated', () => {
  expect(inflation({ prompts: 3, costMicros: 900 * CENT }, days)).toEqual({
    kind: 'cost_inflation',
    severity: 'warning',
    at: NOON,
    arrivedLate: false,
    model: MODEL,
    clientVersion: '2.1.330',
    prompts: 3,
    costPerPromptMicros: 300 * CENT,
    usualCostPerPromptMicros: 30 * CENT,
    activeDays: 5,
  });
});

test.each([
  ['ten times the median day', 3, 900 * CENT, days, 'warning'],
  ['less than ten times is dear work', 3, 899 * CENT, days, undefined],
  ['nor is it more to somebody whose days differ by three times each way', 3, 900 * CENT, WILD_DAYS, undefined],
  ['four active days are too few to know', 3, 900 * CENT, days.slice(1), undefined],
  ['nothing is usual of somebody new', 3, 900 * CENT, [], undefined],
])('%s', (_, prompts, costMicros, past, severity) => {
  expect(inflation({ prompts, costMicros }, past)?.severity).toBe(severity);
});

test('two costly prompts are two costly prompts, and no past is read for them', () => {
  expect(inflation({ prompts: 2, costMicros: 10_000 * CENT }, never)).toBeUndefined();
});

describe('power users', () => {
  test('are no anomalies: scaling their whole past with the hour changes nothing', () => {
    const cents = fc.integer({ min: 1, max: 10_000 });
    const factor = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(fc.array(cents, { minLength: 3, maxLength: 28 }), cents, factor, (past, cost, scale) => {
        const one = inflation(
          { prompts: 3, costMicros: 3 * cost * 50 * CENT },
          past.map((day) => day * CENT),
        );
        const other = inflation(
          { prompts: 3, costMicros: 3 * cost * 50 * CENT * scale },
          past.map((day) => day * CENT * scale),
        );
        expect(other?.kind).toBe(one?.kind);
      }),
    );
  });
});
