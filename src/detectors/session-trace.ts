import type { ApiRequest } from '../model/api-request.ts';
import type { SessionId } from '../model/ids.ts';
import type { Marker } from '../model/marker.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { createClientProcesses } from './client-processes.ts';
import { createFadingMap } from './fading-map.ts';
import { judge, ttlMsOf } from './judge.ts';
import { streamOf } from './stream.ts';
import type { Turn } from './turn.ts';

/** What happened in one session, to be pushed in event time. */
export type SessionEvent =
  | { readonly is: 'request'; readonly request: ApiRequest; readonly arrivedLate: boolean }
  | { readonly is: 'marker'; readonly marker: Marker };

/** What is older than this on arrival is stored and counted, and never alerts anybody. */
export const LATE_AFTER_MS = 15 * MINUTE_MS;

export function requestEvent(request: ApiRequest, receivedAt: EpochMs): SessionEvent {
  return { is: 'request', request, arrivedLate: receivedAt - request.endedAt > LATE_AFTER_MS };
}

/** When an event happened. */
export function atOf(event: SessionEvent): EpochMs {
  return event.is === 'request' ? event.request.endedAt : event.marker.at;
}

/** Whose event it is. */
export function sessionOf(event: SessionEvent): SessionId {
  return event.is === 'request' ? event.request.session : event.marker.session;
}

export interface SessionTrace {
  /** Judges a request against its stream; undefined for markers and for requests that belong to no stream. */
  push(event: SessionEvent): Turn | undefined;
  /** The streams that spoke in the last two hours. */
  streams(): readonly string[];
  /** The turns of a stream that ended in the hour up to its newest, oldest first. */
  turns(stream: string): readonly Turn[];
}

interface Stream {
  readonly name: string;
  /** The newest requests, newest last: overlapping ones need an older predecessor. */
  readonly recent: ApiRequest[];
  readonly turns: Turn[];
  ttlMs: number;
  resume: { at: EpochMs; nth: number } | undefined;
  rebuilt: 'compaction' | 'clear' | undefined;
}

/** Requests that overlap were sent before the other's writes could be read. Clients log a moment after the end. */
const OVERLAP_TOLERANCE_MS = SECOND_MS;
/** How many parallel requests of one stream are looked past. */
const RECENT_REQUESTS = 8;
/** A stream that was silent for so long has nothing left in any cache; most are of sub-agents that will never speak again. */
const STREAM_KEPT_MS = 2 * HOUR_MS;

/** Follows one session event by event; keeps an hour of turns for each live stream, so memory does not grow with history. */
export function createSessionTrace(): SessionTrace {
  const streams = createFadingMap<Stream>(STREAM_KEPT_MS);
  const lastModels = createFadingMap<string>(STREAM_KEPT_MS);
  const processes = createClientProcesses();

  return {
    push(event) {
      if (event.is === 'marker') {
        mark(event.marker);
        return undefined;
      }
      const { request, arrivedLate } = event;
      if (processes.isResumedBy(request)) mark({ session: request.session, at: request.startedAt, kind: 'resume' });
      const name = streamOf(request);
      if (name === undefined) return undefined;
      const switchedModel = noteModel(request);
      const stream = streams.get(name) ?? newStream(name);
      streams.set(stream.name, stream, request.endedAt);
      const turn = turnOf({ stream, request, switchedModel, arrivedLate });
      remember(stream, turn);
      return turn;
    },
    streams: () => streams.keys(),
    turns: (name) => streams.get(name)?.turns ?? [],
  };

  function mark({ at, kind }: Marker) {
    for (const stream of streams.values()) {
      if (kind === 'resume') stream.resume = { at, nth: 0 };
      else stream.rebuilt = kind;
    }
  }

  /** Whether the conversation spoke to another model just before. Mixed streams hold helpers on other models: no switch is visible there. */
  function noteModel(request: ApiRequest): boolean {
    if (request.origin === 'unknown') return false;
    const conversation = request.agent ?? '';
    const last = lastModels.get(conversation);
    lastModels.set(conversation, request.model, request.endedAt);
    return last !== undefined && last !== request.model;
  }
}

function newStream(name: string): Stream {
  return { name, recent: [], turns: [], ttlMs: 5 * MINUTE_MS, resume: undefined, rebuilt: undefined };
}

interface Next {
  readonly stream: Stream;
  readonly request: ApiRequest;
  readonly switchedModel: boolean;
  readonly arrivedLate: boolean;
}

function turnOf({ stream, request, switchedModel, arrivedLate }: Next): Turn {
  const previous = predecessorOf(request, stream.recent);
  const gapMs = previous ? Math.max(0, request.startedAt - previous.endedAt) : 0;
  const sinceResume = stream.resume && { at: stream.resume.at, nth: stream.resume.nth + 1 };
  const between = {
    gapMs,
    ttlMs: stream.ttlMs,
    nthSinceResume: sinceResume?.nth,
    rebuilt: stream.rebuilt,
    switchedModel,
  };
  const verdict = judge(previous, request, between);
  const { name, ttlMs } = stream;
  return { request, stream: name, previous, verdict, gapMs, ttlMs, sinceResume, arrivedLate };
}

/** Mostly the last one. */
function predecessorOf({ startedAt }: ApiRequest, recent: readonly ApiRequest[]): ApiRequest | undefined {
  for (let index = recent.length - 1; index >= 0; index--) {
    const other = recent[index];
    if (other && other.endedAt <= startedAt + OVERLAP_TOLERANCE_MS) return other;
  }
  return undefined;
}

function remember(stream: Stream, turn: Turn) {
  if (stream.recent.length === RECENT_REQUESTS) stream.recent.shift();
  stream.recent.push(turn.request);
  stream.ttlMs = ttlMsOf(turn.request) ?? stream.ttlMs;
  stream.resume = turn.sinceResume;
  stream.rebuilt = undefined;
  stream.turns.push(turn);
  forgetBefore(turn.request.endedAt - HOUR_MS, stream.turns);
}

function forgetBefore(horizon: number, turns: Turn[]) {
  const [oldest] = turns;
  if (!oldest || oldest.request.endedAt >= horizon) return;
  turns.splice(
    0,
    turns.findIndex(({ request }) => request.endedAt >= horizon),
  );
}
