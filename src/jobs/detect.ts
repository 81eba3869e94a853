import { detectInStream, detectInWindow } from '../detectors/all.ts';
import type { SessionTrace } from '../detectors/session-trace.ts';
import type { Turn } from '../detectors/turn.ts';
import { isExplainedAway } from '../incidents/explained-away.ts';
import { absorbQuietTurn, resolve, sweep } from '../incidents/lifecycle.ts';
import { opensAgain } from '../incidents/opens-again.ts';
import type { ApiRequest } from '../model/api-request.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type CacheIncident, isCacheIncident, isOpen } from '../model/incident.ts';
import { DAY_MS, type EpochMs, epochMs, MINUTE_MS, plus } from '../model/time.ts';
import type { StoredIncident } from '../store/incident-store.ts';
import type { Undetected } from '../store/session-store.ts';
import type { Store } from '../store/store.ts';
import type { StoredWindow } from '../store/window-store.ts';
import { currentWindows } from '../windows/current-windows.ts';
import { createIncidentBook } from './incident-book.ts';
import { createLiveSessions } from './live-sessions.ts';

export interface DetectDeps {
  readonly store: Store;
  readonly mayName: (developer: DeveloperId) => boolean;
  /** Told when something could not be judged; the rest goes on. */
  readonly onFailure: (error: unknown, what: object) => void;
}

/** How far back a developer's own pace is learnt. */
const USUAL_PACE_MS = 28 * DAY_MS;
/** A refusal tells of a window only while it is fresh. */
const REFUSAL_MS = 15 * MINUTE_MS;
/** Between two batches others get their turn: `/quota` must not wait for a backlog. */
const SESSIONS_AT_ONCE = 100;
const JUDGE_AGAIN_MS = 5 * MINUTE_MS;

/** Looks at everything that was committed and not yet judged, and writes what it found with what will be said of it. */
export function createDetect({ store, mayName, onFailure }: DetectDeps) {
  const book = createIncidentBook({ store, mayName });
  const sessions = createLiveSessions(store);

  return {
    /**
     * Judges what is new; whether there is more. What was found, what will be said of it, and that it was judged are
     * written together, so a crash loses nothing and says nothing twice.
     */
    detect(now: EpochMs): boolean {
      const batch = store.sessions.undetected(now, SESSIONS_AT_ONCE);
      if (batch.length === 0) return false;
      store.transaction(() => {
        for (const undetected of batch) detectOne(undetected, now);
        for (const developer of new Set(batch.map((undetected) => undetected.developer))) {
          attempt({ developer }, () => detectWindows(developer, now));
        }
      });
      return batch.length === SESSIONS_AT_ONCE;
    },

    /** Resolves what time has resolved. */
    sweep(now: EpochMs): void {
      for (const { id, incident } of store.incidents.open()) {
        const resolved = sweep(incident, now);
        if (resolved) attempt({ incident: id }, () => book.change(id, resolved, now));
      }
    },
  };

  function detectOne(undetected: Undetected, now: EpochMs) {
    const { developer, session } = undetected;
    const isJudged = attempt({ developer, session }, () => {
      detectSession(undetected, now);
      store.sessions.detected(developer, session);
    });
    if (!isJudged) store.sessions.postpone(developer, session, plus(now, JUDGE_AGAIN_MS));
  }

  /** Whole or not at all; what fails must not keep the others from being judged. */
  function attempt(what: object, work: () => void): boolean {
    try {
      store.transaction(work);
      return true;
    } catch (error) {
      onFailure(error, what);
      return false;
    }
  }

  function detectSession(undetected: Undetected, now: EpochMs) {
    const { developer } = undetected;
    const { trace, next, isRejudged } = sessions.follow(undetected);
    const streams = new Set<string>();
    for (const event of next) {
      const turn = trace.push(event);
      if (turn) streams.add(turn.stream);
      if (turn) judgeTurn(turn, { developer, trace, now });
      if (event.is === 'request') noteSuccess(event.request, developer, now);
    }
    if (isRejudged) dropExplained(undetected, [...streams].flatMap(trace.turns), now);
    for (const { id, incident } of openCacheIncidents(developer, undetected.session))
      book.learnCause(id, incident, now);
  }

  function judgeTurn(
    turn: Turn,
    { developer, trace, now }: { developer: DeveloperId; trace: SessionTrace; now: EpochMs },
  ) {
    const findings = detectInStream(trace.turns(turn.stream));
    for (const finding of findings) book.absorb(developer, finding, now);
    const isHealthy = turn.verdict.is === 'hit';
    if (findings.length > 0 || !(isHealthy || turn.verdict.is === 'miss')) return;
    for (const { id, incident } of openCacheIncidents(developer, turn.request.session)) {
      const next = absorbQuietTurn(incident, { stream: turn.stream, at: turn.request.endedAt, isHealthy });
      if (next && isOpen(next)) book.note(id, next);
      else if (next) book.change(id, next, now);
    }
  }

  function noteSuccess(request: ApiRequest, developer: DeveloperId, now: EpochMs) {
    for (const { id, incident } of store.incidents.openOf(developer)) {
      if (incident.kind !== 'lock_out') continue;
      const account = store.sessions.account(developer, request.session);
      if (!opensAgain(incident, request, account)) continue;
      book.change(id, resolve(incident, request.endedAt, 'open_again'), now);
    }
  }

  function dropExplained({ developer, session }: Undetected, turns: readonly Turn[], now: EpochMs) {
    for (const { id, incident } of openCacheIncidents(developer, session)) {
      if (incident.kind !== 'cache_invalidation' || !isExplainedAway(incident, turns)) continue;
      book.change(id, resolve(incident, incident.lastEvidenceAt, 'explained'), now);
    }
  }

  function openCacheIncidents(developer: DeveloperId, session: string) {
    return store.incidents
      .openOf(developer)
      .filter((stored): stored is StoredIncident & { incident: CacheIncident } => isCacheIncident(stored.incident))
      .filter(({ incident }) => incident.evidence.session === session);
  }

  function detectWindows(developer: DeveloperId, now: EpochMs) {
    for (const window of currentWindows(store.windows.known(developer, now), now)) {
      const throttledAt = store.sessions.lastThrottled(developer, window.account, epochMs(now - REFUSAL_MS));
      const refusals = { refusedAt: window.refusedAt, throttledAt, arrivedLate: false };
      const earlier = () => earlierRises(developer, window);
      const history = { window, rises: store.windows.rises(window), earlier };
      for (const finding of detectInWindow(history, refusals)) book.absorb(developer, finding, now);
    }
  }

  function earlierRises(developer: DeveloperId, window: StoredWindow) {
    const isEarlier = (other: StoredWindow) =>
      other.id !== window.id &&
      other.kind === window.kind &&
      other.scope === window.scope &&
      other.account === window.account;
    const from = epochMs(window.lastReadAt - USUAL_PACE_MS);
    return store.windows.known(developer, from).filter(isEarlier).map(store.windows.rises);
  }
}
