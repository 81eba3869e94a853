import { z } from 'zod';
import type { MarkerKind } from '../model/marker.ts';
import { type EpochMs, epochMs } from '../model/time.ts';

const count = z.number().int().nonnegative();

/** One recorded session, a line of a `.jsonl` file: numbers only, times in seconds from its start. */
const Recording = z.object({
  session: z.string(),
  start_utc: z.string(),
  events: z.array(
    z.object({
      t: z.number(),
      agent: z.string().nullable(),
      model: z.string(),
      ver: z.string().nullish(),
      input: count,
      output: count,
      cache_read: count,
      cache_creation: count,
      c5m: count.nullish(),
      c1h: count.nullish(),
    }),
  ),
  markers: z.array(z.object({ t: z.number(), kind: z.string() })).default([]),
});
type Recording = z.infer<typeof Recording>;

/** One thing of a recorded session, as the webhook takes it, with when it arrived. */
interface Arrival {
  readonly session: string;
  readonly at: EpochMs;
  readonly body: { readonly requests: readonly object[] } | { readonly markers: readonly object[] };
}

/** A recorded session, ready to be sent. */
export interface Recorded {
  readonly session: string;
  readonly startedAt: EpochMs;
  /** In the order of their times; a marker before the request of the same moment. */
  readonly arrivals: readonly Arrival[];
}

/** The client's words for what happened in a session. Starting up in a session that has a past is a resume too. */
const MARKERS: ReadonlyMap<string, MarkerKind> = new Map([
  ['start:resume', 'resume'],
  ['start:startup', 'resume'],
  ['start:compact', 'compaction'],
  ['system:compact_boundary', 'compaction'],
  ['system:microcompact_boundary', 'compaction'],
  ['compact_summary', 'compaction'],
  ['start:clear', 'clear'],
  ['cmd:/clear', 'clear'],
]);

/** Reads one line of a recording. Throws with what is wrong and where. */
export function readRecording(line: string): Recorded {
  const recording = Recording.parse(JSON.parse(line));
  const startedAt = epochMs(Date.parse(`${recording.start_utc}Z`));
  const arrivals = [...markerArrivals(recording, startedAt), ...requestArrivals(recording, startedAt)];
  return { session: recording.session, startedAt, arrivals: arrivals.toSorted((a, b) => a.at - b.at) };
}

function requestArrivals({ session, events }: Recording, startedAt: EpochMs): readonly Arrival[] {
  return events.flatMap((event, index) => {
    // `<synthetic>` marks texts that the client wrote itself: no usage.
    if (event.model.startsWith('<')) return [];
    const at = epochMs(startedAt + event.t * 1000);
    const request = {
      session,
      at,
      requestId: `${session}:${index}`,
      model: event.model,
      inputTokens: event.input,
      outputTokens: event.output,
      cacheReadTokens: event.cache_read,
      cacheCreationTokens: event.cache_creation,
      ...(event.agent !== null && { agent: event.agent }),
      ...(event.ver != null && { clientVersion: event.ver }),
      ...(event.c5m != null && { cacheCreation5mTokens: event.c5m }),
      ...(event.c1h != null && { cacheCreation1hTokens: event.c1h }),
    };
    return [{ session, at, body: { requests: [request] } }];
  });
}

function markerArrivals({ session, markers }: Recording, startedAt: EpochMs): readonly Arrival[] {
  return markers.flatMap(({ t, kind: word }) => {
    const kind = MARKERS.get(word);
    const at = epochMs(startedAt + t * 1000);
    return kind ? [{ session, at, body: { markers: [{ session, at, kind }] } }] : [];
  });
}
