import { POLICY } from '../detectors/all.ts';
import { promptSpike } from '../detectors/prompt-spike.ts';
import { sessionId, UNKNOWN_ACCOUNT } from '../model/ids.ts';
import { type Plan, planNamed } from '../model/plans.ts';
import { epochMs, HOUR_MS } from '../model/time.ts';
import type { Case } from './cases.ts';
import { type FiguresVerdict, numbersIn } from './figures-verdict.ts';

/** So many points of a five-hour window for one prompt, held against the plan: nothing is known of whose prompt it was. */
export function promptByShare({ label, facts, plan: planWord }: Case): FiguresVerdict | undefined {
  if (label !== 'prompt_spike') return undefined;
  const shares = [facts.window_pct, facts.pct, facts.pct_range].flatMap(numbersIn);
  if (shares.length === 0) return undefined;
  const points = Math.max(...shares);
  const saw = `${points} points for one prompt`;
  const { points: least } = POLICY.promptSpike;
  if (points < least) return { is: 'judged', by: 'prompt_spike', isFound: false, saw: `${saw}, of at least ${least}` };
  const plans = plansOf(planWord ?? '');
  if (plans.length === 0) return { is: 'not_judged', missing: 'the plan' };
  const isFound = plans.every((plan) => isSpike(points, plan));
  if (isFound) return { is: 'judged', by: 'prompt_spike', isFound, saw: `${saw} of ${planWord}` };
  const isSure = !plans.some((plan) => isSpike(points, plan));
  return { is: 'not_judged', missing: isSure ? 'own history' : 'which of the Max plans' };
}

/** Reports say Max for two plans of very different size. */
function plansOf(word: string): readonly Plan[] {
  if (word === 'max') return ['max', 'ultra'];
  const plan = planNamed(word);
  return plan ? [plan] : [];
}

function isSpike(points: number, plan: Plan): boolean {
  const at = epochMs(0);
  const resetsAt = epochMs(5 * HOUR_MS);
  const window = {
    account: UNKNOWN_ACCOUNT,
    kind: 'five_hour',
    scope: '',
    resetsAt,
    usedPercent: points,
    lastReadAt: at,
  };
  // Dollars only convert somebody's own past into points, and there is none.
  const prompt = { session: sessionId('figures'), promptId: 'figures', model: 'unknown', requests: 1, costMicros: 0 };
  const took = { points, low: points, high: points };
  const past = { costs: () => [], plan: () => plan };
  return (
    promptSpike({ window, prompt: { ...prompt, took }, at, arrivedLate: false }, past, POLICY.promptSpike) !== undefined
  );
}
