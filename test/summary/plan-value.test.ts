import { expect, test } from 'vitest';
import { developerId } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plans.ts';
import { planValue } from '../../src/summary/plan-value.ts';
import { weekOf } from '../../src/summary/schedule.ts';

const week = weekOf('2026-W47', 'UTC');
const [ada, grace, alan] = [1, 2, 3].map(developerId);
if (ada === undefined || grace === undefined || alan === undefined) throw new Error('three people');

/** A week that is worth so many dollars at API prices. */
const worth = (dollars: number) => ({
  requests: 1,
  contextTokens: 0,
  cacheReadTokens: 0,
  costMicros: dollars * 1_000_000,
  unpricedRequests: 0,
});

const reckoned = (used: readonly (readonly [typeof ada, number])[], plans: readonly (readonly [typeof ada, Plan])[]) =>
  planValue({ week, usage: new Map(used.map(([who, dollars]) => [who, worth(dollars)])), plans: new Map(plans) });

test('a week is worth a multiple of what the plans cost for it: seven days of 30.44', () => {
  // Max costs $100 a month: $23.00 a week.
  const value = reckoned([[ada, 230]], [[ada, 'max']]);
  expect(value?.planMicros).toBeCloseTo((100_000_000 * 7) / (365.25 / 12), 0);
  expect(value?.multiple).toBeCloseTo(10, 2);
  expect(value?.lowMultiple).toBeCloseTo(1, 3);
});

test('only people whose plan has a known price are on either side', () => {
  const value = reckoned(
    [
      [ada, 100],
      [grace, 50],
      [alan, 1000],
    ],
    [
      [ada, 'max'],
      [grace, 'pro'],
      [alan, 'enterprise'],
    ],
  );
  expect(value).toMatchObject({ people: 2, valueMicros: 150_000_000 });
  expect(value?.planMicros).toBeCloseTo((120_000_000 * 7) / (365.25 / 12), 0);
});

test('a plan whose owner did not work in the week is not counted', () => {
  expect(
    reckoned(
      [[ada, 10]],
      [
        [ada, 'pro'],
        [grace, 'ultra'],
      ],
    ),
  ).toMatchObject({ people: 1 });
});

test('without a plan, or with none that has a price, nobody can tell', () => {
  expect(reckoned([[ada, 10]], [])).toBeUndefined();
  expect(reckoned([[ada, 10]], [[ada, 'api']])).toBeUndefined();
  expect(reckoned([], [[ada, 'max']])).toBeUndefined();
});

test('a week in which the clocks change costs by its hours', () => {
  const longer = weekOf('2026-W44', 'America/New_York');
  const value = planValue({ week: longer, usage: new Map([[ada, worth(1)]]), plans: new Map([[ada, 'max']]) });
  expect(value?.planMicros).toBeCloseTo(((100_000_000 * 7) / (365.25 / 12)) * (169 / 168), 0);
});
