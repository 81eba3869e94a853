import type { DeveloperId } from '../model/ids.ts';
import { monthlyDollars, PLANS, type Plan } from '../model/plans.ts';
import { DAY_MS } from '../model/time.ts';
import type { Week } from './schedule.ts';
import type { WeekUsage } from './week-usage.ts';

/** What a week was worth at API prices against what the plans cost for it, of those whose plan has a known price. Micro-dollars. */
export interface PlanValue {
  readonly people: number;
  readonly valueMicros: number;
  readonly planMicros: number;
  /** How many times the price of the plans that is. */
  readonly multiple: number;
  /** The same at a tenth of list prices: what use costs its provider is not published, so this is the low estimate. */
  readonly lowMultiple: number;
}

const LOW_SHARE_OF_LIST = 0.1;
const DAYS_A_MONTH = 365.25 / 12;

interface Facts {
  readonly week: Week;
  readonly usage: ReadonlyMap<DeveloperId, WeekUsage>;
  readonly plans: ReadonlyMap<DeveloperId, Plan>;
}

/** Undefined where nobody who worked in the week told a plan with a published price. */
export function planValue({ week, usage, plans }: Facts): PlanValue | undefined {
  const months = (week.to - week.from) / DAY_MS / DAYS_A_MONTH;
  const prices = new Map(PLANS.map((plan) => [plan, monthlyDollars(plan, week.from)]));
  const paid = [...usage].flatMap(([developer, { costMicros }]) => {
    const plan = plans.get(developer);
    const dollars = plan && prices.get(plan);
    return dollars === undefined ? [] : [{ costMicros, planMicros: dollars * 1_000_000 * months }];
  });
  const planMicros = paid.reduce((sum, person) => sum + person.planMicros, 0);
  if (planMicros === 0) return undefined;
  const valueMicros = paid.reduce((sum, person) => sum + person.costMicros, 0);
  const multiple = valueMicros / planMicros;
  return { people: paid.length, valueMicros, planMicros, multiple, lowMultiple: multiple * LOW_SHARE_OF_LIST };
}
