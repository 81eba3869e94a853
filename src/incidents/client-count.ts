import { type ClientCount, outranks } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type CacheEvidence, type CacheIncident, type Incident, isCacheIncident } from '../model/incident.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import { REOPEN_WITHIN_MS } from './quiet-time.ts';
import { reopened } from './reopened.ts';

/** The stream under which the client's own count heals: it speaks of the main conversation as a whole. */
export const CLIENT_STREAM = 'client count';

/** What the client's count did to the session's incident. */
interface Step {
  readonly is: 'opened' | 'changed';
  readonly incident: CacheIncident;
}

/**
 * Takes the client's own count into the session's broken cache, opens one or reopens it: what it counted and what the
 * tokens show is one incident. Undefined when it counts nothing newer than what is known.
 * @param last the newest `cache_invalidation` of the session, over or not
 */
export function absorbClientCount(
  developer: DeveloperId,
  count: ClientCount,
  last: Incident | undefined,
): Step | undefined {
  const known = last && isCacheIncident(last) ? last : undefined;
  const overAt = known?.resolved?.at;
  // One miss after the resolution and one from before it are no new trouble.
  if (overAt !== undefined && count.firstMissAt <= overAt) return undefined;
  if (!known || (overAt !== undefined && count.at - overAt > REOPEN_WITHIN_MS)) {
    return { is: 'opened', incident: opened(developer, count) };
  }
  if (isKnown(known.evidence, count)) return undefined;
  return {
    is: 'changed',
    incident: {
      ...known,
      severity: outranks(count.severity, known.severity) ? count.severity : known.severity,
      lastEvidenceAt: later(known.lastEvidenceAt, count.at),
      isLate: count.arrivedLate,
      ...reopened(known),
      evidence: withCount(known.evidence, count),
    },
  };
}

function opened(developer: DeveloperId, count: ClientCount): CacheIncident {
  const empty: CacheEvidence = {
    session: count.session,
    model: count.model,
    clientVersion: count.clientVersion,
    streams: [],
    misses: 0,
    consecutive: 0,
    rewrittenTokens: 0,
    floorTokens: undefined,
    extraCostMicros: undefined,
    firstMissAt: count.firstMissAt,
    turns: [],
  };
  return {
    developer,
    kind: 'cache_invalidation',
    subject: count.session,
    severity: count.severity,
    openedAt: count.at,
    lastEvidenceAt: count.at,
    isLate: count.arrivedLate,
    evidence: withCount(empty, count),
  };
}

function isKnown({ streams }: CacheEvidence, { at }: ClientCount): boolean {
  return streams.some(({ stream, lastMissAt }) => stream === CLIENT_STREAM && lastMissAt >= at);
}

function withCount(evidence: CacheEvidence, count: ClientCount): CacheEvidence {
  const others = evidence.streams.filter(({ stream }) => stream !== CLIENT_STREAM);
  const state = { stream: CLIENT_STREAM, lastMissAt: count.at, lastTurnAt: count.at, healthyInARow: 0 };
  return {
    ...evidence,
    model: evidence.model ?? count.model,
    clientVersion: count.clientVersion ?? evidence.clientVersion,
    cause: count.cause ?? evidence.cause,
    streams: [...others, state],
    firstMissAt: epochMs(Math.min(evidence.firstMissAt, count.firstMissAt)),
    clientCount: {
      misses: Math.max(count.misses, evidence.clientCount?.misses ?? 0),
      rewrittenTokens: Math.max(count.rewrittenTokens, evidence.clientCount?.rewrittenTokens ?? 0),
    },
  };
}

function later(one: EpochMs, other: EpochMs): EpochMs {
  return epochMs(Math.max(one, other));
}
