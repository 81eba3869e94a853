import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createRandom } from '../../src/simulation/random.ts';
import { openStore } from '../../src/store/store.ts';
import { ALL_REQUESTS } from '../support/kept-requests.ts';
import { eventually } from '../support/running-app.ts';
import { type ServedWorkspace, serveWorkspace } from '../support/workspace-server.ts';
import { howOften, middleAndMost, tell } from './how-long.ts';
import { createMixedLoad, type MixedLoad, type Reporter } from './mixed-load.ts';
import { end, launch, ownUrl, type Program, type ProgramOptions, startProgram, talkingTo } from './program.ts';
import { count, keptRequests, lookInto, lost, wrongInside } from './recount.ts';
import { disagreements, saidIn } from './slack-record.ts';

const KILLS = howOften({ bounded: 5, long: 100 });
/** Another one each time, unless one that failed is to be repeated. */
const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
const random = createRandom(SEED);

const MOMENTS = [
  'between commit and answer',
  'as it writes',
  'while it starts',
  'with an answer',
  'some time later',
] as const;

let folder: string;
let path: string;
let slack: ServedWorkspace;
let options: ProgramOptions;
let program: Program | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  path = join(folder, 'quota-watch.db');
  slack = await serveWorkspace();
  options = { folder, url: await ownUrl(), env: talkingTo(slack) };
});

afterAll(async () => {
  await program?.stop();
  await slack.stop();
  rmSync(folder, { recursive: true });
});

test(`killed ${KILLS} times under mixed load, it loses nothing that it acknowledged and counts and says nothing twice (seed ${SEED})`, {
  timeout: KILLS * 30_000 + 180_000,
}, async () => {
  const load = createMixedLoad({ url: options.url, reporters: reporters(), random });
  const startsMs: number[] = [];
  let committedUnacknowledged = 0;
  program = await startProgram(options);

  for (let kill = 0; kill < KILLS; kill++) {
    const moment = MOMENTS[kill % MOMENTS.length] ?? MOMENTS[0];
    if (moment === 'while it starts') {
      await program.kill();
      const child = launch(options);
      await sleep(random.whole(200, 1500));
      await end(child, 'SIGKILL');
    } else {
      await killUnderLoad(program, load, moment);
    }
    program = await startProgram(options);
    startsMs.push(program.startMs);
    lookInto(path, (db) => {
      expect(wrongInside(db), `inside, after kill ${kill} ${moment}`).toEqual([]);
      expect(lost(db, load.acknowledged, load.told), `lost by kill ${kill} ${moment}`).toEqual([]);
      committedUnacknowledged += [...keptRequests(db).keys()].filter((id) => !load.acknowledged.has(id)).length;
    });
  }

  load.resume();
  await load.finish();
  await eventually(() => lookInto(path, (db) => expect(waiting(db)).toEqual([])), 120_000);
  const said = await saidIn(slack);
  lookInto(path, (db) => {
    expect(disagreements(said, db)).toEqual([]);
    expect(wrongInside(db)).toEqual([]);
    expect(lost(db, load.told.requests.keys(), load.told)).toEqual([]);
    expect(keptRequests(db).size).toBe(load.told.requests.size);
    expect(count(db, ALL_REQUESTS)).toBe(load.told.requests.size);
    expect(count(db, 'markers')).toBe(load.told.markers.size);
    expect(windowsIn(db)).toEqual(windowsTold(load));
    expect(brokenIn(db)).toEqual(brokenTold(load));
  });
  expect(committedUnacknowledged).toBeGreaterThan(0);

  const { middle, most } = middleAndMost(startsMs);
  tell(
    `${KILLS} kills, ${load.acknowledged.size} requests acknowledged, ${committedUnacknowledged} committed and not yet ` +
      `acknowledged, ${load.resent()} bodies sent again; started within ${middle.toFixed(0)} ms, ${most.toFixed(0)} ms at most`,
  );
});

/** People who report in all ways, two of them with a broken session. Nobody but the team's token can name more than one. */
function reporters(): readonly Reporter[] {
  const store = openStore(path, systemClock.now());
  const now = systemClock.now();
  const own = (email: string) =>
    store.tokens.create({ of: 'developer', developer: store.developers.forEmail(email, { now }) }, now);
  const all: readonly Reporter[] = [
    { email: 'ada@example.com', token: own('ada@example.com'), route: 'webhook', isBroken: true },
    { email: 'grace@example.com', token: own('grace@example.com'), route: 'json', isBroken: true },
    { email: 'alan@example.com', token: own('alan@example.com'), route: 'protobuf', isBroken: false },
    { email: 'edsger@example.com', token: store.tokens.create({ of: 'team' }, now), route: 'protobuf', isBroken: true },
  ];
  store.close();
  return all;
}

/** Nothing else runs here while it is struck: whatever was posted is in the program's hands, and no answer is read. */
async function killUnderLoad({ pid, kill }: Program, load: MixedLoad, moment: (typeof MOMENTS)[number]): Promise<void> {
  const answered = Promise.withResolvers<void>();
  const answersBefore = random.whole(1, 250);
  load.resume((answers) => {
    if (answers === answersBefore && moment === 'with an answer') strike();
    if (answers >= answersBefore) answered.resolve();
  });
  if (moment === 'some time later') await sleep(random.whole(5, 700));
  else await answered.promise;
  if (moment === 'as it writes') untilItWrites();
  if (moment === 'between commit and answer') {
    await untilItCommits();
    load.cut();
  }
  strike();
  await kill();

  function strike() {
    process.kill(pid, 'SIGKILL');
    load.pause();
  }
}

/** Until more is committed than was: its answers are on their way at most, and not read before the next turn here. */
async function untilItCommits(): Promise<void> {
  const committed = () => lookInto(path, (db) => count(db, ALL_REQUESTS));
  for (let attempt = 0; attempt < 100; attempt++) {
    // Somebody posts meanwhile.
    await sleep(random.whole(1, 20));
    const before = committed();
    if (spin(() => committed() > before, 200)) return;
  }
  throw new Error('nothing is committed any more');
}

/** A little later the commit is whole, or is not; the answers are on their way, or are not. */
function untilItWrites() {
  const before = written();
  spin(() => written() !== before, 100);
  spin(() => false, random.whole(0, 40) / 10);
}

function spin(isDone: () => boolean, atMostMs: number): boolean {
  const giveUpAt = performance.now() + atMostMs;
  while (!isDone()) if (performance.now() > giveUpAt) return false;
  return true;
}

/** The journal grows, or is written anew from its beginning. */
function written(): string {
  const { size, mtimeNs } = statSync(`${path}-wal`, { bigint: true, throwIfNoEntry: false }) ?? {};
  return `${size} ${mtimeNs}`;
}

type Db = Parameters<Parameters<typeof lookInto>[1]>[0];

/** What is still to be judged or said. The threads with the turns follow their messages a minute later. */
function waiting(db: Db): readonly unknown[] {
  return db
    .prepare(`
      SELECT session FROM undetected
      UNION ALL
      SELECT session FROM unclaimed_reports
      UNION ALL
      SELECT reason || ' ' || form FROM notices
      WHERE state IN ('waiting', 'sending') AND NOT (form = 'reply' AND reason = 'opened')
    `)
    .pluck()
    .all();
}

function windowsIn(db: Db) {
  return db
    .prepare(`
      SELECT email, kind, resets_at AS resetsAt, used_percent AS usedPercent, refused_at IS NOT NULL AS isRefused
      FROM windows JOIN developers ON developers.id = developer_id
      ORDER BY 1, 2
    `)
    .all();
}

const windowsTold = ({ told }: MixedLoad) =>
  [...told.windows.values()]
    .toSorted((one, other) => (`${one.email} ${one.kind}` < `${other.email} ${other.kind}` ? -1 : 1))
    .map((window) => ({ ...window, isRefused: Number(window.isRefused) }));

/** Each broken session is one incident, in which every turn but the first is a miss. */
function brokenIn(db: Db) {
  const rows = db
    .prepare<[], [string, number]>(`
      SELECT subject, evidence ->> '$.misses' FROM incidents WHERE kind = 'cache_invalidation' ORDER BY 1
    `)
    .raw()
    .all();
  return rows;
}

const brokenTold = ({ told }: MixedLoad) =>
  [...told.brokenTurns].map(([session, turns]) => [session, turns - 1]).toSorted();
