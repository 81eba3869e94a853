import fc from 'fast-check';
import { DateTime } from 'luxon';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { createDeliver } from '../../src/jobs/deliver.ts';
import { createHold } from '../../src/jobs/hold.ts';
import type { Answer, Messenger } from '../../src/jobs/messenger.ts';
import { createAnnounceSummary } from '../../src/jobs/weekly-summary.ts';
import { DEFAULT_SETTINGS } from '../../src/model/settings.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';
import { createComposeNotice } from '../../src/slack/compose-notice.ts';
import { composeSummary } from '../../src/slack/weekly-report.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { dueWeek } from '../../src/summary/schedule.ts';
import { lockOut } from '../summary/incidents.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

const AT = { weekday: 1, hour: 9, minute: 0 };
const BERLIN = 'Europe/Berlin';

interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly text: string;
  readonly notice: string;
}

/** What becomes of one call: the program or Slack may fail before or after Slack has the message. */
type Fate = 'taken' | 'away' | 'answer lost' | 'dies before' | 'dies after';

class Died extends Error {}

let store: Store;
let clock: FakeClock;
let posted: Posted[];
let fates: Fate[];
let tick: () => Promise<void>;

beforeEach(() => begin('2026-10-12T00:00:00Z'));

function begin(startIso: string) {
  clock = fakeClock(startIso);
  store = openStore(':memory:', epochMs(clock.now() - 60 * 24 * HOUR_MS));
  const ada = store.developers.forEmail('ada@example.com', { now: clock.now() });
  // An incident in every week, so that each has a thread.
  for (let day = -14; day < 60; day += 7) {
    store.incidents.add(lockOut({ developer: ada, openedAt: epochMs(clock.now() + day * 24 * HOUR_MS) }));
  }
  posted = [];
  fates = [];
  restart(BERLIN);
}

/** The program starts: it knows what the database knows. */
function restart(zone: string) {
  const announce = createAnnounceSummary({ store, zone, at: AT });
  const { deliverNext } = createDeliver({
    store,
    messenger,
    hold: createHold({ store, zone }),
    takeIntoDigest: () => false,
    meter: { settled: () => {}, slackFailed: () => {}, refusedForGood: () => {} },
    cannotPost: () => undefined,
    compose: createComposeNotice({
      store,
      people: { slackUserOf: async () => undefined },
      alertChannel: () => 'C0ALERTS',
      summaryChannel: () => store.settings.current().summaryChannel ?? 'C0SUMMARY',
      channelNames: 'consent',
      zone,
      composeSummary: composeSummary({ store, displayName: () => 'A developer', zone }),
    }),
    clock,
    log: pino({ level: 'silent' }),
  });
  tick = async () => {
    announce(clock.now());
    while (await deliverNext());
  };
}

const messenger: Messenger = {
  async post({ channel, threadTs }, { text }, notice): Promise<Answer> {
    const fate = fates.shift() ?? 'taken';
    if (fate === 'dies before') throw new Died();
    if (fate === 'away') return { is: 'unreachable', problem: 'ECONNREFUSED' };
    const isInItsChannel =
      threadTs === undefined || posted.some((one) => one.ts === threadTs && one.channel === channel);
    if (!isInItsChannel) return { is: 'refused', problem: 'thread_not_found', isMendable: false };
    const ts = `${posted.length + 1}.0`;
    posted.push({ channel, ts, threadTs, text, notice });
    if (fate === 'dies after') throw new Died();
    return fate === 'answer lost' ? { is: 'unknown', problem: 'ECONNRESET' } : { is: 'sent', at: { channel, ts } };
  },
  update: async () => ({ is: 'gone' }),
  find: async (where, notice) => {
    const found = posted.find((one) => one.notice === notice && one.channel === where.channel);
    return found ? { is: 'found', at: found } : { is: 'missing' };
  },
};

/** Ticks every so often; where the program dies it is started again. */
async function run(ms: number, { everyMs = MINUTE_MS, zone = BERLIN } = {}) {
  for (const until = clock.now() + ms; clock.now() < until; clock.advance(everyMs)) {
    try {
      await tick();
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      restart(zone);
    }
  }
}

const weekOfText = ({ text }: Posted): string => text.slice(0, 'Week 42'.length);
const told = () =>
  posted.map((one) => `${weekOfText(one)} in ${one.channel}${one.threadTs === undefined ? '' : ', thread'}`);

const until = (local: string, zone = BERLIN) =>
  clock.advance(DateTime.fromISO(local, { zone }).toMillis() - clock.now());

describe('the Monday summary in Slack', () => {
  test.each<Fate>(['away', 'answer lost', 'dies before', 'dies after'])(
    'is there once with its thread, although the first and the second message meet "%s"',
    async (fate) => {
      until('2026-10-19T08:59');
      fates.push(fate, fate, 'taken', fate);
      await run(2 * HOUR_MS, { everyMs: 30 * SECOND_MS });
      expect(told()).toEqual(['Week 42 in C0SUMMARY', 'Week 42 in C0SUMMARY, thread']);
      restart(BERLIN);
      await run(24 * HOUR_MS, { everyMs: HOUR_MS });
      expect(posted).toHaveLength(2);
    },
  );

  test('comes on Tuesday night after a downtime, and not on Wednesday', async () => {
    until('2026-10-20T23:58');
    await run(MINUTE_MS, { everyMs: 5 * SECOND_MS });
    expect(told()).toEqual(['Week 42 in C0SUMMARY', 'Week 42 in C0SUMMARY, thread']);
    begin('2026-10-12T00:00:00Z');
    until('2026-10-21T00:00');
    await run(2 * HOUR_MS);
    expect(posted).toEqual([]);
  });

  test('stays in the channel in which it was begun, also when admins choose another before its thread is sent', async () => {
    until('2026-10-19T09:00');
    store.settings.save({ ...DEFAULT_SETTINGS, summaryChannel: 'C0MONDAYS' });
    await tick();
    store.settings.save({ ...DEFAULT_SETTINGS, summaryChannel: 'C0OTHER' });
    restart(BERLIN);
    await run(MINUTE_MS, { everyMs: 5 * SECOND_MS });
    expect(told()).toEqual(['Week 42 in C0MONDAYS', 'Week 42 in C0MONDAYS, thread']);
    until('2026-10-26T09:00');
    await run(MINUTE_MS, { everyMs: 5 * SECOND_MS });
    expect(told().slice(2)).toEqual(['Week 43 in C0OTHER', 'Week 43 in C0OTHER, thread']);
  });

  test('is told in no second zone', async () => {
    until('2026-10-19T09:00', 'Asia/Tokyo');
    restart('Asia/Tokyo');
    await run(MINUTE_MS, { everyMs: 5 * SECOND_MS });
    restart('America/Los_Angeles');
    await run(3 * 24 * HOUR_MS, { everyMs: HOUR_MS });
    expect(told()).toEqual(['Week 42 in C0SUMMARY', 'Week 42 in C0SUMMARY, thread']);
  });

  test('is told once for each week in which the program ran at its time, whatever goes wrong', {
    timeout: 60_000,
  }, async () => {
    const anyStep = fc.record({
      afterMinutes: fc.integer({ min: 1, max: 1700 }),
      fates: fc.array(fc.constantFrom<Fate>('taken', 'away', 'answer lost', 'dies before', 'dies after'), {
        maxLength: 3,
      }),
      restartIn: fc.option(fc.constantFrom(BERLIN, 'America/New_York', 'Australia/Lord_Howe'), { nil: undefined }),
      summaryChannel: fc.option(fc.constantFrom('C0MONDAYS', 'C0OTHER'), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 30 }), async (steps) => {
        // Within the first week the clocks go back.
        begin('2026-10-18T20:00:00Z');
        const due = new Set<string>();
        let zone = BERLIN;
        for (const { afterMinutes, restartIn, summaryChannel, ...step } of steps) {
          if (summaryChannel !== undefined) store.settings.save({ ...DEFAULT_SETTINGS, summaryChannel });
          clock.advance(afterMinutes * MINUTE_MS);
          zone = restartIn ?? zone;
          if (restartIn !== undefined) restart(zone);
          fates = [...step.fates];
          due.add(nameOfDue(clock.now(), zone) ?? '');
          await run(1, { zone });
        }
        fates = [];
        await run(40 * MINUTE_MS, { zone });
        due.add(nameOfDue(clock.now(), zone) ?? '');
        due.delete('');
        const messages = posted.filter(({ threadTs }) => threadTs === undefined);
        expect(new Set(messages.map(weekOfText))).toEqual(due);
        expect(messages).toHaveLength(due.size);
        const threads = posted.filter(({ threadTs }) => threadTs !== undefined);
        expect(new Set(threads.map(({ threadTs }) => threadTs))).toEqual(new Set(messages.map(({ ts }) => ts)));
        expect(threads).toHaveLength(due.size);
        store.close();
      }),
      { numRuns: 50 },
    );
  });
});

/** What the summary that is due now is called. */
function nameOfDue(now: EpochMs, zone: string): string | undefined {
  const week = dueWeek(now, { zone, at: AT });
  return week && `Week ${Number(week.iso.slice(-2))}`;
}
