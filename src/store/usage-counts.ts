import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, HOUR_MS } from '../model/time.ts';
import type { Database } from './database.ts';
import { createPartedByDeveloper, type Part } from './parts.ts';

interface Counts {
  requests: number;
  costMicros: number;
  unpricedRequests: number;
}

/** What is to be added to a row. */
interface Hour extends Counts {
  readonly hourAt: number;
  readonly model: string;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheCreationTokens: number;
}

interface Prompt extends Counts {
  readonly promptId: string;
  readonly session: string;
  model: string;
  /** 1 where the model is that of the main conversation. */
  isMain: number;
  startedAt: number;
  endedAt: number;
}

/** What is to be added to the rows of a developer. */
interface Counted {
  readonly developer: DeveloperId;
  readonly hours: Hour[];
  readonly prompts: Map<string, Prompt>;
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

  const counted = createPartedByDeveloper((developer): Counted => ({ developer, hours: [], prompts: new Map() }));

  return {
    /** Counts a request that was accepted. */
    add(developer: DeveloperId, request: ApiRequest) {
      const { hours, prompts } = counted.obtain(developer);
      countHour(hours, request);
      countPrompt(prompts, request);
    },

    /** What the table does not have yet of a developer's hours from then on. */
    unwrittenHours: (developer: DeveloperId, from: EpochMs): readonly Pick<Hour, 'costMicros' | 'unpricedRequests'>[] =>
      counted.of(developer)?.hours.filter(({ hourAt }) => hourAt >= from) ?? [],

    /** Writes what was counted of some parts. */
    flush: (parts: Iterable<Part>) => counted.take(parts, writeCounted),

    /** The transaction was undone. */
    forget: counted.clear,
  };

  function writeCounted({ developer, hours, prompts }: Counted) {
    for (const hour of hours) writeHour(developer, hour);
    for (const prompt of prompts.values()) writePrompt(developer, prompt);
  }

  function writeHour(developer: DeveloperId, hour: Hour) {
    addHour.run(
      developer,
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

  function writePrompt(developer: DeveloperId, prompt: Prompt) {
    addPrompt.run(
      developer,
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
}

function countHour(hours: Hour[], request: ApiRequest) {
  const hour = hourOf(hours, request);
  hour.inputTokens += request.inputTokens;
  hour.outputTokens += request.outputTokens;
  hour.cacheReadTokens += request.cacheReadTokens;
  hour.cacheCreationTokens += request.cacheCreationTokens;
  count(hour, request);
}

/** Mostly it is the one that was counted last. */
function hourOf(hours: Hour[], { model, endedAt }: ApiRequest): Hour {
  const hourAt = endedAt - (endedAt % HOUR_MS);
  for (let index = hours.length - 1; index >= 0; index--) {
    const hour = hours[index];
    if (hour?.hourAt === hourAt && hour.model === model) return hour;
  }
  const hour = { ...NO_TOKENS, hourAt, model };
  hours.push(hour);
  return hour;
}

function countPrompt(prompts: Map<string, Prompt>, request: ApiRequest) {
  const { promptId, model, startedAt, endedAt } = request;
  if (promptId === undefined) return;
  const prompt = promptOf(prompts, promptId, request);
  if (request.origin === 'main') {
    prompt.model = model;
    prompt.isMain = 1;
  }
  prompt.startedAt = Math.min(prompt.startedAt, startedAt);
  prompt.endedAt = Math.max(prompt.endedAt, endedAt);
  count(prompt, request);
}

function promptOf(prompts: Map<string, Prompt>, promptId: string, first: ApiRequest): Prompt {
  const known = prompts.get(promptId);
  if (known) return known;
  const { session, model, startedAt, endedAt } = first;
  const prompt = { ...NOTHING, promptId, session, model, isMain: 0, startedAt, endedAt };
  prompts.set(promptId, prompt);
  return prompt;
}

const NOTHING: Counts = { requests: 0, costMicros: 0, unpricedRequests: 0 };
const NO_TOKENS = { ...NOTHING, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 };

function count(counts: Counts, { costMicros }: ApiRequest) {
  counts.requests += 1;
  counts.costMicros += costMicros ?? 0;
  if (costMicros === undefined) counts.unpricedRequests += 1;
}
