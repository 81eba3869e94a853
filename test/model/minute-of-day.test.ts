import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minuteOfDay, timeOfDay } from '../../src/model/minute-of-day.ts';

test.each([
  ['00:00', 0],
  ['07:05', 425],
  ['23:59', 1439],
])('%s is minute %d of the day', (time, minute) => {
  expect(minuteOfDay(time)).toBe(minute);
});

test.each(['', '24:00', '7:05', '12:60', '12:5', 'noon', '12:05:00'])('%j is no time of day', (time) => {
  expect(minuteOfDay(time)).toBeUndefined();
});

test('a minute is read as it was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1439 }), (minute) => {
      expect(minuteOfDay(timeOfDay(minute))).toBe(minute);
    }),
  );
});
