import { isUnwritable } from '../model/database-error.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import { createAdminReportStore } from './admin-report-store.ts';
import { createAuditStore } from './audit-store.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createClientReader } from './client-reader.ts';
import { createCoverageReader } from './coverage-reader.ts';
import { openDatabase } from './database.ts';
import { createDeveloperStore } from './developer-store.ts';
import { createDigestStore } from './digest-store.ts';
import { createEventStore } from './event-store.ts';
import { createHealthStore } from './health-store.ts';
import { createHomeStore } from './home-store.ts';
import { createHoursReader } from './hours-reader.ts';
import { createIncidentStore } from './incident-store.ts';
import { createInstallationStore } from './installation-store.ts';
import { createLogSync } from './log-sync.ts';
import { createMuteStore } from './mute-store.ts';
import { createNoticeStore } from './notice-store.ts';
import { createRateStore } from './rate-store.ts';
import { createRemovalStore } from './removal-store.ts';
import { createReportStore } from './report-store.ts';
import { createRequestJournal } from './request-journal.ts';
import { createRequestStore, type Kept } from './request-store.ts';
import { createRetentionStore } from './retention-store.ts';
import { createRunningWindows } from './running-windows.ts';
import { createSessionStore } from './session-store.ts';
import { createSettingsStore } from './settings-store.ts';
import { createSettling } from './settling.ts';
import { createTeamReader } from './team-reader.ts';
import { createTokenStore } from './token-store.ts';
import { createTransactions } from './transactions.ts';
import { createUndetectedStore } from './undetected-store.ts';
import { createUnsettledRequests } from './unsettled-requests.ts';
import { createUsageCounts } from './usage-counts.ts';
import { createUsageStore } from './usage-store.ts';
import { createVersionDayReader } from './version-day-reader.ts';
import { createVersionStore } from './version-store.ts';
import { createWeekReader } from './week-reader.ts';
import { createWindowStore } from './window-store.ts';

export type Store = ReturnType<typeof openStore>;

/** Opens the database with all its tables; `now` dates a new installation. `synchronous` is SQLite's: less than FULL may lose what was acknowledged. */
export function openStore(path: string, now: EpochMs, synchronous: 'FULL' | 'NORMAL' = 'FULL') {
  const db = openDatabase(path, synchronous);
  const developers = createDeveloperStore(db);
  const { commit, transaction, unsynced, repeatably, together, withoutWriting } = createTransactions(db, {
    synchronous,
    begin,
    end,
    beforeSavepoint,
    undone: forget,
  });
  const unsettled = createUnsettledRequests();
  /** The same for readers that may come before the first transaction. */
  const held = {
    ...unsettled,
    of(developer: DeveloperId) {
      recall();
      return unsettled.of(developer);
    },
  };
  const requests = createRequestStore(db, { held, accept: (one) => settling.accept(one), settle: settleToRead });
  const sessions = createSessionStore(db, commit, settleToRead);
  const undetected = createUndetectedStore(db, commit);
  const running = createRunningWindows(db);
  const windows = createWindowStore(db, { running, onIncidentsRenamed: () => incidents.forget() });
  const reports = createReportStore(db, commit);
  const counts = createUsageCounts(db);
  const usage = createUsageStore(db, settleToRead);
  const versions = createVersionStore(db, commit, settleToRead);
  const settling = createSettling({
    journal: createRequestJournal(db),
    unsettled,
    requests,
    counts,
    versions,
    sessions,
    undetected,
  });
  const incidents = createIncidentStore(db, ({ developer }) => void decided.add(developer));
  /** Of whom the transaction wrote an incident. */
  const decided = new Set<DeveloperId | undefined>();
  /** Requests were accepted or settled within a savepoint that was undone. */
  let areRequestsLost = false;
  const settings = createSettingsStore(db);
  // Nobody who opens it so waits for a disk, nor does memory have one.
  const log = db.memory || synchronous === 'NORMAL' ? undefined : createLogSync({ path: `${db.name}-wal` });
  const tokens = createTokenStore(db);

  const holdingBack = [sessions, undetected, reports];

  return {
    developers: { ...developers, forSlackUser, forget: forgetDeveloper },
    tokens,
    requests: { keep, ofSession: requests.ofSession, usage: requests.usage, spentSince: requests.spentSince },
    sessions,
    undetected,
    windows,
    reports,
    usage,
    versions,
    weeks: createWeekReader(db, settleToRead),
    rates: createRateStore(db, { held, accountOf: sessions.account }),
    incidents,
    events: createEventStore(db),
    notices: createNoticeStore(db),
    digests: createDigestStore(db),
    adminReports: createAdminReportStore(db),
    mutes: createMuteStore(db),
    settings,
    audit: createAuditStore(db),
    homes: createHomeStore(db),
    health: createHealthStore(db),
    team: createTeamReader(db, running),
    clients: createClientReader(db),
    hours: createHoursReader(db, { ...counts, recall }),
    coverage: createCoverageReader(db, settleToRead),
    versionDays: createVersionDayReader(db, settleToRead),
    removals: createRemovalStore(db),
    retention: createRetentionStore(db, { transaction, dropCallers: requests.dropCallers }),
    checkpoints: createCheckpoints(db),
    ...createInstallationStore(db, now),
    transaction,
    /** This process takes requests in from now on: what the one before it did not settle is taken back with the next commit. */
    takeOver: settling.takeOver,
    /** Writes what waits for a later commit: requests, and what they add to sums. */
    settle,
    /** The same, once no later commit comes. */
    settleQuiet: () => {
      if (settling.isQuiet()) settle();
    },
    unsynced,
    /** Resolves once all that was committed by now is on the disk: see log-sync.ts. */
    synced: async () => await log?.synced(),
    repeatably,
    together,
    close: () => {
      settleToRead();
      log?.close();
      db.close();
    },
  };

  function begin() {
    decided.clear();
    areRequestsLost = false;
    settling.recall();
  }

  function end() {
    // Only the whole transaction brings them back.
    if (areRequestsLost) throw new Error('A savepoint was undone in which requests were accepted or settled.');
    settling.beforeCommit(decided);
    flush();
  }

  function beforeSavepoint() {
    const changes = settling.changes();
    return () => {
      areRequestsLost ||= settling.changes() !== changes;
      for (const store of [requests, incidents, settings, running]) store.forget();
      developers.forgetEmails();
    };
  }

  /**
   * Two developers may turn out to be one: what stores remember of them is read anew. Of most who ask Slack tells nothing
   * new, and then nothing is written or forgotten.
   */
  function forSlackUser(...[profile, now]: Parameters<typeof developers.forSlackUser>) {
    const known = developers.knownSlackUser(profile);
    if (known !== undefined) return known;
    settle();
    flush();
    const developer = developers.forSlackUser(profile, now);
    forgetRows();
    return developer;
  }

  /**
   * What is held back is written first, so that nothing of it comes after; what stores remember of them is forgotten. What
   * is deleted is overwritten in the file, and what stood in the journal until now is, too.
   */
  function forgetDeveloper(...args: Parameters<typeof developers.forget>) {
    db.pragma('secure_delete = ON');
    try {
      settle();
      flush();
      transaction(() => developers.forget(...args));
    } finally {
      db.pragma('secure_delete = OFF');
    }
    forgetRows();
  }

  /** Keeps a request in the running transaction, or in one of its own. */
  function keep(...args: Parameters<typeof requests.keep>): Kept {
    return together(() => {
      settling.takeOver();
      settling.recall();
      return requests.keep(...args);
    });
  }

  /** Not synced by itself: what a power cut undoes of it stands in the journal again. */
  function settle() {
    if (commit.isComing) settling.settle();
    else if (!settling.isSettled()) unsynced(settling.settle);
  }

  function settlePartOf(developer: DeveloperId) {
    if (held.of(developer).length > 0) repeatably(() => settling.settlePartOf(developer));
  }

  /** Whoever reads has all requests; on a disk that takes nothing more, all but the newest. */
  function settleToRead(developer?: DeveloperId) {
    try {
      if (developer === undefined) settle();
      else settlePartOf(developer);
    } catch (error) {
      if (commit.isComing || !isUnwritable(error)) throw error;
    }
  }

  /** Takes back into memory what is in none; nothing is written for it, so that it works on a full disk too. */
  function recall() {
    withoutWriting(settling.recall);
  }

  function flush() {
    for (const store of holdingBack) store.flush();
  }

  /** A transaction was undone. What needs no database for it comes first: that may fail again. */
  function forget() {
    for (const store of [settling, unsettled, counts, versions]) store.forget();
    forgetRows();
  }

  /** Tables may be others than stores remember. */
  function forgetRows() {
    for (const store of [requests, incidents, settings, tokens, running, ...holdingBack]) store.forget();
    developers.forgetEmails();
  }
}
