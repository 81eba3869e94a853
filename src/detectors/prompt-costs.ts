import type { ApiRequest } from '../model/api-request.ts';

/** Prompts whose whole cost is known, and what they cost together, in micro-dollars. */
export interface PromptCosts {
  readonly prompts: number;
  readonly costMicros: number;
}

type Spender = Pick<ApiRequest, 'promptId' | 'origin' | 'model' | 'costMicros'>;

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
    count(request: Spender, by: 1 | -1) {
      const { promptId, model } = request;
      if (promptId === undefined) return;
      const prompt = prompts.get(promptId) ?? { model, requests: 0, costMicros: 0, unpriced: 0 };
      addToModel(prompt, -1);
      if (request.origin === 'main') prompt.model = model;
      prompt.requests += by;
      prompt.costMicros += by * (request.costMicros ?? 0);
      if (request.costMicros === undefined) prompt.unpriced += by;
      if (prompt.requests === 0) prompts.delete(promptId);
      else prompts.set(promptId, prompt);
      addToModel(prompt, 1);
    },
    of: (model: string): PromptCosts => models.get(model) ?? NONE,
  };

  function addToModel(prompt: Prompt, by: 1 | -1) {
    if (prompt.requests === 0 || prompt.unpriced > 0) return;
    const known = models.get(prompt.model) ?? { prompts: 0, costMicros: 0 };
    known.prompts += by;
    known.costMicros += by * prompt.costMicros;
    if (known.prompts === 0) models.delete(prompt.model);
    else models.set(prompt.model, known);
  }
}
