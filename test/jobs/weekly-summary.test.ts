import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { createAnnounceSummary, type WeeklySummaryDeps } from '../../src/jobs/weekly-summary.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';

const BERLIN = 'Europe/Berlin';
const at = (local: string, zone = BERLIN): EpochMs => epochMs(DateTime.fromISO(local, { zone }).toMillis());
const installed = (local: string) => openStore(':memory:', at(local));

function start(store: Store, changed: Partial<WeeklySummaryDeps> = {}) {
  return createAnnounceSummary({ store, zone: BERLIN, at: { weekday: 1, hour: 9, minute: 0 }, ...changed });
}

/** What waits in the outbox, long after everything is due. */
function announced(store: Store) {
  return store.notices
    .due(at('2099-01-01'))
    .map(({ subject, form }) => subject.of === 'summary' && `${subject.week} ${form}`);
}

const W47 = ['2026-W47 message', '2026-W47 reply'];

describe('the weekly announcement', () => {
  test('is made at the moment, a message and then its thread', () => {
    const store = installed('2026-10-01');
    const announce = start(store);
    expect(announce(at('2026-11-23T08:59:59'))).toBe(false);
    expect(announce(at('2026-11-23T09:00'))).toBe(true);
    expect(announce(at('2026-11-23T09:00:05'))).toBe(false);
    expect(announced(store)).toEqual(W47);
    expect(store.notices.due(at('2026-11-23T09:00'))).toMatchObject([
      { form: 'message', audience: 'summary_channel', reason: 'weekly', decidedAt: at('2026-11-23T09:00') },
    ]);
    expect(store.notices.due(at('2026-11-23T09:00:01'))).toHaveLength(2);
  });

  test('is not repeated by a restart, before it was sent or after', () => {
    const store = installed('2026-10-01');
    expect(start(store)(at('2026-11-23T09:00'))).toBe(true);
    expect(start(store)(at('2026-11-23T09:01'))).toBe(false);
    for (const { id } of store.notices.due(at('2026-11-23T09:02'))) {
      store.notices.claim(id);
      store.notices.sent(id, at('2026-11-23T09:02'), { channel: 'C1', ts: `${id}.0` });
    }
    expect(start(store)(at('2026-11-24T23:59'))).toBe(false);
    expect(announced(store)).toEqual([]);
  });

  test('is made once by two programs on one database', () => {
    const store = installed('2026-10-01');
    const both = [start(store), start(store)];
    expect(both.map((announce) => announce(at('2026-11-23T09:00')))).toEqual([true, false]);
    expect(announced(store)).toEqual(W47);
  });

  test.each([
    ['a downtime until Tuesday night delays it', '2026-11-24T23:59:59', W47],
    ['a downtime until Wednesday drops it', '2026-11-25T00:00', []],
  ])('%s', (_, back, expected) => {
    const store = installed('2026-10-01');
    start(store)(at('2026-11-22T12:00'));
    start(store)(at(back));
    expect(announced(store)).toEqual(expected);
  });

  test.each([
    ['after the week, before the moment', '2026-11-23T08:00', []],
    ['after the moment', '2026-11-23T10:00', []],
    ['in the last second of the week', '2026-11-22T23:59:59', W47],
  ])('a program installed %s', (_, installedAt, expected) => {
    const store = installed(installedAt);
    start(store)(at('2026-11-23T11:00'));
    expect(announced(store)).toEqual(expected);
  });

  test('a zone or a time changed after it repeats nothing, and the next week comes at the new time', () => {
    const store = installed('2026-10-01');
    start(store, { zone: 'Pacific/Auckland' })(at('2026-11-23T09:00', 'Pacific/Auckland'));
    expect(announced(store)).toEqual(W47);
    const zone = 'America/Los_Angeles';
    const moved = start(store, { zone, at: { weekday: 1, hour: 14, minute: 30 } });
    for (let now = at('2026-11-22T13:00', zone); now < at('2026-11-30T14:30', zone); now = plus(now, HOUR_MS / 2)) {
      expect(moved(now)).toBe(false);
    }
    expect(moved(at('2026-11-30T14:30', zone))).toBe(true);
    expect(announced(store)).toEqual([...W47, '2026-W48 message', '2026-W48 reply']);
  });

  test.each([
    ['when the clocks go forward', '2026-03-23', ['2026-W12', '2026-W13']],
    ['when the clocks go back', '2026-10-19', ['2026-W42', '2026-W43']],
  ])('comes at nine on both Mondays %s', (_, first, weeks) => {
    const store = installed('2026-01-01');
    const announce = start(store);
    const made: string[] = [];
    for (
      let now = at(`${first}T00:00`);
      now < at(`${first}T00:00`) + 8 * 24 * HOUR_MS;
      now = plus(now, 15 * MINUTE_MS)
    ) {
      if (announce(now)) made.push(DateTime.fromMillis(now, { zone: BERLIN }).toFormat('ccc HH:mm'));
    }
    expect(made).toEqual(['Mon 09:00', 'Mon 09:00']);
    expect(announced(store)).toEqual(weeks.flatMap((week) => [`${week} message`, `${week} reply`]));
  });

  test('a failing database leaves nothing half written, and the next tick tries again', () => {
    const store = installed('2026-10-01');
    let broken = true;
    const add: Store['notices']['add'] = (notice) => {
      if (broken && notice.form === 'reply') throw new Error('disk full');
      return store.notices.add(notice);
    };
    const announce = start(store, { store: { ...store, notices: { ...store.notices, add } } });
    expect(() => announce(at('2026-11-23T09:00'))).toThrow('disk full');
    expect(announced(store)).toEqual([]);
    broken = false;
    expect(announce(at('2026-11-23T09:01'))).toBe(true);
    expect(announced(store)).toEqual(W47);
  });

  test('whatever the ticks and restarts, each week is announced at most once, and in its time', () => {
    const anyTick = fc.record({
      afterMinutes: fc.integer({ min: 1, max: 3000 }),
      restarts: fc.boolean(),
      zone: fc.constantFrom(BERLIN, 'Asia/Kolkata', 'America/St_Johns'),
    });
    fc.assert(
      fc.property(fc.array(anyTick, { maxLength: 60 }), (ticks) => {
        const store = installed('2026-01-01');
        let now = at('2026-10-19T00:00');
        let announce = start(store);
        for (const { afterMinutes, restarts, zone } of ticks) {
          now = plus(now, afterMinutes * MINUTE_MS);
          if (restarts) announce = start(store, { zone });
          announce(now);
        }
        const all = announced(store);
        expect(new Set(all).size).toBe(all.length);
        expect(all.length % 2).toBe(0);
        store.close();
      }),
      { numRuns: 100 },
    );
  });
});
