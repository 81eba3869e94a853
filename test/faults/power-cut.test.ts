import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { record } from '../../src/collector/record.ts';
import { createDetect } from '../../src/jobs/detect.ts';
import { sessionId } from '../../src/model/ids.ts';
import { plus } from '../../src/model/time.ts';
import { createRandom } from '../../src/simulation/random.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOON, request } from '../support/builders.ts';
import { committing } from '../support/committing.ts';
import { howOften, tell } from './how-long.ts';
import { keptRequests, lookInto, wrongInside } from './recount.ts';

/** Called as a sync begins; what it answers is called once the disk has it all. */
const disk = vi.hoisted(() => ({ syncing: (): (() => void) => () => {} }));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {
    ...fs,
    fdatasync(file: number, done: (error: NodeJS.ErrnoException | null) => void) {
      const onDisk = disk.syncing();
      fs.fdatasync(file, (error) => {
        if (!error) onDisk();
        done(error);
      });
    },
  };
});

const BODIES = howOften({ bounded: 300, long: 3000 });
const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
const random = createRandom(SEED);

let folder: string;
let path: string;
let store: Store;
/** The files as the disk has them for certain: as they were when the last sync that ended began. */
let onDisk: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  path = join(folder, 'quota-watch.db');
  store = openStore(path, NOON);
  store.takeOver();
  let syncs = 0;
  disk.syncing = () => {
    syncs += 1;
    const files = copyTo(`sync-${syncs}`);
    return () => {
      if (onDisk) rmSync(onDisk, { recursive: true });
      onDisk = files;
    };
  };
});

afterEach(() => {
  store.close();
  onDisk = undefined;
  rmSync(folder, { recursive: true });
});

test(`whenever the power is cut, the disk has all that was acknowledged (seed ${SEED})`, async () => {
  const { takeIn } = createDetect({
    store,
    mayName: () => true,
    onIncident: () => {},
    onFailure(error) {
      throw error;
    },
  });
  const developer = store.developers.forEmail('ada@example.com', { now: NOON });
  const owner = { of: 'developer', developer } as const;
  const acknowledged = new Set<string>();
  const answers: Promise<void>[] = [];
  const wrong: unknown[] = [];
  let [cuts, losing] = [0, 0];
  // The worst moment: committed, and not yet on the disk.
  const committed = () => void (random.chance(0.3) && cutPower());
  const { commit } = committing(store, {
    transaction: (work) => takeIn(NOON, work),
    meter: { committed, synced: () => {}, notCommitted: () => {} },
  });

  for (let body = 0; body < BODIES; body++) {
    const items = Array.from({ length: random.whole(1, 60) }, (_, nth) => ({
      fact: {
        is: 'request' as const,
        request: request({
          session: sessionId(`session-${random.whole(1, 5)}`),
          endedAt: plus(NOON, body * 1000 + nth),
          requestId: `req_${String(body).padStart(5, '0')}_${nth}`,
        }),
      },
    }));
    const delivery = { owner, feed: 'webhook' as const, items, receivedAt: NOON };
    const answer = commit(() => record(store, delivery)).then(() => {
      for (const { fact } of items) acknowledged.add(fact.request.requestId ?? '');
    });
    answers.push(answer);
    // Mostly there is more work than one group takes; now and then there is none left.
    if (random.chance(0.1)) await nextTurn();
    if (random.chance(0.05)) cutPower();
    if (random.chance(0.02)) await sleep(20);
  }
  await Promise.all(answers);
  expect(wrong).toEqual([]);
  expect(cutPower()).toBe(acknowledged.size);
  // Otherwise nothing was ever on its way to the disk, and nothing is shown.
  expect(losing).toBeGreaterThan(0);
  tell(`${cuts} power cuts, ${losing} of which took something; ${acknowledged.size} acknowledged, none lost`);

  /** Looks at what a start would find, and answers how many requests. */
  function cutPower(): number {
    if (!onDisk) return 0;
    cuts += 1;
    const found = lookInto(join(onDisk, 'quota-watch.db'), (db) => {
      wrong.push(...wrongInside(db));
      return keptRequests(db);
    });
    wrong.push(...[...acknowledged].filter((id) => !found.has(id)));
    if (found.size < lookInto(path, (db) => keptRequests(db).size)) losing += 1;
    return found.size;
  }
});

function copyTo(name: string): string {
  const target = join(folder, name);
  mkdirSync(target);
  for (const file of ['quota-watch.db', 'quota-watch.db-wal']) {
    if (existsSync(join(folder, file))) copyFileSync(join(folder, file), join(target, file));
  }
  return target;
}
