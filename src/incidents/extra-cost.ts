import type { DeveloperIncident } from '../model/incident.ts';

/** What an incident cost beyond what the same work should have: micro-dollars at API prices, or no known price. */
export type ExtraCost = { readonly is: 'known'; readonly micros: number } | { readonly is: 'unpriced' };

/**
 * What the incident took beyond hits, or beyond what is usual for this developer; undefined for kinds that are about a
 * quota window themselves, or that have cost nothing yet.
 */
export function extraCost(incident: DeveloperIncident): ExtraCost | undefined {
  switch (incident.kind) {
    case 'cache_invalidation':
    case 'resume_reprocess':
      return costOf(incident.evidence.extraCostMicros);
    case 'cache_read_storm': {
      const { costMicros, readTokens, usualReadTokens } = incident.evidence;
      return costOf(costMicros && costMicros * (1 - usualReadTokens / readTokens));
    }
    case 'cost_inflation': {
      const { prompts, costPerPromptMicros, usualCostPerPromptMicros } = incident.evidence;
      return costOf(prompts * (costPerPromptMicros - usualCostPerPromptMicros));
    }
    case 'runaway':
      return incident.evidence.rule === 'sessions' ? costOf(incident.evidence.costMicros) : undefined;
    case 'burn_rate':
    case 'prompt_spike':
    case 'lock_out':
    case 'window_threshold':
    case 'ttl_downgrade':
    case 'data_silence':
      return undefined;
  }
}

function costOf(micros: number | undefined): ExtraCost {
  return micros === undefined ? { is: 'unpriced' } : { is: 'known', micros: Math.max(0, Math.round(micros)) };
}
