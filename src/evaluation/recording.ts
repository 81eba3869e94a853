import { z } from 'zod';
import type { MarkerKind } from '../model/marker.ts';
import { type EpochMs, epochMs, SECOND_MS } from '../model/time.ts';

/** One call to the model, in the words of the webhook, which takes it as it is. Tokens are counts, times epoch ms. */
export interface RecordedRequest {
  readonly session: string;
  readonly at: EpochMs;
  readonly requestId: string;
  readonly promptId?: string;
  /** Left out for the main conversation. */
  readonly agent?: string;
  readonly model: string;
  readonly clientVersion?: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly cacheCreation5mTokens?: number;
  readonly cacheCreation1hTokens?: number;
}

/** Something that happened in a recorded session that is no request. */
export interface RecordedMarker {
  readonly at: EpochMs;
  readonly kind: MarkerKind;
  /** The client's own word for it, such as `start:resume`. */
  readonly word: string;
}

/** A recorded session, numbers only, ready to be sent. Both lists in the order of time. */
export interface Recorded {
  readonly session: string;
  readonly startedAt: EpochMs;
  /** Whether sub-agents' requests stand among those of the main conversation with nothing to tell them apart. */
  readonly isMixed: boolean;
  readonly requests: readonly RecordedRequest[];
  readonly markers: readonly RecordedMarker[];
}

/** The client's words for what happened in a session. Starting up in a session that has a past is a resume too. */
export const MARKERS: ReadonlyMap<string, MarkerKind> = new Map([
  ['start:resume', 'resume'],
  ['start:startup', 'resume'],
  ['start:compact', 'compaction'],
  ['system:compact_boundary', 'compaction'],
  ['system:microcompact_boundary', 'compaction'],
  ['compact_summary', 'compaction'],
  ['start:clear', 'clear'],
  ['cmd:/clear', 'clear'],
]);

/** Begins a prompt; all requests up to the next one belong to it. */
const PROMPT_WORD = 'user';

const count = z.number().int().nonnegative();

const Event = z.object({
  t: z.number(),
  agent: z.string().nullish(),
  model: z.string(),
  ver: z.string().nullish(),
  input: count,
  output: count,
  cache_read: count,
  cache_creation: count,
  c5m: count.nullish(),
  c1h: count.nullish(),
});
type Event = z.infer<typeof Event>;

const HAS_OFFSET = /(Z|[+-]\d\d:?\d\d)$/i;

/** One session, a line of a `.jsonl` file: numbers only, times in seconds from its start. Compiled, because files are large. */
const Recording = z.compile(
  z.object({
    session: z.string().min(1),
    start_utc: z
      .string()
      .transform((text) => Date.parse(HAS_OFFSET.test(text) ? text : `${text}Z`))
      .refine((at) => Number.isFinite(at), 'must be an ISO 8601 time'),
    events: z.array(Event),
    markers: z.array(z.object({ t: z.number(), kind: z.string() })).default([]),
  }),
  { strict: true },
);

/** Reads one parsed line of a recording. Throws ZodError with what is wrong and where. */
export function readRecording(line: unknown): Recorded {
  const { session, start_utc, events, markers } = Recording.parse(line);
  const startedAt = epochMs(start_utc);
  const timed = inOrder(markers).map(({ t, kind }) => ({ at: epochMs(startedAt + t * SECOND_MS), word: kind }));
  return {
    session,
    startedAt,
    isMixed: false,
    requests: requestsOf(inOrder(events), { session, startedAt, timed }),
    markers: timed.flatMap(({ at, word }) => {
      const kind = MARKERS.get(word);
      return kind ? [{ at, kind, word }] : [];
    }),
  };
}

/** Written for millions of requests: one object each, and nothing beside it. */
function requestsOf(
  events: readonly Event[],
  { session, startedAt, timed }: { session: string; startedAt: EpochMs; timed: readonly TimedWord[] },
): readonly RecordedRequest[] {
  const promptAt = promptNamer(session, timed);
  const requests: RecordedRequest[] = [];
  for (const [index, event] of events.entries()) {
    // `<synthetic>` marks texts that the client wrote itself: no usage.
    if (event.model.startsWith('<')) continue;
    const at = epochMs(startedAt + event.t * SECOND_MS);
    const request: Mutable<RecordedRequest> = {
      session,
      at,
      requestId: `${session}:${String(index).padStart(6, '0')}`,
      promptId: promptAt(at),
      model: event.model,
      inputTokens: event.input,
      outputTokens: event.output,
      cacheReadTokens: event.cache_read,
      // Clients before 2.1.152 wrote 0 where only the split told what was written.
      cacheCreationTokens: Math.max(event.cache_creation, (event.c5m ?? 0) + (event.c1h ?? 0)),
    };
    if (event.agent != null) request.agent = event.agent;
    if (event.ver != null) request.clientVersion = event.ver;
    if (event.c5m != null) request.cacheCreation5mTokens = event.c5m;
    if (event.c1h != null) request.cacheCreation1hTokens = event.c1h;
    requests.push(request);
  }
  return requests;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface TimedWord {
  readonly at: EpochMs;
  readonly word: string;
}

/** Names the prompt that was at work at a moment; to be asked in the order of time. What ran before the first belongs to it. */
function promptNamer(session: string, timed: readonly TimedWord[]): (at: EpochMs) => string {
  const starts = timed.filter(({ word }) => word === PROMPT_WORD);
  let begun = 0;
  let name = `${session}:p1`;
  return (at) => {
    const before = begun;
    while ((starts[begun]?.at ?? Number.POSITIVE_INFINITY) <= at) begun++;
    if (begun !== before) name = `${session}:p${begun}`;
    return name;
  };
}

/** Recordings are mostly in order already; what is not is put right. */
function inOrder<T extends { readonly t: number }>(items: readonly T[]): readonly T[] {
  const isInOrder = items.every((item, n) => item.t >= (items[n - 1]?.t ?? item.t));
  return isInOrder ? items : items.toSorted((a, b) => a.t - b.t);
}
