import { detectInReports, detectInStream } from '../detectors/all.ts';
import type { SessionTrace } from '../detectors/session-trace.ts';
import type { Turn } from '../detectors/turn.ts';
import type { QuietTurn } from '../incidents/cache-evidence.ts';
import { CLIENT_STREAM } from '../incidents/client-count.ts';
import { isExplainedAway } from '../incidents/explained-away.ts';
import { absorbQuietTurn, resolve } from '../incidents/lifecycle.ts';
import { opensAgain } from '../incidents/opens-again.ts';
import { withPaidUse } from '../incidents/paid-use.ts';
import type { ApiRequest } from '../model/api-request.ts';
import type { Finding } from '../model/finding.ts';
import type { AccountId, DeveloperId, SessionId } from '../model/ids.ts';
import {
  type CacheIncident,
  type DeveloperIncident,
  isCacheIncident,
  isOpen,
  type LockOutIncident,
  type ThresholdIncident,
} from '../model/incident.ts';
import { type EpochMs, HOUR_MS, plus } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Store } from '../store/store.ts';
import type { Undetected } from '../store/undetected-store.ts';
import type { DetectFleet } from './detect-fleet.ts';
import type { IncidentBook } from './incident-book.ts';
import type { Followed } from './live-sessions.ts';

export interface JudgeSessionDeps {
  readonly store: Pick<Store, 'incidents' | 'sessions' | 'reports'>;
  readonly book: IncidentBook;
  readonly fleet: Pick<DetectFleet, 'judge'>;
}

/** Something to be written about a session. */
export type Decision = () => void;

/** What was seen of a session: to be written, in order, and to be counted. */
export interface Judged {
  readonly decisions: readonly Decision[];
  readonly turns: readonly Turn[];
}

/** Judges what is new of a session; reads, and writes nothing itself, because most of what comes in decides nothing. */
export function createJudgeSession({ store, book, fleet }: JudgeSessionDeps) {
  return (undetected: Undetected, followed: Followed, now: EpochMs): Judged => {
    const { developer, session, news } = undetected;
    const hasOpen = store.incidents.openOf(developer).length > 0;
    const decisions: Decision[] = [];
    const turns: Turn[] = [];
    for (const event of followed.next) {
      const turn = followed.trace.push(event);
      if (turn) turns.push(turn);
      const found = turn ? detectInStream(followed.trace.turns(turn.stream)) : NOTHING;
      for (const finding of found) decisions.push(() => judgedByFleet(book.absorb(developer, finding, now), now));
      if (hasOpen && event.is === 'request') decisions.push(() => noteSuccess(event.request, developer, now));
      if (turn && (hasOpen || decisions.length > 0)) decisions.push(() => noteQuiet(turn, developer, now));
    }
    if (news?.ofReports ?? true) decisions.push(...decisionsOnReports(undetected, followed.trace, now));
    if (hasOpen && followed.isRejudged) decisions.push(() => dropExplained(undetected, followed.trace, now));
    if (hasOpen || decisions.length > 0) decisions.push(() => learnCauses(developer, session, now));
    return { decisions, turns };
  };

  /** What befell one developer may be part of what befalls the team. */
  function judgedByFleet(stored: StoredIncident | undefined, now: EpochMs) {
    if (stored) fleet.judge(stored, now);
  }

  /** A turn that is evidence of nothing: so many healthy ones end an incident. */
  function noteQuiet(turn: Turn, developer: DeveloperId, now: EpochMs) {
    const isHealthy = turn.verdict.is === 'hit';
    if (!isHealthy && turn.verdict.is !== 'miss') return;
    const { session, endedAt: at } = turn.request;
    heal(developer, { session, stream: turn.stream, at, isHealthy }, now);
  }

  /** A turn that an incident knows already changes nothing in it. */
  function heal(developer: DeveloperId, turn: QuietTurn & { session: SessionId }, now: EpochMs) {
    for (const { id, incident } of openCacheIncidents(developer, turn.session)) {
      const next = absorbQuietTurn(incident, turn);
      if (next && isOpen(next)) book.note(id, next);
      else if (next) book.change(id, next, now);
    }
  }

  function decisionsOnReports(
    { developer, session, fromAt }: Undetected,
    trace: SessionTrace,
    now: EpochMs,
  ): readonly Decision[] {
    const reports = store.reports.cacheReports(developer, session, plus(fromAt, -HOUR_MS));
    const turns = mainTurns(trace);
    const clientVersion = store.sessions.clientVersion(developer, session);
    return reports.flatMap(({ at }, index) => {
      if (at < fromAt) return [];
      const count = detectInReports({ reports: reports.slice(0, index + 1), turns, clientVersion });
      if (count) return [() => judgedByFleet(book.absorbCount(developer, count, now), now)];
      return [() => heal(developer, { session, stream: CLIENT_STREAM, at, isHealthy: true }, now)];
    });
  }

  function noteSuccess(request: ApiRequest, developer: DeveloperId, now: EpochMs) {
    for (const { id, incident } of store.incidents.openOf(developer)) {
      if (incident.kind !== 'lock_out' && incident.kind !== 'window_threshold') continue;
      const next = afterSuccess(incident, request, store.sessions.account(developer, request.session));
      if (next) book.change(id, next, now);
    }
  }

  function dropExplained({ developer, session }: Undetected, trace: SessionTrace, now: EpochMs) {
    const turns = trace.streams().flatMap(trace.turns);
    for (const { id, incident } of openCacheIncidents(developer, session)) {
      if (incident.kind !== 'cache_invalidation' || !isExplainedAway(incident, turns)) continue;
      book.change(id, resolve(incident, incident.lastEvidenceAt, 'explained'), now);
    }
  }

  function learnCauses(developer: DeveloperId, session: SessionId, now: EpochMs) {
    for (const { id, incident } of openCacheIncidents(developer, session)) book.learnCause(id, incident, now);
  }

  function openCacheIncidents(developer: DeveloperId, session: SessionId) {
    return store.incidents
      .openOf(developer)
      .filter((stored): stored is StoredIncident<CacheIncident> => isCacheIncident(stored.incident))
      .filter(({ incident }) => incident.evidence.session === session);
  }
}

const NOTHING: readonly Finding[] = [];

/** A lock-out is over, and a used-up window is passed by; undefined: the request shows neither. */
function afterSuccess(
  incident: LockOutIncident | ThresholdIncident,
  request: ApiRequest,
  account: AccountId,
): DeveloperIncident | undefined {
  if (incident.kind === 'window_threshold') return withPaidUse(incident, request, account);
  return opensAgain(incident, request, account) ? resolve(incident, request.endedAt, 'open_again') : undefined;
}

/** The turns of the main conversation on each model, in no order: the client's count knows no other streams. */
function mainTurns(trace: SessionTrace): readonly Turn[] {
  return trace
    .streams()
    .filter((stream) => stream.startsWith('main '))
    .flatMap(trace.turns);
}
