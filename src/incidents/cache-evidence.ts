import { type CacheInvalidation, outranks, type ResumeReprocess, type TurnEvidence } from '../model/finding.ts';
import type { CacheEvidence, CacheIncident, StreamState } from '../model/incident.ts';
import { sum } from '../model/sum.ts';
import type { EpochMs } from '../model/time.ts';

type CacheFinding = CacheInvalidation | ResumeReprocess;

/** Turns kept for Details; the counts go on beyond them. */
const KEPT_TURNS = 12;

/** Evidence of a new episode: the misses of the finding after `since`, undefined: all of them. Undefined for none or too few. */
export function firstEvidence(finding: CacheFinding, since: EpochMs | undefined): CacheEvidence | undefined {
  if (!isBrokenSince(finding, since)) return undefined;
  const misses = finding.misses.filter((miss) => since === undefined || miss.at > since);
  const first = misses[0];
  if (!first) return undefined;
  const empty: CacheEvidence = {
    session: finding.session,
    model: finding.model,
    clientVersion: finding.clientVersion,
    streams: [],
    misses: 0,
    consecutive: 0,
    rewrittenTokens: 0,
    floorTokens: first.readTokens,
    extraCostMicros: 0,
    firstMissAt: first.at,
    turns: [],
  };
  return addMisses(empty, finding, misses);
}

/** The evidence with the finding's misses that it does not hold yet; undefined when nothing is new, or too little to reopen it. */
export function moreEvidence({ evidence, resolved }: CacheIncident, finding: CacheFinding): CacheEvidence | undefined {
  if (!isBrokenSince(finding, resolved?.at)) return undefined;
  const known = evidence.streams.find((state) => state.stream === finding.stream);
  const misses = finding.misses.filter(
    (miss) => known === undefined || isNewer(miss, known.lastMissAt, evidence.turns),
  );
  return misses.length === 0 ? undefined : addMisses(evidence, finding, misses);
}

/**
 * The sum of an hour still holds what was lost before a resolution, so one ordinary miss would find it over the limit
 * again: after a resolution it takes two. A single one that reaches the limit by itself is `one_large`.
 */
function isBrokenSince(finding: CacheFinding, since: EpochMs | undefined): boolean {
  if (since === undefined || finding.kind !== 'cache_invalidation' || finding.rule !== 'tokens_per_hour') return true;
  return finding.misses.filter((miss) => miss.at > since).length >= 2;
}

/** Parallel requests may miss in the same millisecond: of those that moment's kept turns tell which one is known. */
function isNewer(miss: TurnEvidence, lastMissAt: EpochMs, turns: readonly TurnEvidence[]): boolean {
  if (miss.at !== lastMissAt) return miss.at > lastMissAt;
  const kept = turns.filter((turn) => turn.at === lastMissAt);
  return kept.length > 0 && !kept.some((turn) => isSameTurn(turn, miss));
}

function isSameTurn(one: TurnEvidence, other: TurnEvidence): boolean {
  return (
    one.contextTokens === other.contextTokens &&
    one.readTokens === other.readTokens &&
    one.writtenTokens === other.writtenTokens
  );
}

/** A turn that is evidence of nothing: a hit, or a single miss that only ends a row of hits. */
export interface QuietTurn {
  readonly stream: string;
  readonly at: EpochMs;
  readonly isHealthy: boolean;
}

/** The stream's state after a quiet turn; the same evidence when the stream was not broken or the turn is not new. */
export function withQuietTurn(evidence: CacheEvidence, turn: QuietTurn): CacheEvidence {
  const isBroken = (state: StreamState) => state.stream === turn.stream && turn.at > state.lastTurnAt;
  if (!evidence.streams.some(isBroken)) return evidence;
  const streams = evidence.streams.map((state) =>
    isBroken(state)
      ? { ...state, lastTurnAt: turn.at, healthyInARow: turn.isHealthy ? state.healthyInARow + 1 : 0 }
      : state,
  );
  return { ...evidence, streams };
}

function addMisses(evidence: CacheEvidence, finding: CacheFinding, misses: readonly TurnEvidence[]): CacheEvidence {
  const lastMissAt = misses.at(-1)?.at ?? evidence.firstMissAt;
  const others = evidence.streams.filter((state) => state.stream !== finding.stream);
  return {
    ...evidence,
    model: finding.model,
    clientVersion: finding.clientVersion ?? evidence.clientVersion,
    streams: [...others, { stream: finding.stream, lastMissAt, lastTurnAt: lastMissAt, healthyInARow: 0 }],
    misses: evidence.misses + misses.length,
    consecutive: Math.max(evidence.consecutive, 'consecutive' in finding ? finding.consecutive : misses.length),
    rewrittenTokens: evidence.rewrittenTokens + sum(misses, (miss) => miss.rewrittenTokens),
    floorTokens: Math.min(evidence.floorTokens ?? Number.MAX_SAFE_INTEGER, ...misses.map((miss) => miss.readTokens)),
    extraCostMicros: addKnown(evidence.misses === 0 ? 0 : evidence.extraCostMicros, misses),
    turns: [...evidence.turns, ...misses].slice(-KEPT_TURNS),
  };
}

/** One unknown price makes the sum unknown: a part of the cost would look like all of it. */
function addKnown(total: number | undefined, misses: readonly TurnEvidence[]): number | undefined {
  return misses.reduce<number | undefined>(
    (costs, { extraCostMicros }) =>
      costs === undefined || extraCostMicros === undefined ? undefined : costs + extraCostMicros,
    total,
  );
}

/** The more serious of what it was and what the finding says. */
export function severityAfter(incident: CacheIncident, finding: CacheFinding) {
  return outranks(finding.severity, incident.severity) ? finding.severity : incident.severity;
}
