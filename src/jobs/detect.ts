import { POLICY } from '../detectors/all.ts';
import { sweep } from '../incidents/lifecycle.ts';
import type { DeveloperId } from '../model/ids.ts';
import { isFleetIncident } from '../model/incident.ts';
import { type EpochMs, MINUTE_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { Undetected } from '../store/undetected-store.ts';
import { createDetectFleet } from './detect-fleet.ts';
import { createDetectUsage } from './detect-usage.ts';
import { createIncidentBook, type IncidentBookDeps } from './incident-book.ts';
import { createJudgeSession } from './judge-session.ts';
import { createJudgeWindows } from './judge-windows.ts';
import { createLiveSessions, type Followed } from './live-sessions.ts';

export interface DetectDeps extends Pick<IncidentBookDeps, 'mayName' | 'onIncident'> {
  readonly store: Store;
  /** Told of each developer of whom something new was judged. */
  readonly onJudged?: (developer: DeveloperId) => void;
  /** Told when something could not be judged; the rest goes on. */
  readonly onFailure: (error: unknown, what: object) => void;
}

/** Between two batches others get their turn: `/quota` must not wait for a backlog, nor senders for it. */
const AT_ONCE = { sessions: 250, ms: 10 };
const JUDGE_AGAIN_MS = 5 * MINUTE_MS;

/**
 * Looks at everything that came in and was not yet judged, and writes what it found with what will be said of it. What was
 * found, what will be said, and that it was judged are written together, so a crash loses nothing and says nothing twice.
 */
export function createDetect({ store, mayName, onIncident, onJudged, onFailure }: DetectDeps) {
  const book = createIncidentBook({ store, mayName, onIncident });
  let { sessions, usage, fleet, judgeSession, judgeWindows } = createJudges();

  return {
    /**
     * Runs `work`, which takes data in, in a transaction, and judges within it what came: nothing has to be written to be
     * judged later, and who is told of it is told as soon as it stands. What takes too long is left to `detect`. A power cut
     * may undo it until `store.synced` resolves: the sender must not be told before.
     */
    takeIn<T>(now: EpochMs, work: () => T): T {
      try {
        return store.unsynced(() => {
          const result = work();
          judge(store.undetected.justIn(), now);
          return result;
        });
      } catch (error) {
        // What was judged is undone: it is as after a restart.
        ({ sessions, usage, fleet, judgeSession, judgeWindows } = createJudges());
        throw error;
      }
    },

    /** Judges what was committed unjudged; whether there is more. */
    detect(now: EpochMs): boolean {
      const batch = store.undetected.next(now, AT_ONCE.sessions);
      if (batch.length === 0) return false;
      const judged = store.repeatably(() => judge(batch, now));
      return judged === AT_ONCE.sessions || judged < batch.length;
    },

    /** Resolves what time has resolved, and judges what only time brings. */
    sweep(now: EpochMs): void {
      for (const { id, incident } of store.incidents.open()) {
        const resolved = isFleetIncident(incident) ? undefined : sweep(incident, now);
        if (resolved) attempt({ incident: id }, () => book.change(id, resolved, now));
      }
      // What they find they write in transactions of their own: most of the time there is nothing.
      guard({ sweep: 'usage' }, () => usage.sweep(now));
      guard({ sweep: 'fleet' }, () => fleet.sweep(now));
    },
  };

  /** All that developers are judged by in memory. */
  function createJudges() {
    const usage = createDetectUsage({ store, book });
    const fleet = createDetectFleet({ store, book, rule: POLICY.fleetRegression, counting: POLICY.resumeReprocess });
    return {
      sessions: createLiveSessions(store),
      usage,
      fleet,
      judgeSession: createJudgeSession({ store, book, fleet }),
      judgeWindows: createJudgeWindows({ store, book, usage }),
    };
  }

  /** Judges sessions, and then windows of those developers; answers how many sessions there was time for, one at least. */
  function judge(sessions: readonly Undetected[], now: EpochMs): number {
    const until = performance.now() + AT_ONCE.ms;
    let judged = 0;
    for (const undetected of sessions) {
      detectOne(undetected, now);
      judged += 1;
      if (performance.now() > until) break;
    }
    judgeRead(sessions.slice(0, judged), now);
    return judged;
  }

  function judgeRead(batch: readonly Undetected[], now: EpochMs) {
    if (onJudged) for (const { developer } of batch) onJudged(developer);
    const read = batch.filter(({ news }) => news?.ofWindows ?? true);
    if (read.length === 0) return;
    for (const developer of new Set(read.map((one) => one.developer)))
      guard({ developer }, () => judgeWindows(developer, now));
  }

  function detectOne(undetected: Undetected, now: EpochMs) {
    const { developer, session } = undetected;
    try {
      const followed = sessions.follow(undetected, now);
      const { decisions, turns } = judgeSession(undetected, followed, now);
      // Only decisions cost a savepoint.
      if (decisions.length > 0) store.transaction(() => decisions.forEach((write) => void write()));
      fleet.count(developer, session, turns);
      store.undetected.detected(undetected);
      judgeUsage(undetected, followed, now);
    } catch (error) {
      onFailure(error, { developer, session });
      sessions.drop(undetected);
      store.undetected.postpone(undetected, plus(now, JUDGE_AGAIN_MS));
    }
  }

  function judgeUsage({ developer }: Undetected, { next }: Followed, now: EpochMs) {
    for (const event of next) {
      if (event.is !== 'request') continue;
      usage.judge(developer, event.request, { now, arrivedLate: event.arrivedLate });
    }
  }

  /** Whole or not at all; what fails must not keep the others from being judged. */
  function attempt(what: object, work: () => void) {
    guard(what, () => store.transaction(work));
  }

  function guard(what: object, work: () => void) {
    try {
      work();
    } catch (error) {
      onFailure(error, what);
    }
  }
}
