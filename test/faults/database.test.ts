import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { openStore } from '../../src/store/store.ts';
import { eventually } from '../support/running-app.ts';
import { type ServedWorkspace, serveWorkspace } from '../support/workspace-server.ts';
import { tell } from './how-long.ts';
import { launch, ownUrl, type Program, type ProgramOptions, startProgram, talkingTo } from './program.ts';
import { keptRequests, lookInto, wrongInside } from './recount.ts';
import { disagreements, saidIn } from './slack-record.ts';
import { bodyOf, jsonBody, ROUTES, type Route, type ToldRequest } from './told-request.ts';

let folder: string;
let slack: ServedWorkspace;
let options: ProgramOptions;
let program: Program | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  slack = await serveWorkspace();
  options = { folder, url: await ownUrl(), env: talkingTo(slack) };
});

afterEach(async () => {
  await program?.stop();
  program = undefined;
  await slack.stop();
  rmSync(folder, { recursive: true });
});

/** A way for the database not to be written, that comes and goes while the program runs. */
interface Trouble {
  begin(running: Program): void;
  end(running: Program): void;
}

/** Its disk holds 16 MB and nobody else sees it; it is gone with the program. Root needs no names, others need some of their own. */
const OWN_DISK = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
const MOUNT = 'mount -t tmpfs -o size=16m tmpfs "$0" && exec "$@"';
const canMount = spawnSync('unshare', [...OWN_DISK, 'sh', '-c', MOUNT, tmpdir(), 'true']).status === 0;

const fullDisk: Trouble = {
  begin: ({ pid }) => expect(() => fill(join(`/proc/${pid}/root`, folder, 'filler'))).toThrow('ENOSPC'),
  end: ({ pid }) => unlinkSync(join(`/proc/${pid}/root`, folder, 'filler')),
};

function fill(path: string) {
  for (;;) appendFileSync(path, Buffer.alloc(4096, 1));
}

/** As a quota does it: no file of the program may hold anything any more. The kernel's signal is one that Node ignores. */
const noFileMayGrow: Trouble = {
  begin: ({ pid }) => void execFileSync('prlimit', ['--pid', String(pid), '--fsize=0:unlimited']),
  end: ({ pid }) => void execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:unlimited']),
};

type Look = <T>(look: (db: BetterSqlite3.Database) => T) => T;

const lookInside: Look = (look) => lookInto(join(folder, 'quota-watch.db'), look);

/** SQLite does not find its way to a disk that only the program sees. A copy made while the program writes is made anew. */
const lookAtCopy: Look = (look) => {
  const copy = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  const from = join(`/proc/${program?.pid}/root`, folder);
  const names = ['quota-watch.db', 'quota-watch.db-wal'];
  const written = () => names.map((name) => statSync(join(from, name), { bigint: true }).mtimeNs).join(' ');
  try {
    let before: string;
    do {
      before = written();
      for (const name of names) copyFileSync(join(from, name), join(copy, name));
    } while (written() !== before);
    return lookInto(join(copy, 'quota-watch.db'), look);
  } finally {
    rmSync(copy, { recursive: true });
  }
};

let other: BetterSqlite3.Database;

const lockedByAnother: Trouble = {
  begin() {
    other = new BetterSqlite3(join(folder, 'quota-watch.db'));
    other.exec('BEGIN EXCLUSIVE');
  },
  end: () => void other.close(),
};

describe('while nothing can be written', () => {
  // Where nothing may be mounted, files that may not grow stand for the full disk.
  test('because a small disk is full', { timeout: 240_000 }, async () => {
    const through = canMount ? ['unshare', ...OWN_DISK, 'sh', '-c', MOUNT, folder] : [];
    program = await startProgram({ ...options, through });
    await comesThrough(program, canMount ? fullDisk : noFileMayGrow, canMount ? lookAtCopy : lookInside);
  });

  test('because no file may grow', { timeout: 240_000 }, async () => {
    program = await startProgram(options);
    await comesThrough(program, noFileMayGrow, lookInside);
  });

  test('because another process holds the database', { timeout: 240_000 }, async () => {
    program = await startProgram(options);
    await comesThrough(program, lockedByAnother, lookInside);
  });
});

describe('a database that may only be read', () => {
  /** Root may write everything unless it gives that up. */
  const ordinary = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];

  test.each([
    ['a file', () => [join(folder, 'quota-watch.db')], 0o444, 0o644],
    ['a folder', () => [folder], 0o555, 0o755],
  ])(
    'as %s is told in a sentence, and is no trouble any more when it is mended',
    { timeout: 240_000 },
    async (_, places, closed, open) => {
      const store = openStore(join(folder, 'quota-watch.db'), systemClock.now());
      store.developers.forEmail('ada@example.com', { now: systemClock.now() });
      store.close();
      for (const place of places()) chmodSync(place, closed);
      const child = launch({ ...options, through: ordinary, stderr: 'pipe' });
      const ended = once(child, 'exit');
      const said = child.stderr && (await text(child.stderr));
      expect(said).toMatch(/^DATABASE_PATH=\S+ cannot be used \(.*(permission denied|readonly database).*\).*\n$/);
      expect(await ended).toEqual([1, null]);
      for (const place of places()) chmodSync(place, open);
      program = await startProgram({ ...options, through: ordinary });
      expect(lookInside((db) => db.prepare('SELECT email FROM developers').pluck().all())).toEqual(['ada@example.com']);
    },
  );
});

describe('a disk that fails at what was committed', () => {
  const trigger = () => join(folder, 'disk-fails');
  const preload = join(import.meta.dirname, 'failing-disk.ts');

  test('ends the program, which tells nobody that it stands, and starts again from what the disk has', async () => {
    const env = {
      ...options.env,
      NODE_OPTIONS: `--import=${preload}`,
      DISK_FAILS_WITH: trigger(),
      LOG_LEVEL: 'silent',
    };
    program = await startProgram({ ...options, env });
    const token = await connect('ada');
    const [kept, another] = [turns('kept', { turns: 3 }), turns('another', { turns: 3 })];
    expect((await post(token, 'webhook', kept)).status).toBe(200);

    writeFileSync(trigger(), '');
    const answer = await post(token, 'webhook', another).catch(() => undefined);
    expect([undefined, 503]).toContain(answer?.status);
    await eventually(() => expect(program?.isRunning()).toBe(false));

    rmSync(trigger());
    program = await startProgram(options);
    expect((await post(token, 'webhook', another)).status).toBe(200);
    const found = lookInside((db) => [...keptRequests(db).keys()]);
    expect(found.toSorted()).toEqual([...ids(kept), ...ids(another)].toSorted());
  });
});

/** Refuses for now, keeps nothing by halves, goes on answering, and goes on by itself when the trouble is over. */
async function comesThrough(running: Program, trouble: Trouble, look: Look) {
  const token = await connect('ada');
  const colleague = await connect('grace');
  const broken = turns('broken', { turns: 4 });
  for (const one of broken.slice(0, 3)) expect((await post(token, 'webhook', [one])).status).toBe(200);
  await eventually(async () => expect(await alerts()).not.toEqual([]), 60_000);
  await eventually(() => look((db) => expect(unsettled(db)).toBe(0)), 60_000);
  const before = JSON.stringify(await quota());

  trouble.begin(running);
  const sent = await untilAllRefused(token, colleague);
  for (const answer of sent.answers) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await answer.json()).toMatchObject({ error: 'overloaded' });
  }
  const asked = performance.now();
  // Whoever cannot write waits a second before he gives up, and on a busy machine Slack does not wait so long: people ask again.
  await eventually(async () => expect(shape(JSON.stringify(await quota()))).toBe(shape(before)), 60_000);
  tell(`/quota answered in ${(performance.now() - asked).toFixed(0)} ms while nothing could be written`);
  expect((await fetch(`${options.url}/healthz`)).status).toBe(200);
  const kept = look((db) => [...keptRequests(db).keys()]);
  expect(kept.toSorted()).toEqual([...ids(broken.slice(0, 3)), ...ids(sent.acknowledged)].toSorted());

  trouble.end(running);
  await eventually(async () => expect((await post(token, 'webhook', broken.slice(3))).status).toBe(200), 60_000);
  for (const requests of sent.refused) expect((await post(token, 'json', requests)).status).toBe(200);
  await eventually(() => look((db) => expect(unsettled(db)).toBe(0)), 60_000);
  const said = await saidIn(slack);
  look((db) => {
    expect(wrongInside(db)).toEqual([]);
    expect(disagreements(said, db)).toEqual([]);
    expect([...keptRequests(db).keys()].toSorted()).toEqual(
      [...ids(broken), ...ids(sent.acknowledged), ...ids(sent.refused.flat())].toSorted(),
    );
    const misses = "SELECT evidence ->> '$.misses' FROM incidents WHERE kind = 'cache_invalidation'";
    expect(db.prepare(misses).pluck().all()).toEqual([3]);
  });
  expect(running.isRunning()).toBe(true);
}

/**
 * What little room is left is used up, until whoever tells is refused, by whatever route: what the log held may come into
 * the database meanwhile, and the log has room again.
 */
async function untilAllRefused(token: string, colleague: string) {
  const acknowledged: ToldRequest[] = [];
  const refused: (readonly ToldRequest[])[] = [];
  const note = (requests: readonly ToldRequest[], { status }: Response) => {
    if (status === 200) acknowledged.push(...requests);
    else refused.push(requests);
    return status === 200;
  };
  for (let nth = 0; nth < 500; nth++) {
    const filling = turns(`filling ${nth}`, { turns: 200 });
    if (note(filling, await post(token, 'webhook', filling))) continue;
    const sent = await Promise.all([...ROUTES.map((route) => ofRoute(token, route, nth)), statusLine(colleague)]);
    const taken = sent.filter(({ requests, answer }) => note(requests, answer));
    if (taken.length === 0) return { acknowledged, refused, answers: sent.map(({ answer }) => answer) };
  }
  throw new Error('it never runs out of room');
}

async function ofRoute(token: string, route: Route, nth: number) {
  const requests = turns(`by ${route} ${nth}`, { turns: 30 });
  return { requests, answer: await post(token, route, requests) };
}

async function statusLine(token: string) {
  const resets_at = Math.ceil(Date.now() / 1000) + 7200;
  const rate_limits = { five_hour: { used_percentage: 12, resets_at } };
  const body = jsonBody('/v1/status-line', { session_id: 'another', rate_limits });
  return { requests: [], answer: await send(token, body) };
}

const post = (token: string, route: Route, requests: readonly ToldRequest[]) => send(token, bodyOf(route, requests));

async function send(token: string, { path, headers, bytes }: ReturnType<typeof bodyOf>) {
  return await fetch(options.url + path, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${token}` },
    body: new Uint8Array(bytes),
  });
}

async function connect(user: string): Promise<string> {
  const { body } = await slack.post('/commands', { user, text: '/quota connect' });
  return /Bearer (qw_[\w-]+)/.exec(JSON.stringify(body))?.[1] ?? '';
}

async function quota() {
  const { status, body } = await slack.post('/commands', { user: 'ada', text: '/quota' });
  expect(status).toBe(200);
  return body.answers;
}

/** An answer without what changes with every second. */
const shape = (answer: string) => answer.replace(/(under )?\d+(,\d{3})*/g, '');

const alerts = async () => (await saidIn(slack)).filter(({ text: words }) => words.includes('Prompt cache broken'));

function unsettled(db: BetterSqlite3.Database): unknown {
  return db
    .prepare(`
      SELECT (SELECT count(*) FROM undetected) + count(*)
      FROM notices
      WHERE state IN ('waiting', 'sending') AND NOT (form = 'reply' AND reason = 'opened')
    `)
    .pluck()
    .get();
}

const ids = (requests: readonly ToldRequest[]) => requests.map(({ requestId }) => requestId);

/** Turns of a session that began a moment ago; the broken one writes everything anew each time. */
function turns(session: string, { turns: count }: { turns: number }): readonly ToldRequest[] {
  const isBroken = session === 'broken';
  const from = Date.now() - 5000;
  return Array.from({ length: count }, (_, nth) => ({
    email: 'ada@example.com',
    session,
    at: from + nth,
    durationMs: 1,
    requestId: `req_${session}_${nth}`,
    clientRequestId: `client_${session}_${nth}`,
    promptId: `${session} prompt`,
    sequence: nth,
    model: 'claude-opus-5-5',
    clientVersion: '2.1.330',
    inputTokens: 3,
    outputTokens: 9,
    cacheReadTokens: nth === 0 ? 0 : isBroken ? 14_000 : 60_000 + nth * 100,
    cacheCreationTokens: nth === 0 || isBroken ? 60_000 : 100,
    costMicros: 1000,
  }));
}
