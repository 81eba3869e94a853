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
import { createMuteStore } from './mute-store.ts';
import { createNoticeStore } from './notice-store.ts';
import { createRateStore } from './rate-store.ts';
import { createRemovalStore } from './removal-store.ts';
import { createReportStore } from './report-store.ts';
import { createRequestStore } from './request-store.ts';
import { createRetentionStore } from './retention-store.ts';
import { createRunningWindows } from './running-windows.ts';
import { createSessionStore } from './session-store.ts';
import { createSettingsStore } from './settings-store.ts';
import { createSums } from './sums.ts';
import { createTeamReader } from './team-reader.ts';
import { createTokenStore } from './token-store.ts';
import { createUndetectedStore } from './undetected-store.ts';
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
  /** Asked with every request, by every store that holds something back: the database itself answers ten times slower. */
  const commit = { isComing: false };
  const requests = createRequestStore(db, (request) => {
    if (commit.isComing) sums.note(request);
  });
  const sessions = createSessionStore(db, commit);
  const undetected = createUndetectedStore(db, commit);
  const running = createRunningWindows(db);
  const windows = createWindowStore(db, { running, onIncidentsRenamed: () => incidents.forget() });
  const reports = createReportStore(db, commit);
  const usage = createUsageStore(db, commit, settleToRead);
  const versions = createVersionStore(db, commit, settleToRead);
  const sums = createSums(db, { usage, versions, sessions, undetected });
  const incidents = createIncidentStore(db, ({ developer }) => void decided.add(developer));
  /** Of whom the transaction wrote an incident. */
  const decided = new Set<DeveloperId | undefined>();
  /** Sums were written within a savepoint that was undone. */
  let areSumsLost = false;
  const settings = createSettingsStore(db);
  const tokens = createTokenStore(db);

  const holdingBack = [sessions, undetected, reports];

  // Made once: making one costs more than most of what runs in it.
  const savepoint = db.transaction((work: () => unknown) => work());
  const outermost = db.transaction((work: () => unknown) => {
    sums.recall();
    const result = work();
    // Only the whole transaction brings them back.
    if (areSumsLost) throw new Error('A savepoint was undone in which sums were written.');
    sums.beforeCommit(decided);
    flush();
    return result;
  }).immediate;

  return {
    developers: { ...developers, forSlackUser, forget: forgetDeveloper },
    tokens,
    requests,
    sessions,
    undetected,
    windows,
    reports,
    usage,
    versions,
    weeks: createWeekReader(db, settleToRead),
    rates: createRateStore(db),
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
    hours: createHoursReader(db, { ...usage, recall: recallToRead }),
    coverage: createCoverageReader(db),
    versionDays: createVersionDayReader(db, settleToRead),
    removals: createRemovalStore(db),
    retention: createRetentionStore(db, { transaction, dropCallers: requests.dropCallers }),
    checkpoints: createCheckpoints(db),
    ...createInstallationStore(db, now),
    transaction,
    /** This process takes requests in from now on: what the one before it left uncounted is counted with the next commit. */
    recoverSums: sums.recover,
    /** Writes the sums that wait for a later commit. */
    settleSums,
    /** The same, once no later commit comes. */
    settleQuietSums: () => {
      if (sums.isQuiet()) settleSums();
    },
    /**
     * Runs `work` in the running transaction, or in one of its own that is synced with the next one that is: a power cut
     * may undo it. For what would be done again then, and before which nobody is told anything.
     */
    repeatably: <T>(work: () => T): T => (commit.isComing ? work() : unsynced(() => transaction(work))),
    /** Runs `work` in the running transaction, or in one of its own. */
    together: <T>(work: () => T): T => (commit.isComing ? work() : transaction(work)),
    close: () => {
      settleToRead();
      db.close();
    },
  };

  /**
   * Runs `work` whole or not at all; inside another transaction as a savepoint. The write lock is taken first: work that
   * read before another process wrote could not be written any more. What stores hold back is written before the commit.
   */
  function transaction<T>(work: () => T): T {
    return commit.isComing ? inner(work) : outer(work);
  }

  /** A write-ahead log is synced as a whole: whatever commits next brings this to the disk too. */
  function unsynced<T>(work: () => T): T {
    db.pragma('synchronous = NORMAL');
    try {
      return work();
    } finally {
      db.pragma(`synchronous = ${synchronous}`);
    }
  }

  function outer<T>(work: () => T): T {
    commit.isComing = true;
    decided.clear();
    areSumsLost = false;
    try {
      return outermost(work) as T;
    } catch (error) {
      forget();
      throw error;
    } finally {
      commit.isComing = false;
    }
  }

  function inner<T>(work: () => T): T {
    const settled = sums.settled();
    try {
      return savepoint(work) as T;
    } catch (error) {
      areSumsLost ||= sums.settled() !== settled;
      requests.forget();
      incidents.forget();
      settings.forget();
      running.forget();
      developers.forgetEmails();
      throw error;
    }
  }

  /**
   * Two developers may turn out to be one: what stores remember of them is read anew. Of most who ask Slack tells nothing
   * new, and then nothing is written or forgotten.
   */
  function forSlackUser(...[profile, now]: Parameters<typeof developers.forSlackUser>) {
    const known = developers.knownSlackUser(profile);
    if (known !== undefined) return known;
    settleSums();
    flush();
    const developer = developers.forSlackUser(profile, now);
    forget();
    return developer;
  }

  /** What is held back is written first, so that nothing of it comes after; what stores remember of them is forgotten. */
  function forgetDeveloper(...args: Parameters<typeof developers.forget>) {
    settleSums();
    flush();
    transaction(() => developers.forget(...args));
    forget();
  }

  function settleSums() {
    if (commit.isComing) sums.settle();
    else if (!sums.areSettled()) transaction(sums.settle);
  }

  /** Whoever reads sums has all requests in them; on a disk that takes nothing more, all but the newest. */
  function settleToRead() {
    try {
      settleSums();
    } catch (error) {
      if (commit.isComing || !isUnwritable(error)) throw error;
    }
  }

  /** Counts in memory what is in none: nothing is written for it, so that it works on a full disk too. */
  function recallToRead() {
    if (commit.isComing) return;
    commit.isComing = true;
    try {
      sums.recall();
    } finally {
      commit.isComing = false;
    }
  }

  function flush() {
    for (const store of holdingBack) store.flush();
  }

  function forget() {
    for (const store of [...holdingBack, usage, versions, sums, requests, incidents, settings, tokens, running])
      store.forget();
    developers.forgetEmails();
  }
}
