import { developerId } from '../model/ids.ts';
import type { Database } from './database.ts';
import { type RequestRow, toStored } from './request-row.ts';
import type { RequestKey } from './request-store.ts';
import type { createSessionStore } from './session-store.ts';
import type { createUndetectedStore } from './undetected-store.ts';
import type { UsageCounts } from './usage-counts.ts';
import type { createVersionStore } from './version-store.ts';

export interface SumsDeps {
  readonly usage: Pick<UsageCounts, 'add' | 'flush'>;
  readonly versions: Pick<ReturnType<typeof createVersionStore>, 'flush'>;
  readonly sessions: Pick<ReturnType<typeof createSessionStore>, 'settle'>;
  readonly undetected: Pick<ReturnType<typeof createUndetectedStore>, 'judgeAgain'>;
}

/** So many requests of some thousand developers are ten for each row of sums. */
const MOST_UNCOUNTED = 5000;
/** After a crash no more than this is counted and judged anew, and a quiet collector holds nothing back. */
const LONGEST_UNCOUNTED_MS = 1000;

/**
 * Writes the sums of requests (hours, prompts, client versions) once for many commits: each touches a page or two of every
 * developer at work, which is most of what a commit has to write. Until then the requests stand in a table that only grows at
 * its end; whatever a crash or an undone transaction takes from memory is counted and judged anew from there.
 */
export function createSums(db: Database, { usage, versions, sessions, undetected }: SumsDeps) {
  const insert = db.prepare<[string]>('INSERT INTO uncounted (requests) VALUES (?)');
  const newest = db.prepare<[], number | null>('SELECT max(id) FROM uncounted').pluck();
  const lost = db.prepare<{ upTo: number }, RequestRow & { developer_id: number }>(`
    SELECT api_requests.*
    FROM (
      SELECT value ->> 0 AS developer, value ->> 1 AS at, value ->> 2 AS number
      FROM uncounted, json_each(requests)
      WHERE uncounted.id <= @upTo
    ) CROSS JOIN api_requests ON developer_id = developer AND ended_at = at AND nth = number
  `);
  const clear = db.prepare('DELETE FROM uncounted');

  /** Of this transaction. */
  let coming: RequestKey[] = [];
  /** Of those before it: how many, since when, and whether the table has any. */
  let waiting = 0;
  let waitingSince = 0;
  let hasRows = false;
  /** Rows up to this id are in no memory. */
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

    /** Whether sums may wait for a later commit: what is judged without its requests would not be judged anew. */
    mayWait: (): boolean =>
      coming.length > 0 &&
      waiting + coming.length < MOST_UNCOUNTED &&
      (waiting === 0 || performance.now() - waitingSince < LONGEST_UNCOUNTED_MS),

    /** Keeps in mind, inside the transaction, what it leaves uncounted. */
    wait() {
      insert.run(JSON.stringify(coming.map(({ developer, endedAt, nth }) => [developer, endedAt, nth])));
      hold(coming.length);
      coming = [];
    },

    /** Writes the sums, inside a transaction. */
    settle() {
      usage.flush();
      versions.flush();
      sessions.settle();
      if (hasRows) clear.run();
      hasRows = false;
      waiting = 0;
      coming = [];
      settled += 1;
    },

    /** How often the sums were written. */
    settled: (): number => settled,

    /** Whether the sums in the database tell of all requests. */
    areSettled: (): boolean => !hasRows && lostUpTo === 0,

    /** Whether some requests are counted neither in the database nor in memory. */
    areLost: (): boolean => lostUpTo > 0,

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
      hasRows = false;
      waiting = 0;
      coming = [];
    },
  };
  return self;

  function lose() {
    lostUpTo = newest.get() ?? 0;
  }

  function hold(requests: number) {
    if (waiting === 0) waitingSince = performance.now();
    waiting += requests;
    hasRows = true;
  }
}
