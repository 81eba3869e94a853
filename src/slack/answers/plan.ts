import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Developer } from '../../model/developer.ts';
import type { Plan } from '../../model/plans.ts';
import type { Store } from '../../store/store.ts';
import type { Message } from '../views/blocks.ts';
import { planAnswer, planSetAnswer } from '../views/plan-answer.ts';

export interface PlanDeps {
  readonly store: { readonly developers: Pick<Store['developers'], 'setPlan'> };
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Logger, 'info'>;
}

/** `/quota plan` and `/quota plan max`. */
export function planAnswerer({ store, clock, log }: PlanDeps) {
  return {
    current: ({ plan }: Developer): Message => planAnswer(plan, clock.now()),

    choose({ id }: Developer, plan: Plan): Message {
      store.developers.setPlan(id, plan);
      log.info({ developer: id, plan }, 'plan set');
      return planSetAnswer(plan, clock.now());
    },
  };
}
