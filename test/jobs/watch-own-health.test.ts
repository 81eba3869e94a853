import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { notReady, type OwnTrouble } from '../../src/incidents/own-troubles.ts';
import { createOwnHealth, type OwnHealthBook } from '../../src/jobs/own-health.ts';
import { createReportToAdmins } from '../../src/jobs/report-to-admins.ts';
import { createWatchOwnHealth } from '../../src/jobs/watch-own-health.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let store: Store;
let book: OwnHealthBook;
let tries: number;
/** What SQLite says to each write; undefined: it writes. */
let refusal: string | undefined;
let toldAtOnce: OwnTrouble[];
let isSlackAway: boolean;
let watch: () => Promise<unknown>;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  store = openStore(':memory:', clock.now());
  book = createOwnHealth(clock);
  [tries, refusal, toldAtOnce, isSlackAway] = [0, undefined, [], false];
  const log = pino({ level: 'silent' });
  const report = createReportToAdmins({ store: refusingStore(), admins: async () => ['U1', 'U2'], clock, log });
  ({ watch } = createWatchOwnHealth({
    book,
    health,
    tryWriting() {
      tries += 1;
      write();
    },
    report,
    async tellAtOnce(trouble) {
      if (!isSlackAway) toldAtOnce.push(trouble);
      return !isSlackAway;
    },
    clock,
    log,
  }));
});

const health = () => book.now({ canRead: true, isSlackConnected: true, sweptAt: clock.now() });
const waiting = () => store.notices.due(clock.now()).map(({ recipient }) => recipient);
const reported = () => (waiting().length === 0 ? undefined : store.adminReports.find(1)?.problem);

function write() {
  if (refusal !== undefined) throw Object.assign(new Error('no'), { code: refusal });
}

/** The store, on a disk that may be full. */
function refusingStore(): Store {
  return {
    ...store,
    transaction(work) {
      write();
      return store.transaction(work);
    },
  };
}

/** Lets time pass as the program does: a look every ten seconds, and nothing left to be judged. */
async function pass(ms: number, meanwhile = () => book.caughtUp()) {
  for (let left = ms; left > 0; left -= 10 * SECOND_MS) {
    clock.advance(10 * SECOND_MS);
    meanwhile();
    await watch();
  }
}

describe('whether the database takes anything', () => {
  test('is tried once a minute while nobody else writes', async () => {
    await pass(10 * MINUTE_MS);
    expect(tries).toBe(10);
  });

  test('is not tried while others write', async () => {
    await pass(10 * MINUTE_MS, () => {
      book.caughtUp();
      book.written();
    });
    expect(tries).toBe(0);
  });

  test('is tried at each look once it failed, so that readiness comes back by itself', async () => {
    book.notWritten('SQLITE_FULL');
    refusal = 'SQLITE_FULL';
    await pass(MINUTE_MS);
    expect(tries).toBe(6);
    expect(notReady(health(), clock.now())).toEqual([
      'the database could not be written for 60 s: the disk is full (SQLITE_FULL)',
    ]);
    refusal = undefined;
    await pass(10 * SECOND_MS);
    expect(notReady(health(), clock.now())).toEqual([]);
  });

  test('shows on an idle server, too', async () => {
    refusal = 'SQLITE_READONLY';
    await pass(70 * SECOND_MS);
    expect(notReady(health(), clock.now())[0]).toContain('read-only (SQLITE_READONLY)');
  });
});

describe('admins are told', () => {
  test('through the outbox, each of them, once a day', async () => {
    await pass(6 * MINUTE_MS, () => {});
    expect(waiting()).toEqual(['U1', 'U2']);
    expect(reported()).toEqual({ is: 'detection_failing', why: 'stuck' });
    await pass(HOUR_MS, () => {});
    expect(waiting()).toHaveLength(2);
    expect(toldAtOnce).toEqual([]);
    await pass(24 * HOUR_MS, () => {});
    expect(waiting()).toHaveLength(4);
  });

  test('past the outbox while that cannot be written, once', async () => {
    refusal = 'SQLITE_FULL';
    await pass(HOUR_MS);
    expect(toldAtOnce).toEqual([{ is: 'ingest_failing', code: 'SQLITE_FULL' }]);
    expect(waiting()).toEqual([]);
  });

  test('again and again until Slack is there', async () => {
    refusal = 'SQLITE_FULL';
    isSlackAway = true;
    await pass(HOUR_MS);
    expect(toldAtOnce).toEqual([]);
    isSlackAway = false;
    await pass(MINUTE_MS);
    expect(toldAtOnce).toHaveLength(1);
  });

  test('that senders are sent away, although what is small can be written', async () => {
    await pass(6 * MINUTE_MS, () => {
      book.caughtUp();
      book.notWritten('SQLITE_FULL');
      book.refused();
      book.written();
    });
    expect(reported()).toEqual({ is: 'ingest_failing', code: 'SQLITE_FULL' });
  });

  test('that more comes than can be written', async () => {
    await pass(6 * MINUTE_MS, () => {
      book.caughtUp();
      book.refused();
    });
    expect(reported()).toEqual({ is: 'ingest_failing', code: 'overloaded' });
  });

  test('nothing of single refusals with breaks between them', async () => {
    for (let nr = 0; nr < 10; nr++) {
      book.refused();
      await pass(MINUTE_MS);
    }
    expect(waiting()).toEqual([]);
  });

  test('what Slack refuses three times within an hour, and not what it refuses now and then', async () => {
    for (let nr = 0; nr < 6; nr++) {
      book.gaveUp('msg_too_long');
      await pass(31 * MINUTE_MS);
    }
    expect(waiting()).toEqual([]);
    for (let nr = 0; nr < 3; nr++) book.gaveUp('invalid_blocks');
    await pass(10 * SECOND_MS);
    expect(reported()).toEqual({ is: 'slack_refuses', code: 'invalid_blocks' });
  });

  test('that judging fails again and again', async () => {
    await pass(10 * MINUTE_MS, () => {
      book.caughtUp();
      book.notJudged();
    });
    expect(reported()).toEqual({ is: 'detection_failing', why: 'failing' });
  });
});

test('what is counted within an hour is forgotten after it, and never grows without end', () => {
  for (let nr = 0; nr < 1000; nr++) book.notJudged();
  expect(health().failedJudgements).toBe(100);
  clock.advance(HOUR_MS);
  expect(health().failedJudgements).toBe(0);
});
