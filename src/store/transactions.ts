import type { Commit } from './commit.ts';
import type { Database } from './database.ts';

export interface TransactionDeps {
  /** What is full when nothing may be lost. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** First in each transaction. */
  begin(): void;
  /** Last in each, before its commit: writes what was held back. */
  end(): void;
  /** A savepoint is about to be set. Answers what to do when work is undone as far as that. */
  beforeSavepoint(): () => void;
  /** A whole one was undone. */
  undone(): void;
}

/** Runs work in transactions, so that stores may hold back until the commit what they would write with each call. */
export function createTransactions(
  db: Database,
  { synchronous, begin, end, beforeSavepoint, undone }: TransactionDeps,
) {
  /** Asked with every request, by every store that holds something back: the database itself answers ten times slower. */
  const commit = { isComing: false };
  // Made once: making one costs more than most of what runs in it.
  const savepoint = db.transaction((work: () => unknown) => work());
  const outermost = db.transaction((work: () => unknown) => {
    begin();
    const result = work();
    // On some errors SQLite itself has undone all, and whoever caught the error went on.
    if (!db.inTransaction) throw new Error('The database has undone the transaction.');
    end();
    return result;
  }).immediate;

  return {
    commit: commit as Commit,

    /**
     * Runs `work` whole or not at all; inside another transaction as a savepoint. The write lock is taken first: work that
     * read before another process wrote could not be written any more. What stores hold back is written before the commit.
     */
    transaction,

    /** The same, but a power cut may undo it until the log is synced: nobody may be told before. */
    unsynced,

    /**
     * Runs `work` in the running transaction, or in one of its own that is synced with the next one that is: a power cut
     * may undo it. For what would be done again then, and before which nobody is told anything.
     */
    repeatably: <T>(work: () => T): T => (commit.isComing ? work() : unsynced(work)),

    /** Runs `work` in the running transaction, or in one of its own. */
    together,

    /** Runs `work`, which writes nothing, as if a commit came: nothing that it touches is written for it. */
    withoutWriting(work: () => void) {
      if (commit.isComing) return;
      commit.isComing = true;
      try {
        work();
      } finally {
        commit.isComing = false;
      }
    },
  };

  function transaction<T>(work: () => T): T {
    return commit.isComing ? inner(work) : outer(work);
  }

  function together<T>(work: () => T): T {
    return commit.isComing ? work() : outer(work);
  }

  /** A write-ahead log is synced as a whole: whatever commits next brings this to the disk too. In no other transaction. */
  function unsynced<T>(work: () => T): T {
    db.exec('PRAGMA synchronous = NORMAL');
    try {
      return transaction(work);
    } finally {
      db.exec(`PRAGMA synchronous = ${synchronous}`);
    }
  }

  function outer<T>(work: () => T): T {
    commit.isComing = true;
    try {
      return outermost(work) as T;
    } catch (error) {
      undone();
      throw error;
    } finally {
      commit.isComing = false;
    }
  }

  function inner<T>(work: () => T): T {
    const undo = beforeSavepoint();
    try {
      return savepoint(work) as T;
    } catch (error) {
      undo();
      throw error;
    }
  }
}
