import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { quietUntil } from '../../src/incidents/hush.ts';
import { epochMs } from '../../src/model/time.ts';
import { at } from '../support/builders.ts';

const NIGHT = { from: 22 * 60, until: 7 * 60 };
const BERLIN = 'Europe/Berlin';

describe('quiet hours', () => {
  test.each([
    ['before the night', '2026-11-23T20:59:00Z', undefined],
    ['when the night begins', '2026-11-23T21:00:00Z', '2026-11-24T06:00:00Z'],
    ['before midnight', '2026-11-23T22:30:00Z', '2026-11-24T06:00:00Z'],
    ['after midnight', '2026-11-24T01:00:00Z', '2026-11-24T06:00:00Z'],
    ['in the last minute', '2026-11-24T05:59:00Z', '2026-11-24T06:00:00Z'],
    ['when the night is over', '2026-11-24T06:00:00Z', undefined],
    // Clocks go back on 2026-10-25 and forward on 2026-03-29: seven in the morning stays seven in the morning.
    ['in the longer night', '2026-10-24T22:00:00Z', '2026-10-25T06:00:00Z'],
    ['in the shorter night', '2026-03-28T23:00:00Z', '2026-03-29T05:00:00Z'],
  ])('%s', (_when, now, until) => {
    expect(quietUntil(NIGHT, BERLIN, at(now))).toBe(until && at(until));
  });

  test('of one day lie between their times', () => {
    const lunch = { from: 12 * 60, until: 13 * 60 };
    expect(quietUntil(lunch, 'UTC', at('2026-11-23T11:59:00Z'))).toBeUndefined();
    expect(quietUntil(lunch, 'UTC', at('2026-11-23T12:00:00Z'))).toBe(at('2026-11-23T13:00:00Z'));
  });

  test('that begin when they end are none', () => {
    expect(quietUntil({ from: 480, until: 480 }, 'UTC', at('2026-11-23T08:00:00Z'))).toBeUndefined();
  });

  test('always end, at the minute that was chosen, within a day and an hour', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const zones = fc.constantFrom('UTC', BERLIN, 'America/New_York', 'Asia/Kolkata');
    const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }).map(epochMs);
    fc.assert(
      fc.property(minute, minute, zones, moment, (from, until, zone, now) => {
        const end = quietUntil({ from, until }, zone, now);
        if (end === undefined) return;
        const local = DateTime.fromMillis(end, { zone });
        expect(end).toBeGreaterThan(now - 3_600_000);
        expect(end - now).toBeLessThanOrEqual(25 * 3_600_000);
        // A minute that a clock change skips does not exist that day.
        const isSkipped = local.hour * 60 + local.minute !== until;
        expect(!isSkipped || local.minus({ hours: 2 }).offset !== local.offset).toBe(true);
      }),
    );
  });
});
