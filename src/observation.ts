import type { Clock } from './clock.ts';
import type { CommitMeter } from './collector/group-commit.ts';
import type { Meter } from './collector/meter.ts';
import { notReady, type OwnHealth } from './incidents/own-troubles.ts';
import { createOwnHealth } from './jobs/own-health.ts';
import { createMetrics, type Levels } from './metrics.ts';
import { type EpochMs, SECOND_MS } from './model/time.ts';
import type { Store } from './store/store.ts';

export interface ObservationDeps {
  readonly store: Pick<Store, 'health' | 'ping' | 'transaction'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly version: string;
  /** Bodies that wait for a commit. */
  readonly waitingBodies: () => number;
  readonly isSlackConnected: () => boolean;
  /** When the last sweep ended; undefined: none has. */
  readonly sweptAt: () => EpochMs | undefined;
}

/** How the program does its work: what its parts tell is counted for Prometheus, and kept in mind for readiness and admins. */
export function createObservation({ store, clock, version, ...look }: ObservationDeps) {
  const book = createOwnHealth(clock);
  const metrics = createMetrics({ levels, version, newestIncident: store.health.newestIncident() });
  const meter: Meter = {
    answered: metrics.answered,
    told: metrics.told,
    refused(code) {
      metrics.refused(code);
      if (code === 'overloaded') book.refused();
    },
  };
  const commitMeter: CommitMeter = {
    committed(pieces) {
      metrics.committed(pieces);
      book.written();
    },
    synced: metrics.synced,
    notCommitted(code) {
      metrics.notCommitted(code);
      book.notWritten(code);
    },
  };

  return {
    book,
    metrics,
    meter,
    commitMeter,
    health,
    /** Why not all work is done, in words; empty: it is. */
    notReady: (): readonly string[] => notReady(health(), clock.now()),
    /** Writes something to the database and commits it. Throws what SQLite says. */
    tryWriting: () => store.transaction(store.health.tryWriting),
    /** Nothing is left to be judged. */
    caughtUp() {
      metrics.caughtUp();
      book.caughtUp();
    },
    /** Something could not be judged. */
    notJudged() {
      metrics.failed('judge');
      book.notJudged();
    },
    noticeMeter: {
      settled: metrics.settled,
      slackFailed: metrics.slackFailed,
      /** Slack does not take a notice, whoever tries. */
      refusedForGood: book.gaveUp,
    },
  };

  function health(): OwnHealth {
    return book.now({ canRead: canRead(), isSlackConnected: look.isSlackConnected(), sweptAt: look.sweptAt() });
  }

  function levels(): Levels {
    const now = clock.now();
    const { oldestDueAt, ...stored } = store.health.levels(now);
    return {
      ...stored,
      oldestNoticeSeconds: oldestDueAt === undefined ? 0 : (now - oldestDueAt) / SECOND_MS,
      waitingBodies: look.waitingBodies(),
      isSlackConnected: look.isSlackConnected(),
      isReady: notReady(health(), now).length === 0,
    };
  }

  function canRead(): boolean {
    try {
      store.ping();
      return true;
    } catch {
      return false;
    }
  }
}
