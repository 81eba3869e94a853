import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/simulation/random.ts';
import { migrate } from '../../src/store/migrate.ts';
import { howOften, tell } from './how-long.ts';
import { end } from './program.ts';
import { lookInto, wrongInside } from './recount.ts';

const KILLS = howOften({ bounded: 2, long: 30 });
const REQUESTS = howOften({ bounded: 5_000, long: 60_000 });
const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
const random = createRandom(SEED);

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
const FILES = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql'))
  .toSorted();
const OPEN = `
  const { openDatabase } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/store/database.ts'))});
  process.stdout.write('opening');
  openDatabase(process.argv[1]).close();
`;

let folder: string;
/** At which version each killed start left its database. */
const leftAt: number[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  for (const [index] of FILES.entries()) writeVersion(index);
});

afterAll(() => rmSync(folder, { recursive: true }));

const pathOf = (version: number) => join(folder, `version-${version}.db`);

test.each(FILES.map((_, version) => version))(
  `a start on a database of version %i that is killed half-way leaves everything to the next one (seed ${SEED})`,
  { timeout: 30_000 + KILLS * 10_000 },
  async (version) => {
    const whole = join(folder, `whole-${version}.db`);
    copyFileSync(pathOf(version), whole);
    const { tookMs } = await openUntil(whole, (opening) => once(opening, 'exit'));
    const expected = contentOf(whole);
    const journal = () => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    const left: number[] = [];
    const path = join(folder, `killed-${version}.db`);

    for (let kill = 0; kill < KILLS; kill++) {
      copyFileSync(pathOf(version), path);
      // Mostly while it works, and sometimes while it writes down what it did.
      const isAtWriting = kill % 3 === 1;
      const afterMs = random.whole(0, Math.ceil(tookMs));
      await openUntil(path, async (opening) => {
        if (isAtWriting) while (journal() === 0 && opening.exitCode === null) await sleep(0);
        else await sleep(afterMs);
      });
      left.push(lookInto(path, (db) => Number(db.pragma('user_version', { simple: true }))));
      await openUntil(path, (opening) => once(opening, 'exit'));
      expect(contentOf(path), `killed ${isAtWriting ? 'at writing' : `after ${afterMs} ms`}`).toEqual(expected);
      lookInto(path, (db) => expect(wrongInside(db)).toEqual([]));
      rmSync(path);
    }
    leftAt.push(...left);
    tell(
      `migrating from version ${version} took ${tookMs.toFixed(0)} ms; killed, it was at versions ${left.join(', ')}`,
    );
  },
);

test('and they were killed half-way indeed', () => {
  expect(leftAt).toHaveLength(FILES.length * KILLS);
  expect(leftAt.filter((version) => version < FILES.length)).not.toEqual([]);
});

/** Opens a database in a process of its own, which ends with what is waited for. */
async function openUntil(
  path: string,
  ended: (opening: ChildProcess) => Promise<unknown>,
): Promise<{ tookMs: number }> {
  const opening = spawn(process.execPath, ['--input-type=module', '--eval', OPEN, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(opening, 'exit');
  await Promise.race([opening.stdout && once(opening.stdout, 'data'), exited]);
  const startedAt = performance.now();
  await ended(opening);
  const tookMs = performance.now() - startedAt;
  await end(opening, 'SIGKILL');
  return { tookMs };
}

/** Everything that the database holds. */
function contentOf(path: string): Readonly<Record<string, unknown>> {
  return lookInto(path, (db) => {
    const objects = db
      .prepare<[], { name: string; sql: string }>('SELECT type, name, sql FROM sqlite_schema ORDER BY name')
      .all();
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all();
    return {
      version: db.pragma('user_version', { simple: true }),
      objects,
      ...Object.fromEntries(tables.map((name) => [name, digestOf(db.prepare(`SELECT * FROM ${name}`).raw().all())])),
    };
  });
}

function digestOf(rows: readonly unknown[]): string {
  return `${rows.length} rows ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`;
}

/** A database as the program of so many migrations left it: the data of the first version, brought up to date step by step. */
function writeVersion(version: number) {
  const known = join(folder, `migrations-${version}`);
  mkdirSync(known);
  for (const name of FILES.slice(0, version)) cpSync(join(MIGRATIONS, name), join(known, name));
  if (version > 1) copyFileSync(pathOf(version - 1), pathOf(version));
  const db = new BetterSqlite3(pathOf(version));
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = OFF');
  migrate(db, known);
  if (version === 1) db.exec(DATA);
  db.close();
}

const NUMBERED = 'WITH RECURSIVE numbered (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbered WHERE n < ?)';
const upTo = (most: number) => NUMBERED.replace('?', String(most));

const DATA = `
  INSERT INTO installation (id, installed_at) VALUES (1, 1000);

  INSERT INTO developers (id, email, created_at)
  ${upTo(20)} SELECT n, 'developer' || n || '@example.com', 1000 FROM numbered;

  INSERT INTO tokens (hash, kind, developer_id, hint, created_at)
  ${upTo(20)} SELECT randomblob(32), 'personal', n, 'qw_' || n, 1000 FROM numbered;

  INSERT INTO sessions (developer_id, session, client_version, first_seen_at, last_seen_at)
  ${upTo(200)} SELECT 1 + n % 20, 'session-' || n, '2.1.330', 1000, 2000 FROM numbered;

  INSERT INTO requests (
    developer_id, session, origin, agent, model, client_version, prompt_id, request_id, client_request_id, sequence,
    started_at, ended_at, told_at, received_at, input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens,
    cost_micros
  )
  ${upTo(REQUESTS)}
  SELECT
    1 + n % 20, 'session-' || (n % 200), iif(n % 11 = 0, 'agent', 'main'), iif(n % 11 = 0, 'a1', NULL), 'claude-opus-5-5',
    '2.1.330', iif(n % 5 = 0, NULL, 'prompt-' || (n / 60)), iif(n % 7 = 0, NULL, 'req_' || n),
    iif(n % 3 = 0, NULL, format('%08x-0000-4000-8000-%012x', n, n)), n, n * 500, n * 500 + 400,
    iif(n % 97 = 0, n * 600, NULL), n * 500 + 450, 3, n % 900, n % 70000, n % 3000, iif(n % 13 = 0, NULL, n % 5000)
  FROM numbered;

  INSERT INTO markers (developer_id, session, at, kind)
  ${upTo(200)} SELECT 1 + n % 20, 'session-' || n, 1000 + n, 'compaction' FROM numbered;

  INSERT INTO windows (id, developer_id, account, kind, scope, resets_at, used_percent, last_read_at, session)
  ${upTo(40)} SELECT n, 1 + n % 20, 'unknown', 'five_hour', '', 1000000 * n, 50, 1000, 'session-' || n FROM numbered;

  INSERT INTO readings (window_id, at, used_percent, source)
  ${upTo(40)} SELECT n, 1000, 50, 'status_line' FROM numbered;

  INSERT INTO feeds (developer_id, feed, last_at)
  ${upTo(20)} SELECT n, 'telemetry', 1000 FROM numbered;

  INSERT INTO undetected (developer_id, session, from_at)
  ${upTo(20)} SELECT 1 + n % 20, 'session-' || n, 1000 FROM numbered;

  INSERT INTO incidents (
    id, developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, resolved_at, resolved_by, evidence
  )
  ${upTo(300)}
  SELECT n, 1 + n % 20, 'lock_out', 's' || n, 'info', n, n, 0, iif(n % 2, 9, NULL), iif(n % 2, 'reset', NULL), '{}' FROM numbered;

  INSERT INTO notices (incident_id, week, audience, form, reason, severity, state, decided_at, due_at, slack_channel, slack_ts)
  ${upTo(300)} SELECT n, NULL, 'developer', 'message', 'opened', 'info', iif(n % 2, 'sent', 'waiting'), n, n, 'D1', n || '.0' FROM numbered;

  INSERT INTO notices (incident_id, week, audience, form, reason, severity, state, decided_at, due_at)
  ${upTo(40)} SELECT NULL, format('2026-W%02d', n), 'summary_channel', 'message', 'weekly', 'info', 'sent', n, n FROM numbered;
`;
