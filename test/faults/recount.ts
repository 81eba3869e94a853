import BetterSqlite3 from 'better-sqlite3';
import { NAMED_REQUESTS } from '../support/kept-requests.ts';
import type { Told } from './mixed-load.ts';
import type { ToldRequest } from './told-request.ts';

/** Another look at a program's database, beside it, as one moment shows it. */
export function lookInto<T>(path: string, look: (db: BetterSqlite3.Database) => T): T {
  const db = new BetterSqlite3(path, { readonly: true });
  try {
    return db.transaction(() => look(db))();
  } finally {
    db.close();
  }
}

/** What is wrong with the database in itself: damage, requests without their callers, sums that are not those of the requests. */
export function wrongInside(db: BetterSqlite3.Database): readonly string[] {
  const wrong = [...rowsOf(db, 'PRAGMA integrity_check'), ...rowsOf(db, 'PRAGMA foreign_key_check')].filter(
    (row) => row !== '{"integrity_check":"ok"}',
  );
  for (const [what, one, other] of COMPARED) {
    for (const row of rowsOf(db, `${one} EXCEPT ${other}`)) wrong.push(`${what} without reason: ${row}`);
    for (const row of rowsOf(db, `${other} EXCEPT ${one}`)) wrong.push(`${what} missing: ${row}`);
  }
  return wrong;
}

function rowsOf(db: BetterSqlite3.Database, query: string): readonly string[] {
  return db
    .prepare(query)
    .all()
    .map((row) => JSON.stringify(row));
}

/** Each sum with its recount from raw requests: what is in the journal alone is in no sum. */
const COMPARED: readonly (readonly [what: string, kept: string, recounted: string])[] = [
  ['rows', 'SELECT count(*) FROM requests', 'SELECT count(*) FROM api_requests'],
  [
    'hours',
    `SELECT developer_id, hour_at, model, requests, input_tokens, output_tokens, cache_read_tokens,
      cache_creation_tokens, cost_micros, unpriced_requests
    FROM usage_hours`,
    `SELECT developer_id, ended_at - ended_at % 3600000, model, count(*), sum(input_tokens), sum(output_tokens),
      sum(cache_read_tokens), sum(cache_creation_tokens), coalesce(sum(cost_micros), 0), count(*) - count(cost_micros)
    FROM api_requests
    GROUP BY 1, 2, 3`,
  ],
  [
    'prompts',
    `SELECT developer_id, prompt_id, session, started_at, ended_at, requests, cost_micros, unpriced_requests
    FROM prompts`,
    `SELECT developer_id, prompt_id, min(session), min(started_at), max(ended_at), count(*),
      coalesce(sum(cost_micros), 0), count(*) - count(cost_micros)
    FROM api_requests
    WHERE prompt_id IS NOT NULL
    GROUP BY 1, 2`,
  ],
  ['windows', 'SELECT id, used_percent FROM windows', 'SELECT window_id, max(used_percent) FROM readings GROUP BY 1'],
];

interface KeptRow {
  id: string;
  email: string;
  session: string;
  agent: string | null;
  prompt_id: string;
  ended_at: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_creation_tokens: number;
  cost_micros: number;
}

/** Everything that is known of requests by their ids. */
export function keptRequests(db: BetterSqlite3.Database): ReadonlyMap<string, KeptRow> {
  const rows = db
    .prepare<[], KeptRow>(`
      SELECT request_id AS id, email, session, agent, prompt_id, ended_at, input_tokens, output_tokens, cache_read_tokens,
        cache_creation_tokens, cost_micros
      FROM ${NAMED_REQUESTS} JOIN developers ON developers.id = developer_id
    `)
    .all();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Requests that are not kept as they were told. */
export function lost(db: BetterSqlite3.Database, ids: Iterable<string>, told: Told): readonly string[] {
  const kept = keptRequests(db);
  return [...ids].filter((id) => !isKept(kept.get(id), told.requests.get(id)));
}

function isKept(row: KeptRow | undefined, told: ToldRequest | undefined): boolean {
  return (
    row !== undefined &&
    told !== undefined &&
    row.email === told.email &&
    row.session === told.session &&
    row.agent === (told.agent ?? null) &&
    row.prompt_id === told.promptId &&
    row.ended_at === told.at &&
    row.input_tokens === told.inputTokens &&
    row.output_tokens === told.outputTokens &&
    row.cache_read_tokens === told.cacheReadTokens &&
    row.cache_creation_tokens === told.cacheCreationTokens &&
    row.cost_micros === told.costMicros
  );
}

export function count(db: BetterSqlite3.Database, table: string): number {
  return db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
}
