import BetterSqlite3 from 'better-sqlite3';
import { openDatabase } from '../src/store/database.ts';
import type { Speed } from './post.ts';

/** The tables that hold a request, with the order in which it came. */
export const REQUEST_TABLES = { requests: 'ended_at, nth', request_names: 'ended_at, nth', callers: 'id' };

const REQUESTS_A_TRANSACTION = 1000;

/**
 * The same requests that a collector wrote into `source`, into an empty database of the same schema, 1,000 in a transaction,
 * each synced: what the database itself can do. It checks nothing, and keeps no sums.
 */
export function bareLoop(source: string, target: string): Speed {
  const db = openDatabase(target);
  db.pragma('foreign_keys = OFF');
  const from = new BetterSqlite3(source, { readonly: true });
  const tables = Object.entries(REQUEST_TABLES).map(([table, order]) => {
    const rows = from.prepare(`SELECT * FROM ${table} ORDER BY ${order}`).raw().all() as unknown[][];
    const insert = db.prepare(`INSERT INTO ${table} VALUES (${(rows[0] ?? []).map(() => '?').join(', ')})`);
    return { rows, insert };
  });
  from.close();

  const requests = tables[0]?.rows.length ?? 0;
  const transactions = Math.ceil(requests / REQUESTS_A_TRANSACTION);
  const write = db.transaction((nth: number) => {
    for (const { rows, insert } of tables) {
      const until = Math.floor((rows.length * (nth + 1)) / transactions);
      for (let row = Math.floor((rows.length * nth) / transactions); row < until; row++) insert.run(rows[row]);
    }
  });
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  for (let nth = 0; nth < transactions; nth++) write(nth);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  db.close();
  return { requestsPerSecond: requests / seconds, cpuMicrosPerRequest: (user + system) / requests };
}
