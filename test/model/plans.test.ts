import { describe, expect, test } from 'vitest';
import { monthlyDollars, PLAN_WORDS, PLANS, type Plan, planName, planNamed } from '../../src/model/plans.ts';
import { at, NOON } from '../support/builders.ts';

describe('a plan', () => {
  test.each<[typed: string, plan: Plan | undefined]>([
    ['pro', 'pro'],
    ['Claude Pro', 'pro'],
    ['Pro plan', 'pro'],
    ['max', 'max'],
    ['Max5x', 'max'],
    ['max 5x', 'max'],
    ['Max (5x)', 'max'],
    ['$100', 'max'],
    ['ultra', 'ultra'],
    ['max 20x', 'ultra'],
    ['MAX-20X', 'ultra'],
    ['20x', 'ultra'],
    ['team', 'team'],
    ['Team Standard', 'team'],
    ['team premium', 'team_premium'],
    ['team_premium', 'team_premium'],
    ['enterprise', 'enterprise'],
    ['API key', 'api'],
    ['free', undefined],
    ['max 10x', undefined],
    ['', undefined],
    ['plan', undefined],
    ['__proto__', undefined],
  ])('is understood from "%s"', (typed, plan) => {
    expect(planNamed(typed)).toBe(plan);
  });

  test('is understood by its own name', () => {
    for (const plan of PLANS) expect(planNamed(planName(plan).replace(/ seat/, ''))).toBe(plan);
  });

  test('has words that no other has', () => {
    expect(new Set(PLAN_WORDS.values())).toEqual(new Set(PLANS));
    for (const [word, plan] of PLAN_WORDS) expect(planNamed(word)).toBe(plan);
  });
});

describe('what a seat costs a month', () => {
  test.each<[Plan, number | undefined]>([
    ['pro', 20],
    ['max', 100],
    ['ultra', 200],
    ['team', 25],
    ['team_premium', 125],
    ['enterprise', undefined],
    ['api', undefined],
  ])('is known of %s in November 2026: %s', (plan, dollars) => {
    expect(monthlyDollars(plan, NOON)).toBe(dollars);
  });

  test('is unknown before anybody published it, never zero', () => {
    expect(PLANS.map((plan) => monthlyDollars(plan, at('2025-01-01T00:00:00Z')))).toEqual(PLANS.map(() => undefined));
  });

  test.each([
    ['2026-10-17T23:59:59Z', undefined],
    ['2026-10-18T00:00:00Z', 25],
  ])('holds from its first day on: %s', (moment, dollars) => {
    expect(monthlyDollars('team', at(moment))).toBe(dollars);
  });
});
