import { POLICY } from '../detectors/all.ts';
import type { IncidentKind } from '../model/finding.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time.ts';
import type { Case, CaseEvent } from './cases.ts';
import type { Recorded, RecordedRequest } from './recording.ts';

/** What a kind is judged by, where a case does not carry it. */
const NEEDS: Readonly<Record<IncidentKind, string>> = {
  cache_invalidation: 'its requests one by one',
  resume_reprocess: 'its requests one by one',
  fleet_regression: 'misses and turns of two client versions',
  burn_rate: 'minutes and percent of the window',
  prompt_spike: 'what one prompt took of the window, and the plan',
  window_threshold: 'readings of the window',
  lock_out: "the hook's text, or a status 429 with the window's percentage",
  cost_inflation: 'own history',
  cache_read_storm: 'own history',
  runaway: 'which requests ran headless, and readings of the window',
  ttl_downgrade: 'the split of writes, request by request',
  data_silence: 'when each feed was last heard',
};

/** The fact that stands between a case and any judgement of its kind. */
export function neededFor(kind: IncidentKind): string {
  return NEEDS[kind];
}

/** One rewrite smaller than this is no sign of anything. */
const LEAST_TOKENS = POLICY.resumeReprocess.recordedTokens;

/**
 * The fact that a case told request by request lacks, so that nobody could judge it; undefined: it carries all that the
 * rule needs, and must be found. Asks what is told, never what the detectors make of it.
 */
export function missingFact(told: Case, recorded: Recorded, kind: IncidentKind): string | undefined {
  if (kind !== 'cache_invalidation' && kind !== 'resume_reprocess') return neededFor(kind);
  if (recorded.isMixed) return 'which rows are of sub-agents';
  const pairs = pairsOf(recorded);
  if (pairs.length === 0) return unreported(told.events ?? []) ?? 'the request before';
  if (kind === 'resume_reprocess') return missingOfResume(recorded, pairs);
  return missingOfInvalidation(pairs);
}

/** A request with what came before it in its stream. */
interface Pair {
  readonly before: RecordedRequest;
  readonly request: RecordedRequest;
}

function pairsOf({ requests }: Recorded): readonly Pair[] {
  const last = new Map<string, RecordedRequest>();
  return requests.flatMap((request) => {
    const stream = `${request.agent ?? ''} ${request.model}`;
    const before = last.get(stream);
    last.set(stream, request);
    return before ? [{ before, request }] : [];
  });
}

/** Which tokens of its requests a case does not tell; undefined: it tells both, if it has requests at all. */
export function unreported(events: readonly CaseEvent[]): string | undefined {
  if (events.some((event) => event.cache_creation == null)) return 'the tokens written';
  return events.some((event) => event.cache_read == null) ? 'the tokens read' : undefined;
}

/**
 * A resume is judged by the first request after it: what the cache held before, and what was read, must be known, at least
 * 20,000 tokens written, and no more time passed than the cache lives.
 */
function missingOfResume({ markers }: Recorded, pairs: readonly Pair[]): string | undefined {
  const isResumed = ({ before, request }: Pair) =>
    markers.some(({ kind, at }) => kind === 'resume' && at > before.at && at <= request.at);
  const resumed = pairs.filter(isResumed);
  if (resumed.length === 0) return 'which request resumes';
  const large = resumed.filter(({ request }) => request.cacheCreationTokens >= LEAST_TOKENS);
  if (large.length === 0) return `${LEAST_TOKENS.toLocaleString('en-US')} tokens written after a resume`;
  return large.some(isInTime) ? undefined : 'a resume while the cache still lived';
}

/** A broken cache is judged by two requests in a row, or by a single one that lost very much. */
function missingOfInvalidation(pairs: readonly Pair[]): string | undefined {
  const large = pairs.filter((pair) => readable(pair) >= LEAST_TOKENS && isInTime(pair));
  if (large.length === 0) return `a context of ${LEAST_TOKENS.toLocaleString('en-US')} tokens that was still cached`;
  const isJudgedAlone = (pair: Pair) => lost(pair) >= POLICY.cacheInvalidation.oneRewriteTokens;
  return large.length > 1 || large.some(isJudgedAlone) ? undefined : 'the requests after the first miss';
}

const readable = ({ before }: Pair) => before.cacheReadTokens + before.cacheCreationTokens;
const lost = (pair: Pair) => readable(pair) - pair.request.cacheReadTokens;

/** Without a split of the writes, 5 minutes are all that is sure. */
function isInTime({ before, request }: Pair): boolean {
  const ttlMs = (before.cacheCreation1hTokens ?? 0) > 0 ? HOUR_MS : 5 * MINUTE_MS;
  return request.at - before.at <= ttlMs;
}
