import { closeSync, fsyncSync, openSync } from 'node:fs';
import type BetterSqlite3 from 'better-sqlite3';
import { openDatabase } from '../src/store/database.ts';

interface Grown {
  readonly from: string;
  readonly into: string;
  /** How often everybody of the source is there: the first time as they are, then under other names. */
  readonly times: number;
}

/** What is the installation's own, or would only disturb: it is not copied. */
const LEFT_OUT = ['tokens', 'audit', 'undetected', 'notices', 'incident_events'];
const CACHE_KIB = 2 * 1024 * 1024;

/**
 * A database of many times as many people with the same past: each request stands beside those of the same moment, as if
 * all of them had worked at once. It copies by SQL, because writing twenty million requests as they come takes hours.
 */
export function growDatabase({ from, into, times }: Grown) {
  const db = openDatabase(into);
  db.pragma('foreign_keys = OFF');
  db.pragma('journal_mode = MEMORY');
  db.pragma('synchronous = OFF');
  db.pragma(`cache_size = -${CACHE_KIB}`);
  db.prepare('ATTACH ? AS source').run(from);
  const offsets = Object.fromEntries(['developers', 'windows', 'callers'].map((table) => [table, highest(db, table)]));
  db.exec(`
    CREATE TEMP TABLE copies (number INTEGER PRIMARY KEY);
    INSERT INTO copies
    WITH RECURSIVE count (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM count WHERE number + 1 < ${times})
    SELECT number FROM count;
  `);
  for (const table of tables(db)) copy(db, table, offsets);
  db.exec('DETACH source');
  db.pragma('journal_mode = WAL');
  db.close();
  bringToDisk(into);
}

/** Gigabytes that the system still writes would disturb whatever is measured next. */
function bringToDisk(path: string) {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

/** How far the ids of one copy are from those of the next, by table. */
type Offsets = Readonly<Record<string, number>>;

/** Columns that name a row of another table. */
const REFERENCES: Readonly<Record<string, string>> = {
  developer_id: 'developers',
  window_id: 'windows',
  caller_id: 'callers',
};

/** Everything of people: the tables that name a developer, and those that such tables name. */
function tables(db: BetterSqlite3.Database): readonly string[] {
  const names = db.prepare(`SELECT name FROM source.sqlite_schema WHERE type = 'table'`).pluck().all() as string[];
  const ofPeople = names.filter((table) => columnsOf(db, table).some((name) => name in REFERENCES));
  return [...new Set([...Object.values(REFERENCES), ...ofPeople])].filter((table) => !LEFT_OUT.includes(table));
}

function copy(db: BetterSqlite3.Database, table: string, offsets: Offsets) {
  const columns = columnsOf(db, table).filter((column) => column !== 'id' || table in offsets);
  const values = columns.map((column) => copiedValue(table, column, offsets));
  db.exec(`
    INSERT INTO main.${table} (${columns.join(', ')})
    SELECT ${values.join(', ')}
    FROM source.${table} AS old CROSS JOIN copies
  `);
}

function copiedValue(table: string, column: string, offsets: Offsets): string {
  const named = column === 'id' ? table : REFERENCES[column];
  if (named !== undefined) return `old.${column} + copies.number * ${offsets[named]}`;
  if (table === 'developers' && (column === 'email' || column === 'slack_user'))
    return `iif(copies.number = 0, old.${column}, old.${column} || '-' || copies.number)`;
  return `old.${column}`;
}

/** Without those that the database computes itself. */
function columnsOf(db: BetterSqlite3.Database, table: string): readonly string[] {
  return db.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0').pluck().all(table);
}

function highest(db: BetterSqlite3.Database, table: string): number {
  return Number(db.prepare(`SELECT coalesce(max(id), 0) FROM source.${table}`).pluck().get());
}
