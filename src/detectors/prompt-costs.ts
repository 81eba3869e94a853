import type { Caller } from '../model/caller.ts';
import type { Used } from './usage-minute.ts';

/** Prompts whose whole cost is known, and what they cost together, in micro-dollars. */
export interface PromptCosts {
  readonly prompts: number;
  readonly costMicros: number;
}

type Spender = Pick<Caller, 'promptId' | 'origin' | 'model'>;

type Spent = Pick<Used, 'requests' | 'costMicros' | 'unpriced'>;

interface Prompt {
  /** Of its main conversation where it has one: helpers and sub-agents often run on another. */
  model: string;
  requests: number;
  costMicros: number;
  unpriced: number;
}

const NONE: PromptCosts = { prompts: 0, costMicros: 0 };

/** Counts what prompts cost by model, as requests come (`by` 1) and go (-1). */
export function createPromptCosts() {
  const prompts = new Map<string, Prompt>();
  const models = new Map<string, { prompts: number; costMicros: number }>();

  return {
    count({ promptId, origin, model }: Spender, { requests, costMicros, unpriced }: Spent, by: 1 | -1) {
      if (promptId === undefined) return;
      const prompt = promptOf(promptId, model);
      addToModel(prompt, -1);
      // What goes is older than what stays.
      if (origin === 'main' && by === 1) prompt.model = model;
      prompt.requests += by * requests;
      prompt.costMicros += by * costMicros;
      prompt.unpriced += by * unpriced;
      if (prompt.requests === 0) prompts.delete(promptId);
      addToModel(prompt, 1);
    },
    of: (model: string): PromptCosts => models.get(model) ?? NONE,
  };

  function promptOf(id: string, model: string): Prompt {
    const known = prompts.get(id);
    if (known) return known;
    const prompt = { model, requests: 0, costMicros: 0, unpriced: 0 };
    prompts.set(id, prompt);
    return prompt;
  }

  function addToModel(prompt: Prompt, by: 1 | -1) {
    if (prompt.requests === 0 || prompt.unpriced > 0) return;
    const known = models.get(prompt.model) ?? { prompts: 0, costMicros: 0 };
    known.prompts += by;
    known.costMicros += by * prompt.costMicros;
    if (known.prompts === 0) models.delete(prompt.model);
    else models.set(prompt.model, known);
  }
}
