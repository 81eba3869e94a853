import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, HOUR_MS } from '../model/time.ts';
import type { Database } from './database.ts';
import { createParted, type Part } from './parts.ts';

interface Counts {
  requests: number;
  costMicros: number;
  unpricedRequests: number;
}

/** What is to be added to a row. */
interface Hour extends Counts {
  readonly developer: DeveloperId;
  readonly hourAt: number;
  readonly model: string;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheCreationTokens: number;
}

interface Prompt extends Counts {
  readonly developer: DeveloperId;
  readonly promptId: string;
  readonly session: string;
  model: string;
  /** 1 where the model is that of the main conversation. */
  isMain: number;
  startedAt: number;
  endedAt: number;
}

export type UsageCounts = ReturnType<typeof createUsageCounts>;

/** Keeps count of hours and prompts: gathered in memory with each request, and written once for many of them (settling.ts). */
export function createUsageCounts(db: Database) {
  // By position, which takes half the time of names, because everybody's prompts come through here.
  const addHour = db.prepare<(number | string)[]>(`
    INSERT INTO usage_hours (
      developer_id, hour_at, model, requests, input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens,
      cost_micros, unpriced_requests
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (developer_id, hour_at, model) DO UPDATE
    SET requests              = requests              + excluded.requests,
        input_tokens          = input_tokens          + excluded.input_tokens,
        output_tokens         = output_tokens         + excluded.output_tokens,
        cache_read_tokens     = cache_read_tokens     + excluded.cache_read_tokens,
        cache_creation_tokens = cache_creation_tokens + excluded.cache_creation_tokens,
        cost_micros           = cost_micros           + excluded.cost_micros,
        unpriced_requests     = unpriced_requests     + excluded.unpriced_requests
  `);
  const addPrompt = db.prepare<(number | string)[]>(`
    INSERT INTO prompts (
      developer_id, prompt_id, session, model, started_at, ended_at, requests, cost_micros, unpriced_requests
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (developer_id, prompt_id) DO UPDATE
    SET model             = iif(?, excluded.model, model),
        started_at        = min(started_at, excluded.started_at),
        ended_at          = max(ended_at, excluded.ended_at),
        requests          = requests          + excluded.requests,
        cost_micros       = cost_micros       + excluded.cost_micros,
        unpriced_requests = unpriced_requests + excluded.unpriced_requests
  `);

  const hours = createParted<string, Hour>();
  const prompts = createParted<string, Prompt>();
  /** Mostly the next request counts for the same hour and prompt. */
  let last: Hour | undefined;
  let lastPrompt: Prompt | undefined;

  return {
    /** Counts a request that was accepted. */
    add(developer: DeveloperId, request: ApiRequest) {
      countHour(developer, request);
      countPrompt(developer, request);
    },

    /** What the table does not have yet of a developer's hours from then on. */
    unwrittenHours: (developer: DeveloperId, from: EpochMs): readonly Pick<Hour, 'costMicros' | 'unpricedRequests'>[] =>
      [...hours.ofPart(developer)].filter((hour) => hour.developer === developer && hour.hourAt >= from),

    /** Writes what was counted of some parts. */
    flush,

    /** The transaction was undone. */
    forget,
  };

  function flush(parts: Iterable<Part>) {
    hours.take(parts, writeHour);
    prompts.take(parts, writePrompt);
    last = undefined;
    lastPrompt = undefined;
  }

  function writeHour(hour: Hour) {
    addHour.run(
      hour.developer,
      hour.hourAt,
      hour.model,
      hour.requests,
      hour.inputTokens,
      hour.outputTokens,
      hour.cacheReadTokens,
      hour.cacheCreationTokens,
      hour.costMicros,
      hour.unpricedRequests,
    );
  }

  function writePrompt(prompt: Prompt) {
    addPrompt.run(
      prompt.developer,
      prompt.promptId,
      prompt.session,
      prompt.model,
      prompt.startedAt,
      prompt.endedAt,
      prompt.requests,
      prompt.costMicros,
      prompt.unpricedRequests,
      prompt.isMain,
    );
  }

  function forget() {
    hours.clear();
    prompts.clear();
    last = undefined;
    lastPrompt = undefined;
  }

  function countHour(developer: DeveloperId, request: ApiRequest) {
    const { model, endedAt } = request;
    const hourAt = endedAt - (endedAt % HOUR_MS);
    const hour = hourOf(developer, hourAt, model);
    hour.inputTokens += request.inputTokens;
    hour.outputTokens += request.outputTokens;
    hour.cacheReadTokens += request.cacheReadTokens;
    hour.cacheCreationTokens += request.cacheCreationTokens;
    count(hour, request);
  }

  function hourOf(developer: DeveloperId, hourAt: number, model: string): Hour {
    if (last?.developer === developer && last.hourAt === hourAt && last.model === model) return last;
    const key = `${developer} ${hourAt} ${model}`;
    last = hours.get(developer, key) ?? { ...NO_TOKENS, developer, hourAt, model };
    hours.set(key, last);
    return last;
  }

  function countPrompt(developer: DeveloperId, request: ApiRequest) {
    const { promptId, model, startedAt, endedAt } = request;
    if (promptId === undefined) return;
    const prompt = promptOf(developer, promptId, request);
    if (request.origin === 'main') {
      prompt.model = model;
      prompt.isMain = 1;
    }
    prompt.startedAt = Math.min(prompt.startedAt, startedAt);
    prompt.endedAt = Math.max(prompt.endedAt, endedAt);
    count(prompt, request);
  }

  function promptOf(developer: DeveloperId, promptId: string, first: ApiRequest): Prompt {
    if (lastPrompt?.promptId === promptId && lastPrompt.developer === developer) return lastPrompt;
    const key = `${developer} ${promptId}`;
    const { session, model, startedAt, endedAt } = first;
    lastPrompt = prompts.get(developer, key) ?? {
      ...NOTHING,
      developer,
      promptId,
      session,
      model,
      isMain: 0,
      startedAt,
      endedAt,
    };
    prompts.set(key, lastPrompt);
    return lastPrompt;
  }
}

const NOTHING: Counts = { requests: 0, costMicros: 0, unpricedRequests: 0 };
const NO_TOKENS = { ...NOTHING, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 };

function count(counts: Counts, { costMicros }: ApiRequest) {
  counts.requests += 1;
  counts.costMicros += costMicros ?? 0;
  if (costMicros === undefined) counts.unpricedRequests += 1;
}
