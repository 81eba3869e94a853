import { type DeveloperId, developerId } from '../model/ids.ts';
import type { Database } from './database.ts';
import { type RequestRow, toStored } from './request-row.ts';
import type { RequestKey } from './request-store.ts';
import type { createSessionStore } from './session-store.ts';
import { everybody, type Whose } from './take.ts';
import type { createUndetectedStore } from './undetected-store.ts';
import type { UsageCounts } from './usage-counts.ts';
import type { createVersionStore } from './version-store.ts';

export interface SumsDeps {
  readonly usage: Pick<UsageCounts, 'add' | 'flush'>;
  readonly versions: Pick<ReturnType<typeof createVersionStore>, 'flush'>;
  readonly sessions: Pick<ReturnType<typeof createSessionStore>, 'settle'>;
  readonly undetected: Pick<ReturnType<typeof createUndetectedStore>, 'judgeAgain'>;
}

/** Sums of all developers at once would be tens of milliseconds in which nobody gets an answer. As `counted_up_to` has it. */
const PARTS = 32;
/** Of so many requests at most, a thousand developers have twenty each, and a start counts them in a fraction of a second. */
const REQUESTS_A_PART = 20_000 / PARTS;
/** A quiet collector holds nothing back, and a crash leaves no more than a second to be counted and judged anew. */
const MS_A_PART = 1000 / PARTS;

const partOf = (developer: DeveloperId) => developer % PARTS;

/**
 * Writes the sums of requests (hours, prompts, client versions) once for many commits: each touches a page or two of every
 * developer at work, which is most of what a commit has to write. Until then the requests stand in a table that only grows at
 * its end; whatever a crash or an undone transaction takes from memory is counted and judged anew from there.
 */
export function createSums(db: Database, { usage, versions, sessions, undetected }: SumsDeps) {
  const insert = db.prepare<[number, string]>('INSERT INTO uncounted (id, requests) VALUES (?, ?)');
  const newest = db
    .prepare<[], number>(
      'SELECT max((SELECT coalesce(max(id), 0) FROM uncounted), max(uncounted_id)) FROM counted_up_to',
    )
    .pluck();
  const lost = db.prepare<{ upTo: number }, RequestRow & { developer_id: number }>(`
    SELECT api_requests.*
    FROM (
      SELECT uncounted.id, value ->> 0 AS developer, value ->> 1 AS at, value ->> 2 AS number
      FROM uncounted, json_each(requests)
      WHERE uncounted.id <= @upTo
    ) AS one
      CROSS JOIN counted_up_to ON part = developer % ${PARTS} AND uncounted_id < one.id
      CROSS JOIN api_requests ON developer_id = developer AND ended_at = at AND nth = number
  `);
  const counted = db.prepare<{ part: number; id: number }>(
    'UPDATE counted_up_to SET uncounted_id = @id WHERE part = @part',
  );
  const dropCounted = db.prepare('DELETE FROM uncounted WHERE id <= (SELECT min(uncounted_id) FROM counted_up_to)');
  const dropAll = db.prepare('DELETE FROM uncounted');

  /** Of this transaction. */
  let coming: RequestKey[] = [];
  /** Of those before it, whether there are any. */
  let hasWaiting = false;
  let newestId = 0;
  /** Whose turn it is, and what came since the last one had theirs. */
  let turn = 0;
  let requestsSince = 0;
  let since = 0;
  /** Rows up to this one are in no memory. */
  let lostUpTo = 0;
  /** Whether this process is the one that counts: another may have the database open, too. */
  let isOurs = false;
  let settled = 0;

  const self = {
    /** Notes a request that is to be counted, whose counts are added by the caller. */
    note(request: RequestKey) {
      if (!isOurs) self.recover();
      coming.push(request);
    },

    /**
     * Called before each commit: writes what is due, and leaves the rest to a later one. `decided` are those of whom an
     * incident was written, undefined for the team's: what led to it must not be judged anew after a crash.
     */
    beforeCommit(decided: ReadonlySet<DeveloperId | undefined>) {
      // What is judged without its requests would not be judged anew.
      if (coming.length === 0 || decided.has(undefined)) return self.settle();
      newestId += 1;
      insert.run(newestId, JSON.stringify(coming.map(({ developer, endedAt, nth }) => [developer, endedAt, nth])));
      hold(coming.length);
      coming = [];
      const due = new Set([...decided].flatMap((developer) => (developer === undefined ? [] : partOf(developer))));
      if (isTurnOver()) due.add(nextTurn());
      if (due.size === 0) return;
      write((developer) => due.has(partOf(developer)));
      for (const part of due) counted.run({ part, id: newestId });
      dropCounted.run();
    },

    /** Writes all sums, inside a transaction. */
    settle() {
      write(everybody);
      if (hasWaiting) dropAll.run();
      hasWaiting = false;
      coming = [];
    },

    /** Whether nothing came for so long that nobody's turn comes by itself. */
    isQuiet: (): boolean => performance.now() - since > 2 * MS_A_PART * PARTS,

    /** How often sums were written. */
    settled: (): number => settled,

    /** Whether the sums in the database tell of all requests. */
    areSettled: (): boolean => !hasWaiting && lostUpTo === 0,

    /** This process takes requests in from now on: it also counts what the one before it left uncounted. */
    recover() {
      isOurs = true;
      lose();
    },

    /** Before anything else in a transaction: counts what is in no memory, and has it judged, older turns before newer ones. */
    recall() {
      if (lostUpTo === 0) return;
      const rows = lost.all({ upTo: lostUpTo });
      for (const row of rows) {
        const developer = developerId(row.developer_id);
        const { request } = toStored(row);
        usage.add(developer, request);
        undetected.judgeAgain(developer, request.session, request.endedAt);
      }
      hold(rows.length);
      lostUpTo = 0;
    },

    /** The transaction was undone, and with it all that memory holds of the ones before. */
    forget() {
      if (isOurs) lose();
      hasWaiting = false;
      coming = [];
    },
  };
  return self;

  function lose() {
    lostUpTo = newest.get() ?? 0;
    newestId = lostUpTo;
  }

  function hold(requests: number) {
    if (requestsSince === 0) since = performance.now();
    requestsSince += requests;
    hasWaiting = true;
  }

  function isTurnOver(): boolean {
    return requestsSince >= REQUESTS_A_PART || performance.now() - since >= MS_A_PART;
  }

  function nextTurn(): number {
    turn = (turn + 1) % PARTS;
    requestsSince = 0;
    return turn;
  }

  function write(whose: Whose) {
    usage.flush(whose);
    versions.flush(whose);
    sessions.settle(whose);
    settled += 1;
  }
}
