import { z } from 'zod';
import { type EpochMs, epochMs, SECOND_MS } from '../model/time.ts';
import type { Arrival } from './arrivals.ts';
import { eventBody } from './telemetry.ts';

const count = z.number().int().nonnegative();

/** The client's own account of its cache, as its status line told it after a step. */
const PromptCache = z.object({
  requests: count,
  misses: count,
  expected_rebuilds: count.default(0),
  last_miss_cause: z.object({ causes: z.array(z.string()).default([]) }).nullish(),
});
export type PromptCache = z.infer<typeof PromptCache>;

/** One step of an interactive session: a request with its usage, a command, or a wait. */
const Step = z.object({
  input: count.nullish(),
  output: count.nullish(),
  cache_read: count.nullish(),
  w5: count.nullish(),
  w1: count.nullish(),
  t_s: z.number().nullish(),
  model: z.string().nullish(),
  command: z.string().nullish(),
  prompt_cache: PromptCache.nullish(),
});
type Step = z.infer<typeof Step>;

/** A session of the real client against scripted usage; two spellings of the list of its steps. */
const OracleSession = z
  .object({
    client: z.string().nullish(),
    kind: z.string().nullish(),
    turns: z.array(Step).optional(),
    steps: z.array(Step).optional(),
  })
  .refine(({ turns, steps }) => turns !== undefined || steps !== undefined, 'needs turns or steps');
export type OracleSession = z.infer<typeof OracleSession>;

export const OracleSessions = z.array(OracleSession, 'must be a list of sessions');

/** A request of the main conversation with what the client counted after it. */
export interface OracleTurn {
  /** Position among the steps, from 1. */
  readonly step: number;
  readonly requestId: string;
  readonly promptCache: PromptCache | undefined;
}

/** The session as telemetry, and its turns in order. */
export interface OracleRecording {
  readonly arrivals: readonly Arrival[];
  readonly turns: readonly OracleTurn[];
}

/** The sessions tell seconds alone; any moment will do. */
const STARTS_AT = epochMs(1_795_422_000_000);

/** Puts a session into the words of telemetry; `name` makes its ids its own. */
export function oracleRecording(told: OracleSession, name: string): OracleRecording {
  const arrivals: Arrival[] = [];
  const turns: OracleTurn[] = [];
  let conversation = 1;
  let sequence = 0;
  let at: EpochMs = STARTS_AT;
  for (const [index, step] of (told.turns ?? told.steps ?? []).entries()) {
    at = step.t_s == null ? at : epochMs(STARTS_AT + step.t_s * SECOND_MS);
    const { command } = step;
    // After `/clear` the client goes on under another session id; a resumed one is a new process, which counts from 0.
    if (command?.startsWith('/clear')) conversation++;
    if (/resume|--continue/.test(command ?? '')) sequence = 0;
    const session = `${name}:${conversation}`;
    const isCompaction = command?.startsWith('/compact') === true;
    if (step.cache_read != null) {
      const requestId = `${name}:${index}`;
      const querySource = isCompaction ? 'compact' : 'repl_main_thread';
      arrivals.push(requestBody(step, { session, at, requestId, querySource, sequence: sequence++ }));
      if (!isCompaction) turns.push({ step: index + 1, requestId, promptCache: step.prompt_cache ?? undefined });
    }
    if (isCompaction) arrivals.push(eventBody('compaction', { session, at }, { success: true }));
  }
  return { arrivals, turns };
}

function requestBody(
  step: Step,
  told: { session: string; at: EpochMs; requestId: string; querySource: string; sequence: number },
): Arrival {
  const [written5m, written1h] = [step.w5 ?? 0, step.w1 ?? 0];
  return eventBody('api_request', told, {
    'event.sequence': told.sequence,
    model: step.model ?? 'unknown',
    input_tokens: step.input ?? 0,
    output_tokens: step.output ?? 0,
    cache_read_tokens: step.cache_read ?? 0,
    cache_creation_tokens: written5m + written1h,
    cache_creation_5m_tokens: written5m,
    cache_creation_1h_tokens: written1h,
    request_id: told.requestId,
    query_source: told.querySource,
  });
}
