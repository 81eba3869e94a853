import { REQUESTS_KEPT_MS, SUMS_KEPT_MS } from '../model/retention.ts';
import { DAY_MS, type EpochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** Longer than any of its requests, so that nothing refers to a caller whose session is gone. */
const SESSIONS_KEPT_MS = REQUESTS_KEPT_MS + 3 * DAY_MS;
/** Rows that are looked at in one step: a few milliseconds. */
const STRETCH = 1000;

interface Expiring {
  readonly table: string;
  /** Its primary key, in whose order it is read. */
  readonly key: readonly string[];
  /** When it was; left out: age does not matter. */
  readonly time?: string;
  readonly keptMs: number;
  /** What is also true of what goes. */
  readonly and?: string;
  /** What refers to rows that go, and has no life of its own; `GONE` selects them. */
  readonly first?: readonly string[];
}

/** What goes with age: notices before what they tell. Open incidents stay, and so does what is still to be said. */
const EXPIRING: readonly Expiring[] = [
  { table: 'requests', key: ['developer_id', 'ended_at', 'nth'], time: 'ended_at', keptMs: REQUESTS_KEPT_MS },
  { table: 'request_names', key: ['developer_id', 'name', 'is_client'], time: 'ended_at', keptMs: REQUESTS_KEPT_MS },
  { table: 'prompts', key: ['developer_id', 'prompt_id'], time: 'ended_at', keptMs: REQUESTS_KEPT_MS },
  { table: 'markers', key: ['developer_id', 'session', 'at', 'kind'], time: 'at', keptMs: REQUESTS_KEPT_MS },
  { table: 'cache_reports', key: ['developer_id', 'session', 'at'], time: 'at', keptMs: REQUESTS_KEPT_MS },
  { table: 'api_errors', key: ['developer_id', 'at', 'session', 'status_code'], time: 'at', keptMs: REQUESTS_KEPT_MS },
  { table: 'sessions', key: ['developer_id', 'session'], time: 'last_seen_at', keptMs: SESSIONS_KEPT_MS },
  { table: 'callers', key: ['id'], keptMs: 0, and: 'session NOT IN (SELECT session FROM sessions)' },
  { table: 'usage_hours', key: ['developer_id', 'hour_at', 'model'], time: 'hour_at', keptMs: SUMS_KEPT_MS },
  { table: 'version_days', key: ['day_at', 'client_version', 'developer_id'], time: 'day_at', keptMs: SUMS_KEPT_MS },
  { table: 'windows', key: ['id'], time: 'resets_at', keptMs: SUMS_KEPT_MS },
  { table: 'audit', key: ['id'], time: 'at', keptMs: SUMS_KEPT_MS },
  { table: 'admin_reports', key: ['id'], time: 'at', keptMs: SUMS_KEPT_MS },
  {
    table: 'notices',
    key: ['id'],
    time: 'decided_at',
    keptMs: SUMS_KEPT_MS,
    and: `state NOT IN ('waiting', 'sending')
      AND NOT EXISTS (SELECT 1 FROM incidents WHERE id = incident_id AND resolved_at IS NULL)`,
  },
  {
    table: 'digests',
    key: ['id'],
    time: 'opened_at',
    keptMs: SUMS_KEPT_MS,
    and: 'NOT EXISTS (SELECT 1 FROM notices WHERE digest_id = digests.id)',
  },
  {
    table: 'incidents',
    key: ['id'],
    time: 'resolved_at',
    keptMs: SUMS_KEPT_MS,
    and: 'NOT EXISTS (SELECT 1 FROM notices WHERE incident_id = incidents.id)',
    first: [
      'DELETE FROM incident_events WHERE incident_id IN (GONE)',
      'UPDATE incidents SET part_of = NULL WHERE part_of IN (GONE)',
    ],
  },
];

type Key = readonly (number | string | Buffer)[];

/** How far a pass over all tables has come: in which table, behind which row. */
export interface Passed {
  readonly table: number;
  readonly key: Key;
}

export interface Step {
  /** Undefined: the pass is over. */
  readonly next: Passed | undefined;
  readonly removed: number;
}

interface RetentionDeps {
  /** Runs work whole or not at all. */
  readonly transaction: <T>(work: () => T) => T;
  /** Told which callers are gone. */
  readonly dropCallers: (ids: readonly number[]) => void;
}

export function createRetentionStore(db: Database, { transaction, dropCallers }: RetentionDeps) {
  const stretches = EXPIRING.map((expiring) => createStretch(db, expiring));

  return {
    /** Removes what is too old of the next thousand rows. No index by time is needed, no step takes long, and where nothing goes nothing is locked. */
    expire(passed: Passed | undefined, now: EpochMs): Step {
      const { table, key } = passed ?? FIRST;
      const [expiring, stretch] = [EXPIRING[table], stretches[table]];
      if (!expiring || !stretch) return { next: undefined, removed: 0 };
      const end = stretch.endOf(key);
      const bounds = { from: key, to: end, before: now - expiring.keptMs };
      const gone = stretch.hasOld(bounds) ? transaction(() => stretch.remove(bounds)) : [];
      if (expiring.table === 'callers' && gone.length > 0) dropCallers(gone);
      return { next: end ? { table, key: end } : beginningOf(table + 1), removed: gone.length };
    },
  };
}

const FIRST: Passed = { table: 0, key: beforeAll(EXPIRING[0]) };

function beginningOf(table: number): Passed | undefined {
  const expiring = EXPIRING[table];
  return expiring && { table, key: beforeAll(expiring) };
}

/** Every key begins with a number that is not negative. */
function beforeAll(expiring: Expiring | undefined): Key {
  return (expiring?.key ?? []).map((_, index) => (index === 0 ? -1 : 0));
}

interface Bounds {
  readonly from: Key;
  readonly to: Key | undefined;
  readonly before: number;
}

/** A thousand rows of one table, in the order of its key. */
function createStretch(db: Database, { table, key, time, and = 'TRUE', first = [] }: Expiring) {
  const names = key.join(', ');
  const valuesOf = (bound: 'from' | 'to') => key.map((_, index) => `@${bound}${index}`).join(', ');
  const end = db
    .prepare<object, Key>(`
      SELECT ${names} FROM ${table} WHERE (${names}) > (${valuesOf('from')}) ORDER BY ${names} LIMIT 1 OFFSET ${STRETCH - 1}
    `)
    .raw();
  const bounded = removal(`(${names}) <= (${valuesOf('to')})`);
  const toTheEnd = removal('TRUE');

  return {
    /** The key of the last row; undefined where the table ends before. */
    endOf: (from: Key): Key | undefined => end.get(named('from', from)),

    /** Whether something is older than `before`, behind `from` and up to `to`. */
    hasOld: (bounds: Bounds): boolean => statementsFor(bounds).some.get(valuesIn(bounds)) !== undefined,

    /** Removes that; answers the first part of each key. */
    remove(bounds: Bounds): readonly number[] {
      const { others, rows } = statementsFor(bounds);
      for (const other of others) other.run(valuesIn(bounds));
      return rows.all(valuesIn(bounds));
    },
  };

  function statementsFor({ to }: Bounds) {
    return to ? bounded : toTheEnd;
  }

  function removal(upTo: string) {
    const age = time ? `${time} < @before` : 'TRUE';
    const gone = `(${names}) > (${valuesOf('from')}) AND ${upTo} AND ${age} AND ${and}`;
    return {
      some: db.prepare<object>(`SELECT 1 FROM ${table} WHERE ${gone} LIMIT 1`),
      others: first.map((sql) => db.prepare<object>(sql.replace('GONE', `SELECT id FROM ${table} WHERE ${gone}`))),
      rows: db.prepare<object, number>(`DELETE FROM ${table} WHERE ${gone} RETURNING ${key[0]}`).pluck(),
    };
  }
}

function valuesIn({ from, to = [], before }: Bounds) {
  return { ...named('from', from), ...named('to', to), before };
}

function named(bound: 'from' | 'to', key: Key): Readonly<Record<string, Key[number]>> {
  return Object.fromEntries(key.map((value, index) => [`${bound}${index}`, value]));
}
