import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { CALENDAR, holdsAt, lacksWindow, lastLimitChange, peakHours } from '../../src/model/calendar.ts';
import { PLANS, type Plan } from '../../src/model/plans.ts';
import { DAY_MS, epochMs, HOUR_MS, plus } from '../../src/model/time.ts';
import { at, NOON } from '../support/builders.ts';

/** A moment in Pacific time, whatever the clock does there. */
const pacific = (iso: string) => epochMs(DateTime.fromISO(iso, { zone: 'America/Los_Angeles' }).toMillis());
const kindsAt = (moment: string) =>
  holdsAt(pacific(moment), 'max').map(({ kind, windowKind }) => `${kind} ${windowKind}`);

describe('the calendar', () => {
  test('is in order, and every entry ends after it began and names its source', () => {
    const firstDays = CALENDAR.map(({ from }) => from);
    expect(firstDays).toEqual(firstDays.toSorted());
    for (const { from, until = '9999-12-31', source, plans } of CALENDAR) {
      expect(DateTime.fromISO(from).isValid).toBe(true);
      expect(from < until).toBe(true);
      expect(source).toMatch(/^https:\/\//);
      expect(plans.length).toBeGreaterThan(0);
    }
  });

  test.each<[string, readonly string[]]>([
    ['2026-03-12T23:59', []],
    ['2026-03-13T00:00', ['promotion five_hour']],
    ['2026-03-25T23:59', ['promotion five_hour']],
    ['2026-03-26T00:00', ['promotion five_hour', 'peak_hours five_hour']],
    ['2026-03-28T23:59', ['promotion five_hour', 'peak_hours five_hour']],
    ['2026-03-29T00:00', ['peak_hours five_hour']],
    ['2026-05-05T23:59', ['peak_hours five_hour']],
    ['2026-05-06T00:00', ['limit_change five_hour']],
    ['2026-05-13T00:00', ['limit_change five_hour', 'limit_change seven_day']],
    ['2026-09-13T23:59', ['limit_change five_hour', 'limit_change seven_day']],
    ['2026-11-23T12:00', ['limit_change five_hour', 'limit_change seven_day']],
  ])('at %s holds %j for Max', (moment, kinds) => {
    expect(kindsAt(moment)).toEqual(kinds);
  });

  test('replaces the weekly limits of the summer by those of September', () => {
    const says = (moment: string) => holdsAt(pacific(moment), 'pro').at(-1)?.says;
    expect(says('2026-09-13T23:59')).toContain('50%');
    expect(says('2026-09-14T00:00')).toContain('25%');
  });

  test.each<[Plan | undefined, number]>([
    ['pro', 2],
    ['max', 2],
    ['ultra', 2],
    ['team', 1],
    ['team_premium', 1],
    ['enterprise', 0],
    ['api', 0],
    [undefined, 2],
  ])('on 2026-03-27 holds for %s this many entries: %i', (plan, count) => {
    expect(holdsAt(pacific('2026-03-27T12:00'), plan)).toHaveLength(count);
  });
});

describe('peak hours', () => {
  test.each<[string, boolean, string]>([
    ['2026-04-06T04:59', false, '2026-04-06T05:00'],
    ['2026-04-06T05:00', true, '2026-04-06T11:00'],
    ['2026-04-06T10:59', true, '2026-04-06T11:00'],
    ['2026-04-06T11:00', false, '2026-04-07T05:00'],
    // Friday to Monday.
    ['2026-04-10T11:00', false, '2026-04-13T05:00'],
    ['2026-04-11T08:00', false, '2026-04-13T05:00'],
    ['2026-04-12T23:00', false, '2026-04-13T05:00'],
    ['2026-03-26T05:00', true, '2026-03-26T11:00'],
    ['2026-05-05T10:00', true, '2026-05-05T11:00'],
  ])('at %s Pacific: %s, until %s', (moment, isPeak, changesAt) => {
    expect(peakHours(pacific(moment), 'max')).toEqual({ isPeak, changesAt: pacific(changesAt) });
  });

  test.each<[string, Plan | undefined]>([
    ['2026-03-25T08:00', 'max'],
    ['2026-05-06T08:00', 'max'],
    ['2026-11-23T08:00', 'max'],
    ['2026-11-23T08:00', undefined],
    // None are to come.
    ['2026-05-05T11:00', 'max'],
    ['2026-04-06T08:00', 'team'],
    ['2026-04-06T08:00', 'enterprise'],
    ['2026-04-06T08:00', 'api'],
  ])('are none at %s for %s', (moment, plan) => {
    expect(peakHours(pacific(moment), plan)).toBeUndefined();
  });

  test('concern somebody whose plan is unknown', () => {
    expect(peakHours(pacific('2026-04-06T08:00'), undefined)?.isPeak).toBe(true);
  });

  // Europe set its clocks three weeks after America: in between, and after, the same hour there is another one here.
  test.each([
    ['Europe/Berlin', '2026-03-27T18:59:59', true],
    ['Europe/Berlin', '2026-03-27T19:00:00', false],
    ['Europe/Berlin', '2026-03-30T13:59:59', false],
    ['Europe/Berlin', '2026-03-30T14:00:00', true],
    ['Europe/Berlin', '2026-03-30T19:59:59', true],
    ['Asia/Kolkata', '2026-03-30T17:29:59', false],
    ['Asia/Kolkata', '2026-03-30T17:30:00', true],
    ['Australia/Sydney', '2026-04-03T23:00:00', true],
    // Sydney set its clocks back on 5 April.
    ['Australia/Sydney', '2026-04-06T21:59:59', false],
    ['Australia/Sydney', '2026-04-06T22:00:00', true],
    ['Pacific/Auckland', '2026-04-07T00:00:00', true],
  ])('begin and end in %s by the clock there: %s', (zone, local, isPeak) => {
    const moment = epochMs(DateTime.fromISO(local, { zone }).toMillis());
    expect(peakHours(moment, 'pro')?.isPeak).toBe(isPeak);
  });

  test('are six hours each weekday, and change when they say', () => {
    const start = pacific('2026-03-26T00:00');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 39 * 24 * 60 }), (minute) => {
        const moment = plus(start, minute * 60_000);
        const found = peakHours(moment, 'max');
        const local = DateTime.fromMillis(moment, { zone: 'America/Los_Angeles' });
        expect(found?.isPeak).toBe(local.weekday <= 5 && local.hour >= 5 && local.hour < 11);
        if (!found) return;
        expect(found.changesAt).toBeGreaterThan(moment);
        expect(peakHours(found.changesAt, 'max')?.isPeak).toBe(!found.isPeak);
        expect(peakHours(plus(found.changesAt, -1), 'max')?.isPeak).toBe(found.isPeak);
        expect(found.changesAt - moment).toBeLessThanOrEqual(found.isPeak ? 6 * HOUR_MS : 66 * HOUR_MS);
      }),
    );
  });
});

describe('a window that is absent', () => {
  test.each<[Plan | undefined, string, string, boolean]>([
    ['ultra', 'five_hour', '2026-11-23T12:00', true],
    ['ultra', 'five_hour', '2026-10-31T12:00', false],
    ['ultra', 'seven_day', '2026-11-23T12:00', false],
    ['max', 'five_hour', '2026-11-23T12:00', false],
    [undefined, 'five_hour', '2026-11-23T12:00', false],
    ['api', 'five_hour', '2026-01-01T12:00', true],
    ['api', 'seven_day', '2026-11-23T12:00', true],
  ])('is known not to exist on %s, %s, at %s: %s', (plan, windowKind, moment, isKnown) => {
    expect(lacksWindow(plan, windowKind, pacific(moment))).toBe(isKnown);
  });
});

describe('the limits last changed', () => {
  test.each<[string, Plan | undefined, string, string | undefined]>([
    ['five_hour', 'max', '2026-03-12T00:00', undefined],
    ['five_hour', 'max', '2026-03-13T00:00', '2026-03-13T00:00'],
    ['five_hour', 'max', '2026-03-30T00:00', '2026-03-29T00:00'],
    ['five_hour', 'max', '2026-11-23T00:00', '2026-05-06T00:00'],
    ['five_hour', 'enterprise', '2026-04-30T00:00', undefined],
    ['seven_day', 'max', '2026-05-12T23:59', undefined],
    ['seven_day', 'max', '2026-11-23T00:00', '2026-09-14T00:00'],
    ['seven_day', 'ultra', '2026-11-23T00:00', '2026-10-31T00:00'],
    // Whatever changed for anybody may have changed for them.
    ['seven_day', undefined, '2026-11-23T00:00', '2026-10-31T00:00'],
    ['spend_limit', 'max', '2026-11-23T00:00', undefined],
  ])('%s of %s as of %s: %s', (windowKind, plan, moment, changed) => {
    expect(lastLimitChange(windowKind, plan, pacific(moment))).toBe(changed && pacific(changed));
  });

  test('never after the moment asked for, for no plan', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLANS), fc.integer({ min: -300, max: 300 }), (plan, days) => {
        const moment = plus(NOON, days * DAY_MS);
        for (const kind of ['five_hour', 'seven_day']) {
          expect(lastLimitChange(kind, plan, moment) ?? at('2000-01-01T00:00:00Z')).toBeLessThanOrEqual(moment);
        }
      }),
    );
  });
});
