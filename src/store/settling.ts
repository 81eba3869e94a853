import type { DeveloperId } from '../model/ids.ts';
import { ALL_PARTS, type Part, partOf } from './parts.ts';
import type { createRequestJournal } from './request-journal.ts';
import type { RequestStore } from './request-store.ts';
import type { createSessionStore } from './session-store.ts';
import type { createUndetectedStore } from './undetected-store.ts';
import type { UnsettledRequest, UnsettledRequests } from './unsettled-requests.ts';
import type { UsageCounts } from './usage-counts.ts';
import type { createVersionStore } from './version-store.ts';

export interface SettlingDeps {
  readonly journal: ReturnType<typeof createRequestJournal>;
  readonly unsettled: UnsettledRequests;
  readonly requests: Pick<RequestStore, 'write'>;
  readonly counts: Pick<UsageCounts, 'add' | 'flush'>;
  readonly versions: Pick<ReturnType<typeof createVersionStore>, 'flush'>;
  readonly sessions: Pick<ReturnType<typeof createSessionStore>, 'settle'>;
  readonly undetected: Pick<ReturnType<typeof createUndetectedStore>, 'judgeAgain'>;
}

/** Of so many a thousand developers have twenty each, and a start reads them in a fraction of a second. */
const MOST_HELD = 20_000;
const REQUESTS_A_PART = MOST_HELD / ALL_PARTS.length;
/**
 * A quiet collector holds nothing back, and a crash leaves about two seconds to be read and judged anew. With one instead of
 * two, 500 developers at work write half as much again into the log: 6 instead of 4 KB for each request.
 */
const ROUND_MS = 2000;
const MS_A_PART = ROUND_MS / ALL_PARTS.length;
/** Whoever posted waits for them, some 20 µs each: as long as for the requests of an ordinary commit. */
const REQUESTS_AT_ONCE = 150;

/**
 * Writes requests into their tables, and what they add to sums (hours, prompts, client versions), once for many commits: in
 * each commit they would touch a page or two of every table for every developer at work. Until a developer's part of all has
 * its turn, their requests stand in the journal and in memory. Whatever a crash or an undone transaction takes from memory
 * is read, counted and judged anew from the journal.
 */
export function createSettling({ journal, unsettled, requests, counts, versions, sessions, undetected }: SettlingDeps) {
  /** Accepted in this transaction. */
  let coming: UnsettledRequest[] = [];
  /** Parts that are settled with this commit, too. */
  const due = new Set<Part>();
  /** Whether something was taken out of memory whose writing failed, and somebody went on all the same. */
  let isTorn = false;
  /** Which had its turn last, what came that no turn was given for yet, and up to when turns were given. */
  let turn: Part = 0;
  let requestsSince = 0;
  let since = 0;
  /** Whether the journal may have requests that are not in memory. */
  let isLost = false;
  /** Whether this process is the one that takes requests in: another may have the database open, too. */
  let isOurs = false;
  /** How often something was accepted or settled. */
  let changes = 0;

  const self = {
    /** This process takes requests in from now on: it also settles what the one before it did not. */
    takeOver() {
      if (!isOurs) isLost = true;
      isOurs = true;
    },

    /** Counts a request that was accepted, and holds it until its developer’s part is settled. */
    accept(one: UnsettledRequest) {
      hold(one);
      coming.push(one);
      changes += 1;
      // A transaction may be as long as what is replayed in it.
      if (coming.length === MOST_HELD) self.settle();
    },

    /**
     * Called before each commit: settles what is due, and leaves the rest to a later one. `decided` are those of whom an
     * incident was written, undefined for the team's: what led to it must not be judged anew after a crash.
     */
    beforeCommit(decided: ReadonlySet<DeveloperId | undefined>) {
      if (!isOurs) return writeJudged(ALL_PARTS);
      if (isTorn) throw new Error('Requests could not be settled, and the transaction went on.');
      for (const developer of decided) if (developer !== undefined) due.add(partOf(developer));
      if (decided.has(undefined) || due.size === ALL_PARTS.length) self.settle();
      if (coming.length > 0) journal.append(coming);
      else writeJudged(ALL_PARTS);
      noteTime(coming.length);
      coming = [];
      if (unsettled.count() > 0) giveTurns();
      if (due.size === 0) return;
      write(due);
      if (unsettled.count() === 0) journal.clear();
      else journal.settled(due);
      due.clear();
    },

    /** Settles everybody's, inside a transaction. */
    settle() {
      write(ALL_PARTS);
      coming = [];
      if (isOurs) journal.clear();
      // What is judged from here on belongs to the same commit.
      for (const part of ALL_PARTS) due.add(part);
    },

    /** Settles a developer's with the whole part, inside a transaction. */
    settlePartOf(developer: DeveloperId) {
      const part = partOf(developer);
      write([part]);
      due.add(part);
    },

    /** Whether nothing came for so long that nobody's turn comes by itself. */
    isQuiet: (): boolean => performance.now() - since > 2 * ROUND_MS,

    changes: (): number => changes,

    /** Whether the tables have all requests, and sums tell of all. */
    isSettled: (): boolean => !isLost && unsettled.count() === 0,

    /** Before anything else in a transaction: takes back into memory what is in none, and has it judged, older turns before newer ones. */
    recall() {
      if (!isLost) return;
      const lost = journal.unsettled();
      for (const one of lost) {
        hold(one);
        undetected.judgeAgain(one.developer, one.request.session, one.request.endedAt);
      }
      noteTime(lost.length);
      isLost = false;
    },

    /** The transaction was undone, and with it all that memory holds of the ones before. */
    forget() {
      isLost = isOurs;
      isTorn = false;
      coming = [];
      due.clear();
    },
  };
  return self;

  function hold(one: UnsettledRequest) {
    unsettled.add(one);
    counts.add(one.developer, one.request);
  }

  function noteTime(requests: number) {
    // Nothing was held before.
    if (unsettled.count() === requests) since = performance.now();
    requestsSince += requests;
  }

  /** Makes as many parts due as requests came for, or time passed for. */
  function giveTurns() {
    const now = performance.now();
    since = Math.max(since, now - ROUND_MS);
    let given = 0;
    // After a pause in much work, all that waits would be too much for one commit.
    while (requestsSince >= REQUESTS_A_PART || (now - since >= MS_A_PART && given < REQUESTS_AT_ONCE)) {
      turn = (turn + 1) % ALL_PARTS.length;
      requestsSince = Math.max(0, requestsSince - REQUESTS_A_PART);
      since = Math.min(now, since + MS_A_PART);
      given += unsettled.countOf(turn);
      due.add(turn);
    }
  }

  function write(parts: Iterable<Part>) {
    changes += 1;
    isTorn = true;
    unsettled.take(parts, requests.write);
    counts.flush(parts);
    writeJudged(parts);
    isTorn = false;
  }

  /** What judging adds, and up to where each session was judged: what is judged in a later commit than it came is written at once. */
  function writeJudged(parts: Iterable<Part>) {
    versions.flush(parts);
    sessions.settle(parts);
  }
}
