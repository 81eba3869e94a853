import { DateTime } from 'luxon';
import type { EpochMs } from './time.ts';

/**
 * What a seat is bought as: prices and quotas differ by it. `team` is a Standard seat of a Team plan, which holds a
 * fifth of a Premium one (1.25 and 6.25 times Pro: https://github.com/anthropics/claude-code/issues/47509).
 */
export const PLANS = ['pro', 'max', 'ultra', 'team', 'team_premium', 'enterprise', 'api'] as const;
export type Plan = (typeof PLANS)[number];

interface MonthlyPrice {
  /** UTC date from which on a source names it, ISO: when it was introduced may be earlier. */
  readonly from: string;
  /** Of one seat, billed monthly, in the United States without tax. */
  readonly dollars: number;
  readonly source: string;
}

interface PlanFacts {
  readonly name: string;
  /** What people type for it in small letters and digits alone, the usual word first. */
  readonly words: readonly [string, ...string[]];
  /** Oldest first; none where what a seat costs is not published or depends on its use. */
  readonly prices: readonly MonthlyPrice[];
}

/** "How much does the Max plan cost": $100 as Max 5x, $200 as Max 20x; first dated mention of both. */
const MAX_TIERS = {
  from: '2026-04-24',
  source: 'https://support.anthropic.com/en/articles/11049744, https://github.com/getagentseal/codeburn/pull/144',
} as const;
/** The new names at the same prices, as tools reported them; a page of the vendor with both was not found. */
const RENAMED = {
  from: '2026-10-31',
  source: 'https://github.com/FlorianBruniaux/claude-code-ultimate-guide/releases/tag/v3.45.0',
} as const;
const IN_OCTOBER = {
  from: '2026-10-18',
  source: 'https://raw.githubusercontent.com/api-evangelist/infere/refs/heads/main/plans/infere-plans-pricing.yml',
} as const;

const FACTS = {
  pro: {
    name: 'Pro',
    words: ['pro'],
    prices: [
      { from: '2026-02-13', dollars: 20, source: 'https://github.com/actualbudget/actual/pull/6963' },
      { ...IN_OCTOBER, dollars: 20 },
    ],
  },
  max: {
    name: 'Max',
    words: ['max', 'max5x', 'max5', '5x', 'max100', '100'],
    prices: [
      { ...MAX_TIERS, dollars: 100 },
      { ...RENAMED, dollars: 100 },
    ],
  },
  ultra: {
    name: 'Ultra',
    words: ['ultra', 'max20x', 'max20', '20x', 'max200', '200'],
    prices: [
      { ...MAX_TIERS, dollars: 200 },
      { ...RENAMED, dollars: 200 },
    ],
  },
  team: {
    name: 'Team (Standard seat)',
    words: ['team', 'teamstandard', 'standard'],
    prices: [{ ...IN_OCTOBER, dollars: 25 }],
  },
  team_premium: {
    name: 'Team (Premium seat)',
    words: ['teampremium', 'premium'],
    prices: [{ ...IN_OCTOBER, dollars: 125 }],
  },
  enterprise: { name: 'Enterprise', words: ['enterprise'], prices: [] },
  api: { name: 'API', words: ['api', 'apikey', 'console'], prices: [] },
} satisfies Readonly<Record<Plan, PlanFacts>>;

export function planName(plan: Plan): string {
  return FACTS[plan].name;
}

/** What to type for each plan, e.g. `max20x` for Ultra; in small letters and digits alone. */
export const PLAN_WORDS: ReadonlyMap<string, Plan> = new Map(
  PLANS.flatMap((plan) => FACTS[plan].words.map((word) => [word, plan] as const)),
);

/** The plan that somebody means by `Max 20x`, `claude max-5x` or `ultra`; undefined when it is none. */
export function planNamed(typed: string): Plan | undefined {
  return PLAN_WORDS.get(planWord(typed));
}

/** What somebody typed for a plan, without what makes no difference. */
export function planWord(typed: string): string {
  return typed.toLowerCase().replace(/claude|plan\b|[^a-z0-9]/g, '');
}

/** What a seat costs a month, in dollars; undefined where nobody published it, or where it depends on the use: never zero. */
export function monthlyDollars(plan: Plan, at: EpochMs): number | undefined {
  const date = DateTime.fromMillis(at, { zone: 'utc' }).toFormat('yyyy-MM-dd');
  const prices: readonly MonthlyPrice[] = FACTS[plan].prices;
  return prices.findLast(({ from }) => from <= date)?.dollars;
}
