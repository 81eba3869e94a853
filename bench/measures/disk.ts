import BetterSqlite3 from 'better-sqlite3';
import { REQUEST_TABLES } from '../bare-loop.ts';
import type { Measure } from '../bench.ts';
import { result } from '../figures.ts';
import { daysOf, historyOf, historySize } from '../history.ts';

/** What stays for 13 months, and how many rows of it there are depends on the time somebody works. */
const SUM_TABLES = ['usage_hours', 'version_days', 'windows', 'readings'];

/** What a request takes on disk: its row, and what finds it again when it is sent twice. */
export const disk: Measure = async (setting) => {
  const db = new BetterSqlite3(historyOf(setting), { readonly: true });
  const one = (sql: string) => Number(db.prepare(sql).pluck().get());
  const requests = one('SELECT count(*) FROM requests');
  const bytesOf = db.prepare<[string], { name: string; bytes: number }>(`
    SELECT name, sum(pgsize) AS bytes
    FROM dbstat
    WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN (SELECT value FROM json_each(?)))
    GROUP BY name
  `);
  const parts = bytesOf.all(JSON.stringify(Object.keys(REQUEST_TABLES)));
  const sums = bytesOf.all(JSON.stringify(SUM_TABLES));
  const everything = one('SELECT sum(pgsize) FROM dbstat');
  db.close();
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const size = historySize(setting);
  const workingDays = size.developers * daysOf(size);
  return {
    results: [
      result(
        { goal: 'disk for a request, raw and dedupe', unit: 'bytes', rounds: [bytes / requests] },
        { atMost: 160 },
      ),
    ],
    figures: [
      ...parts.map((part) => ({ what: `of which ${part.name}`, value: part.bytes / requests, unit: 'bytes' as const })),
      {
        what: 'disk for a working day of eight hours, hours, windows and versions',
        value: sums.reduce((sum, part) => sum + part.bytes, 0) / workingDays,
        unit: 'bytes',
      },
      { what: 'disk for a request, with all sums, windows and sessions', value: everything / requests, unit: 'bytes' },
    ],
  };
};
