import type { CostInflation } from '../model/finding.ts';
import { type LogBaseline, robustZ } from '../model/statistics.ts';
import type { EpochMs } from '../model/time.ts';
import type { JudgedHour } from './usage-hour.ts';

export interface CostInflationRule {
  /** Times the developer's own usual cost per prompt with this model, and robust deviations above it: both must be reached. */
  readonly timesUsual: number;
  readonly robustZ: number;
  /** Active days that it takes to know what is usual. */
  readonly activeDays: number;
  /** Prompts in the hour that make an average: one costly prompt is one costly prompt. */
  readonly leastPrompts: number;
}

/**
 * Prompts to a model cost many times what they usually cost this developer, whatever the reason: a broken cache, a
 * dearer context, a client that asks more. Costs, not tokens: a token read from the cache is worth a fiftieth of an
 * output token. Whoever has days of ten times the usual anyway is no anomaly. Judges the hour's prompts to `model`.
 * @param usual the average costs per prompt to a model of their active days before the hour up to a moment
 */
export function costInflation(
  { hour, clientVersion, arrivedLate }: JudgedHour,
  { model, usual }: { model: string; usual: (model: string, at: EpochMs) => LogBaseline | undefined },
  rule: CostInflationRule,
): CostInflation | undefined {
  const { prompts, costMicros } = hour.promptsOf(model);
  if (prompts < rule.leastPrompts) return undefined;
  const baseline = usual(model, hour.at);
  if (!baseline || baseline.count < rule.activeDays) return undefined;
  const costPerPromptMicros = costMicros / prompts;
  if (costPerPromptMicros < rule.timesUsual * baseline.typical) return undefined;
  if (robustZ(costPerPromptMicros, baseline) < rule.robustZ) return undefined;
  return {
    kind: 'cost_inflation',
    severity: 'warning',
    at: hour.at,
    arrivedLate,
    model,
    clientVersion,
    prompts,
    costPerPromptMicros: Math.round(costPerPromptMicros),
    usualCostPerPromptMicros: Math.round(baseline.typical),
    activeDays: baseline.count,
  };
}
