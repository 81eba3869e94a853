import { DateTime } from 'luxon';
import type { MarkerKind } from '../model/marker.ts';
import { type EpochMs, epochMs, plus, SECOND_MS } from '../model/time.ts';
import { limitText } from './limit-text.ts';
import { apiErrorEvent, apiRequestEvent, compactionEvent, logsBody, type Where } from './otlp-bodies.ts';
import type { LineError, LineEvent, LineMarker, SessionLine } from './session-line.ts';

/** One HTTP call to the collector: when and for whom, which route, which body. */
export interface CollectorCall {
  readonly at: EpochMs;
  readonly developer: string;
  readonly session: string;
  readonly path: '/v1/usage' | '/v1/logs' | '/v1/status-line' | '/v1/hooks';
  readonly body: object;
}

/**
 * What tells of the requests: the `webhook` names sub-agents by their ids, Claude Code's `telemetry` only by their kind, and
 * the `old_telemetry` of March 2026 not at all.
 */
export type Feed = 'webhook' | 'telemetry' | 'old_telemetry';

/** Everything that happened in the sessions as calls to the collector, in the order of time. Throws for an unreadable start. */
export function collectorCalls(sessions: readonly SessionLine[], feed: Feed): readonly CollectorCall[] {
  return sessions.flatMap((session) => callsOf(session, feed)).toSorted((a, b) => a.at - b.at);
}

/** When a recorded session began. Throws for text that is no time. */
export function startOf({ session, start_utc }: Pick<SessionLine, 'session' | 'start_utc'>): EpochMs {
  const start = DateTime.fromISO(start_utc, { zone: 'utc' });
  if (!start.isValid) throw new RangeError(`The start of session ${session} is no time: ${start_utc}`);
  return epochMs(start.toMillis());
}

type Draft = Pick<CollectorCall, 'at' | 'path' | 'body'>;
/** A session with the means to date what happened in it. */
type Dated = SessionLine & { readonly at: (happened: { readonly t: number }) => EpochMs };

function callsOf(line: SessionLine, feed: Feed): readonly CollectorCall[] {
  const startedAt = startOf(line);
  const dated: Dated = { ...line, at: ({ t }) => plus(startedAt, t * SECOND_MS) };
  const drafts = [
    ...(feed === 'webhook' ? webhook(dated) : telemetry(dated, feed)),
    ...statusLines(dated),
    ...refusals(dated),
  ];
  const { session, developer = session } = line;
  return drafts.map((draft) => ({ ...draft, session, developer }));
}

/** Markers come first: they explain the request of the same moment. */
function webhook({ session, markers, events, at }: Dated): readonly Draft[] {
  const promptOf = promptNamer(session, markers);
  const marks = markers.flatMap((marker): readonly Draft[] => {
    const kind = MARKER_KINDS[marker.kind];
    return kind ? [usageCall(at(marker), { markers: [{ session, at: at(marker), kind }] })] : [];
  });
  const requests = events.map((event, nth) => {
    const ids = { session, at: at(event), requestId: `${session}:${nth}`, promptId: promptOf(event) };
    return usageCall(at(event), { requests: [{ ...ids, ...webhookRequest(event) }] });
  });
  return [...marks, ...requests];
}

const usageCall = (at: EpochMs, body: object): Draft => ({ at, path: '/v1/usage', body });

const MARKER_KINDS: Readonly<Record<LineMarker['kind'], MarkerKind | undefined>> = {
  user: undefined,
  'start:resume': 'resume',
  'start:clear': 'clear',
  'system:compact_boundary': 'compaction',
};

/** The prompt that a request works on: the newest before it began. */
function promptNamer(session: string, markers: readonly LineMarker[]): (event: LineEvent) => string {
  const begins = markers.filter(({ kind }) => kind === 'user');
  return ({ t, took = 0 }) => `${session}-p${begins.findLastIndex((begin) => begin.t <= t - took) + 1}`;
}

function webhookRequest(event: LineEvent) {
  return {
    model: event.model,
    clientVersion: event.ver,
    inputTokens: event.input,
    outputTokens: event.output,
    cacheReadTokens: event.cache_read,
    cacheCreationTokens: event.cache_creation,
    ...(event.took !== undefined && { durationMs: Math.round(event.took * SECOND_MS) }),
    ...(event.agent !== null && { agent: event.agent }),
    ...(event.c5m !== null && { cacheCreation5mTokens: event.c5m }),
    ...(event.c1h !== null && { cacheCreation1hTokens: event.c1h }),
  };
}

/** Events between two requests: tools, hooks. */
const SEQUENCE_STEP = 7;

/** A process counts its events from 0, so a resume shows as a number that falls back. /clear leaves no trace here. */
function telemetry(dated: Dated, feed: 'telemetry' | 'old_telemetry'): readonly Draft[] {
  const { session, markers, errors = [], events, at } = dated;
  const promptOf = promptNamer(session, markers);
  const who = { session, email: `${dated.developer ?? session}@example.com`, isOld: feed === 'old_telemetry' };
  let sequence = 0;
  return [...markers, ...errors, ...events]
    .toSorted((a, b) => a.t - b.t)
    .flatMap((happened): readonly Draft[] => {
      sequence = isResume(happened) ? 0 : sequence + SEQUENCE_STEP;
      const where = { ...who, at: at(happened), sequence };
      const event = logRecord(where, happened, promptOf);
      return event ? [{ at: where.at, path: '/v1/logs', body: logsBody([event], versionOf(dated)) }] : [];
    });
}

function logRecord(where: Where, happened: LineMarker | LineError | LineEvent, promptOf: (event: LineEvent) => string) {
  if ('status' in happened) return apiErrorEvent(where, happened);
  if ('output' in happened) return apiRequestEvent(where, happened, promptOf(happened));
  return happened.kind === 'system:compact_boundary' ? compactionEvent(where) : undefined;
}

const isResume = (happened: LineMarker | LineError | LineEvent) =>
  'kind' in happened && happened.kind === 'start:resume';

const versionOf = ({ events }: SessionLine) => events[0]?.ver;

function statusLines(dated: Dated): readonly Draft[] {
  const { session, status_lines = [], events, at } = dated;
  return status_lines.map((line) => {
    const { t, ...told } = line;
    const model = events.findLast((event) => event.agent === null && event.t <= t)?.model;
    const body = { session_id: session, version: versionOf(dated), ...(model && { model: { id: model } }), ...told };
    return { at: at(line), path: '/v1/status-line', body };
  });
}

function refusals({ session, refusals: refused = [], at }: Dated): readonly Draft[] {
  return refused.map((refusal) => ({
    at: at(refusal),
    path: '/v1/hooks',
    body: {
      session_id: session,
      hook_event_name: 'StopFailure',
      error: 'rate_limit',
      last_assistant_message: limitText(refusal.window, epochMs(refusal.resets_at * SECOND_MS)),
    },
  }));
}
