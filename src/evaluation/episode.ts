import { atLeast, type IncidentKind, type Severity } from '../model/finding.ts';
import { type CacheEvidence, type Incident, isCacheIncident } from '../model/incident.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { Recorded, RecordedRequest } from './recording.ts';

/** An incident as it was at the end of a replay, and as it was when it was first worth a notice. */
export interface Episode {
  readonly incident: Incident;
  /** Undefined for what was only recorded. */
  readonly alert: { readonly at: EpochMs; readonly incident: Incident } | undefined;
}

/** How long a broken cache stood before it was said, from its first unexplained miss. */
export interface Delay {
  readonly seconds: number;
  /** Requests of the broken streams after the first miss, up to and with the one that alerted; 0: the miss itself did. */
  readonly requests: number;
  /** Written again until then. */
  readonly rewrittenTokens: number;
  /** Whether every one of those requests missed. */
  readonly isPersistent: boolean;
}

/** One incident of a replay in the words of a report. */
export interface Sighting {
  readonly kind: IncidentKind;
  readonly severity: Severity;
  /** Whether it is loud enough to count as an alarm. */
  readonly isAlarm: boolean;
  /** From the session's start. */
  readonly openedAfterS: number;
  readonly stream?: string;
  readonly misses?: number;
  readonly rewrittenTokens?: number;
  readonly delay?: Delay | undefined;
}

/** What a replay of one session or case showed. */
export interface Observed {
  readonly id: string;
  readonly requests: number;
  readonly activeMs: number;
  readonly sightings: readonly Sighting[];
}

export function observe(recorded: Recorded, episodes: readonly Episode[]): Observed {
  return {
    id: recorded.session,
    requests: recorded.requests.length,
    activeMs: activeMs(recorded.requests),
    sightings: episodes
      .map((episode) => sighting(episode, recorded))
      .toSorted((a, b) => a.openedAfterS - b.openedAfterS),
  };
}

function sighting(episode: Episode, recorded: Recorded): Sighting {
  const { incident } = episode;
  const common = {
    kind: incident.kind,
    severity: incident.severity,
    isAlarm: atLeast(incident.severity, alarmFloor(incident)),
    openedAfterS: (incident.openedAt - recorded.startedAt) / SECOND_MS,
  };
  if (!isCacheIncident(incident)) return common;
  const { streams, misses, rewrittenTokens } = incident.evidence;
  return {
    ...common,
    stream: streams.map(({ stream }) => stream).join(', '),
    misses,
    rewrittenTokens,
    delay: delayOf(episode, recorded),
  };
}

/** Broken caches alert from `warning` on; kinds that are never louder than `info` have that as their alarm. */
function alarmFloor(incident: Incident): Severity {
  return isCacheIncident(incident) ? 'warning' : 'info';
}

function delayOf({ alert }: Episode, { requests }: Recorded): Delay | undefined {
  if (!alert || !isCacheIncident(alert.incident)) return undefined;
  const { evidence } = alert.incident;
  const between = requests.filter(({ at }) => at > evidence.firstMissAt && at <= alert.at);
  const after = between.filter((request) => isOfStreams(request, evidence)).length;
  return {
    seconds: Math.max(0, alert.at - evidence.firstMissAt) / SECOND_MS,
    requests: after,
    rewrittenTokens: evidence.rewrittenTokens,
    isPersistent: evidence.misses > after,
  };
}

/** Streams are told by name; telemetry of old clients mixes all requests to one model. */
function isOfStreams({ agent, model }: RecordedRequest, { streams }: CacheEvidence): boolean {
  const own = agent === undefined ? `main ${model}` : `agent:${agent} ${model}`;
  return streams.some(({ stream }) => stream === own || stream === `mixed ${model}`);
}

/** Who is silent for longer than this has left the desk. */
const LONGEST_PAUSE_MS = 30 * MINUTE_MS;

/** Time at work: what lies between requests that are at most half an hour apart. */
function activeMs(requests: readonly RecordedRequest[]): number {
  return requests.reduce((sum, { at }, n) => {
    const gap = at - (requests[n - 1]?.at ?? at);
    return gap > LONGEST_PAUSE_MS ? sum : sum + gap;
  }, 0);
}
