import { expect, test } from 'vitest';
import { offsetSeconds, withTimeZone } from '../../src/workspace/time-zone.ts';

test.for([
  ['Europe/Berlin', '2026-01-15T12:00:00Z', 3600],
  ['Europe/Berlin', '2026-07-15T12:00:00Z', 7200],
  ['America/Los_Angeles', '2026-01-15T12:00:00Z', -28_800],
  ['Asia/Kolkata', '2026-01-15T12:00:00Z', 19_800],
  ['UTC', '2026-01-15T12:00:00Z', 0],
] as const)('%s at %s is %i seconds from Greenwich', ([zone, at, expected]) => {
  expect(offsetSeconds(zone, new Date(at))).toBe(expected);
});

test('a user gets the time zone, anything else stays as it is', () => {
  expect(withTimeZone({ id: 'U' }, 'UTC')).toEqual({ id: 'U', tz: 'UTC', tz_label: 'UTC', tz_offset: 0 });
  expect(withTimeZone('U', 'UTC')).toBe('U');
});
