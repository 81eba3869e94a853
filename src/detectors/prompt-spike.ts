import type { PromptSpike } from '../model/finding.ts';
import type { Plan } from '../model/plans.ts';
import { type QuotaWindow, windowIdentity } from '../model/quota-window.ts';
import type { EpochMs } from '../model/time.ts';
import { quantile } from '../windows/usual-pace.ts';
import type { PromptShare } from './window-shares.ts';

export interface PromptSpikeRule {
  /** Points of a window that one prompt took. */
  readonly points: number;
  /** Percentile of the developer's own prompts that it must exceed, and the prompts that it takes to know it. */
  readonly usualQuantile: number;
  readonly usualPrompts: number;
  /** The same percentile of anybody's prompts, in points of a five-hour window, where enough is known of the plan. */
  readonly planPoints: Partial<Record<Plan, number>>;
}

/** What a prompt is held against; read only for one that took enough. */
export interface UsualPrompts {
  /** What the developer's prompts of the weeks before this one cost, micro-dollars. */
  readonly costs: () => readonly number[];
  readonly plan: () => Plan | undefined;
}

/**
 * One prompt took a large part of a window, and more than this developer's prompts do: on a small plan a third of
 * ordinary prompts take 15 points. Their past is known in dollars, so this prompt's own dollars and points convert it.
 * Somebody unknown is held against their plan: the 95th percentile of 763 prompts was 1.5 million weighted units, and a
 * point of a five-hour window was worth at least 16,000 (Pro), 27,000 (Max) or 184,000 (Ultra) of them in reports, so
 * 94, 56 and 8 points.
 */
export function promptSpike(
  { window, prompt, at, arrivedLate }: { window: QuotaWindow; prompt: PromptShare; at: EpochMs; arrivedLate: boolean },
  past: UsualPrompts,
  rule: PromptSpikeRule,
): PromptSpike | undefined {
  const { took, promptId, session, model, requests, costMicros } = prompt;
  if (took.points < rule.points || costMicros === undefined) return undefined;
  const costs = past.costs();
  const isUsualOwn = costs.length >= rule.usualPrompts;
  const usualPoints = isUsualOwn
    ? ((quantile(costs, rule.usualQuantile) ?? 0) / costMicros) * took.points
    : planPoints(window, past.plan(), rule);
  if (usualPoints === undefined || took.points <= usualPoints) return undefined;
  return {
    kind: 'prompt_spike',
    severity: 'info',
    ...windowIdentity(window),
    at,
    arrivedLate,
    session,
    promptId,
    model,
    took,
    usualPoints,
    isUsualOwn,
    requests,
    costMicros,
  };
}

function planPoints({ kind }: QuotaWindow, plan: Plan | undefined, rule: PromptSpikeRule): number | undefined {
  return kind === 'five_hour' && plan !== undefined ? rule.planPoints[plan] : undefined;
}
