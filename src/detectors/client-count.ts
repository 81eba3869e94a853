import type { CacheReport } from '../model/cache-report.ts';
import type { ClientCount } from '../model/finding.ts';
import { sum } from '../model/sum.ts';
import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import type { Turn } from './turn.ts';

export interface ClientCountRule {
  /** New misses that warn and that are critical. */
  readonly warnAfter: number;
  readonly criticalAfter: number;
  /** They lie within so many requests and so much time. */
  readonly withinRequests: number;
  readonly withinMs: number;
}

/** What the client told, and what the tokens show of the same session. */
export interface CountedSession {
  /** The client's counters as they changed, oldest first. */
  readonly reports: readonly CacheReport[];
  /** The last hour of the main conversation, as far as telemetry brought it. */
  readonly turns: readonly Turn[];
  readonly clientVersion: string | undefined;
}

/** One rise of the client's counter. */
interface CountedMiss {
  readonly at: EpochMs;
  readonly requests: number;
  readonly misses: number;
  readonly rewrittenTokens: number;
  readonly cause: string | undefined;
  /** Whether the client held its cache for warm when it missed. */
  readonly wasWarm: boolean;
}

/**
 * The client itself counted new misses of its prompt cache that neither idle time nor a model switch explains
 * (`prompt_cache` of the status line, since 2.1.251; its `expected_rebuilds`, such as compactions, are no misses). Where it
 * names no cause, or only guesses at one, the tokens must agree, or the cache must have been warm by its own clock.
 * Undefined: the newest report brings nothing that counts.
 */
export function clientCount(session: CountedSession, rule: ClientCountRule): ClientCount | undefined {
  const reports = ofThisProcess(session.reports);
  const counted = missesOf(reports).filter((miss) => counts(miss, session.turns));
  const newest = counted.at(-1);
  const report = reports.at(-1);
  if (!newest || !report || newest.requests !== report.requests) return undefined;
  const together = counted.filter(
    (miss) => newest.requests - miss.requests <= rule.withinRequests && newest.at - miss.at <= rule.withinMs,
  );
  const misses = sum(together, (miss) => miss.misses);
  const first = together[0] ?? newest;
  if (misses < rule.warnAfter) return undefined;
  return {
    kind: 'client_count',
    severity: misses >= rule.criticalAfter ? 'critical' : 'warning',
    session: report.session,
    model: report.model,
    clientVersion: session.clientVersion,
    at: newest.at,
    firstMissAt: first.at,
    misses,
    rewrittenTokens: sum(together, (miss) => miss.rewrittenTokens),
    cause: together.findLast((miss) => miss.cause !== undefined)?.cause,
    // A report has no time of its own: it is as old as its arrival.
    arrivedLate: false,
  };
}

/** A counter that fell is a new client process, which begins anew. */
function ofThisProcess(reports: readonly CacheReport[]): readonly CacheReport[] {
  const began = reports.findLastIndex((report, index) => report.requests < (reports[index - 1]?.requests ?? 0));
  return reports.slice(Math.max(0, began));
}

/** The rises of the counter. */
function missesOf(reports: readonly CacheReport[]): readonly CountedMiss[] {
  return reports.flatMap((report, index) => {
    const before = reports[index - 1];
    if (!before || report.misses <= before.misses) return [];
    const at = report.lastMissAt ?? report.at;
    return [
      {
        at,
        requests: report.requests,
        misses: report.misses - before.misses,
        rewrittenTokens: Math.max(0, report.missRecacheTokens - before.missRecacheTokens),
        cause: report.lastMissCause,
        wasWarm: before.expiresAt !== undefined && at <= before.expiresAt,
      },
    ];
  });
}

/** Causes with which the client says that it does not know: then it takes a second witness. */
const GUESSES = new Set(['likely_server_side', 'unknown']);

function counts({ cause, at, wasWarm }: CountedMiss, turns: readonly Turn[]): boolean {
  const words = cause?.split(',') ?? [];
  if (words.some((word) => word.startsWith('ttl_expired') || word === 'model_changed')) return false;
  if (words.some((word) => !GUESSES.has(word))) return true;
  const verdict = verdictNear(turns, at);
  // After a downgrade to the 5-minute cache the client blames the server for what only expired.
  if (verdict === 'explained') return false;
  return verdict === 'miss' || wasWarm;
}

/** The client dates a miss in whole seconds, and telemetry the end of its request. */
const SAME_REQUEST_MS = 5 * SECOND_MS;

function verdictNear(turns: readonly Turn[], at: EpochMs): Turn['verdict']['is'] | undefined {
  return turns.findLast(
    ({ request }) => plus(request.startedAt, -SAME_REQUEST_MS) <= at && at <= plus(request.endedAt, SAME_REQUEST_MS),
  )?.verdict.is;
}
