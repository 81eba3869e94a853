import { compareVersions } from '../model/client-versions.ts';
import { type EpochMs, MINUTE_MS, plus } from '../model/time.ts';
import { type Arrival, happenings, isMarker } from './arrivals.ts';
import type { Recorded, RecordedMarker, RecordedRequest } from './recording.ts';

/** What clients of a version tell. */
interface Tells {
  /** `query_source`: whether the main conversation or a sub-agent sent a request. Never which sub-agent. */
  readonly querySource: boolean;
  /** How much was written to the 5-minute and how much to the 1-hour cache. */
  readonly split: boolean;
  /** `start_type`: whether a process resumed a session. */
  readonly startType: boolean;
}

/**
 * The first client versions whose `api_request` holds an attribute: `query_source` is in the published 2.1.116 and not in
 * 2.1.114; the split of writes is not in 2.1.217 and is in the captured 2.1.330, nothing between was looked at.
 * `start_type` of `claude_code.session.count` is in the captured 2.1.118 and not in 2.1.89.
 */
const SINCE = { querySource: '2.1.116', split: '2.1.218', startType: '2.1.118' } as const;

/** Between two requests a client logs the prompt at least, as the captured 2.1.89 did: 1, 3, 5, … */
const SEQUENCE_STEP = 2;
/** Metrics are exported once a minute. */
const METRICS_EVERY_MS = MINUTE_MS;

/** Tells a session as live clients of its version do: no agent ids, and nothing of `/clear` and micro-compaction. */
export const asTelemetry = (recorded: Recorded): readonly Arrival[] => telemetry(recorded, tellsOf);

/** The same as clients before `query_source` told it, whatever the version: nothing says who sent a request. */
export const asOldTelemetry = (recorded: Recorded): readonly Arrival[] => telemetry(recorded, oldTellsOf);

function telemetry(recorded: Recorded, tells: (version: string | undefined) => Tells): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  let sequence = -1;
  let version = recorded.requests[0]?.clientVersion;
  for (const happening of happenings(recorded)) {
    if (isMarker(happening)) {
      // A new process counts from 0 again.
      if (happening.kind === 'resume') sequence = -1;
      arrivals.push(...markerBodies(recorded.session, happening, tells(version)));
      continue;
    }
    sequence += SEQUENCE_STEP;
    version = happening.clientVersion;
    const told = tells(version);
    const querySource = told.querySource && !recorded.isMixed ? sourceOf(happening) : undefined;
    arrivals.push(requestBody(happening, { sequence, querySource, isSplit: told.split }));
  }
  return arrivals.toSorted((a, b) => a.at - b.at);
}

/** What is left of a session where it is told as telemetry: without ids, sub-agents' requests cannot be told apart. */
export function asToldBy(feed: 'telemetry' | 'old_telemetry', recorded: Recorded): Recorded {
  const tells = feed === 'telemetry' ? tellsOf : oldTellsOf;
  const tellsOrigin = recorded.requests.every(({ clientVersion }) => tells(clientVersion).querySource);
  const requests = recorded.requests.map((request) =>
    tells(request.clientVersion).split ? request : withoutSplit(request),
  );
  return {
    ...recorded,
    isMixed: recorded.isMixed || !tellsOrigin,
    requests: tellsOrigin ? requests.filter(({ agent }) => agent === undefined) : requests,
  };
}

function withoutSplit({ cacheCreation5mTokens, cacheCreation1hTokens, ...rest }: RecordedRequest): RecordedRequest {
  return rest;
}

function tellsOf(version: string | undefined): Tells {
  return {
    querySource: isSince(version, SINCE.querySource),
    split: isSince(version, SINCE.split),
    startType: isSince(version, SINCE.startType),
  };
}

const oldTellsOf = (version: string | undefined): Tells => ({ ...tellsOf(version), querySource: false });

/** A version that nobody named is taken for a new one. */
function isSince(version: string | undefined, first: string): boolean {
  return version === undefined || compareVersions(version, first) >= 0;
}

const sourceOf = ({ agent }: RecordedRequest) => (agent === undefined ? 'repl_main_thread' : 'agent:custom');

function requestBody(
  request: RecordedRequest,
  told: { sequence: number; querySource: string | undefined; isSplit: boolean },
): Arrival {
  return eventBody('api_request', request, {
    'event.sequence': told.sequence,
    'prompt.id': request.promptId,
    model: request.model,
    input_tokens: request.inputTokens,
    output_tokens: request.outputTokens,
    cache_read_tokens: request.cacheReadTokens,
    cache_creation_tokens: request.cacheCreationTokens,
    cache_creation_5m_tokens: told.isSplit ? request.cacheCreation5mTokens : undefined,
    cache_creation_1h_tokens: told.isSplit ? request.cacheCreation1hTokens : undefined,
    request_id: request.requestId,
    query_source: told.querySource,
  });
}

function markerBodies(session: string, marker: RecordedMarker, tells: Tells): readonly Arrival[] {
  if (marker.kind === 'compaction' && marker.word !== 'system:microcompact_boundary')
    return [eventBody('compaction', { session, at: marker.at }, { success: true })];
  return marker.word === 'start:resume' && tells.startType ? [resumeBody(session, marker.at)] : [];
}

type Scalar = string | number | boolean;

/** An event of OTLP/JSON as the client writes it. */
export function eventBody(
  name: string,
  { session, at, clientVersion }: { session: string; at: EpochMs; clientVersion?: string | undefined },
  attributes: Readonly<Record<string, Scalar | undefined>>,
): Arrival {
  const told = {
    'event.name': name,
    'session.id': session,
    'event.timestamp': new Date(at).toISOString(),
    ...attributes,
  };
  const record = { timeUnixNano: nano(at), body: { stringValue: `claude_code.${name}` }, attributes: keyValues(told) };
  const resource = { attributes: keyValues({ 'service.version': clientVersion }) };
  return { at, format: 'logs', body: { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] } };
}

/** The metric comes with the next export, up to a minute after the process began. */
function resumeBody(session: string, at: EpochMs): Arrival {
  const exportedAt = plus(at, METRICS_EVERY_MS);
  const attributes = keyValues({ 'session.id': session, start_type: 'resume' });
  const point = { attributes, startTimeUnixNano: nano(at), timeUnixNano: nano(exportedAt), asDouble: 1 };
  const metrics = [{ name: 'claude_code.session.count', sum: { dataPoints: [point] } }];
  return { at: exportedAt, format: 'metrics', body: { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] } };
}

function keyValues(attributes: Readonly<Record<string, Scalar | undefined>>): readonly object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: Scalar): object {
  if (typeof value === 'string') return { stringValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { intValue: value };
}

const nano = (at: EpochMs) => `${at}000000`;
