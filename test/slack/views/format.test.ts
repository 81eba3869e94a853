import { describe, expect, test } from 'vitest';
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../../src/model/time.ts';
import { bar, count, dollars, duration, moment, share, tokens } from '../../../src/slack/views/format.ts';
import { at, NOON } from '../../support/builders.ts';

describe('numbers at a glance', () => {
  test.each([
    [0, '0'],
    [949.6, '950'],
    [999, '999'],
    [1000, '1k'],
    [14_499, '14k'],
    [999_499, '999k'],
    [999_500, '1.0M'],
    [1_240_000, '1.2M'],
    [10_000_000, '10.0M'],
    [99_949_999, '99.9M'],
    [99_950_000, '100M'],
    [1_000_000_000, '1000M'],
  ])('%d tokens are %s', (number, text) => expect(tokens(number)).toBe(text));

  test.each([
    [0, '$0.00'],
    [4_000, '$0.00'],
    [420_000, '$0.42'],
    [99_990_000, '$99.99'],
    [100_000_000, '$100'],
    [1_204_400_000, '$1,204'],
  ])('%d micro-dollars are %s', (micros, text) => expect(dollars(micros)).toBe(text));

  test.each([
    [0, '0 turns'],
    [1, '1 turn'],
    [5000, '5,000 turns'],
  ])('%d of something', (number, text) => expect(count(number, 'turn')).toBe(text));

  test('a word may have a plural of its own', () => expect(count(2, 'miss', 'misses')).toBe('2 misses'));

  test.each([
    [-5, '░░░░░░░░░░'],
    [0, '░░░░░░░░░░'],
    [4, '░░░░░░░░░░'],
    [58, '██████░░░░'],
    [100, '██████████'],
    [120, '██████████'],
  ])('%d percent left', (left, cells) => expect(bar(left)).toBe(cells));
});

describe('a stretch of time', () => {
  test.each([
    [-1, 'under 1 s'],
    [999, 'under 1 s'],
    [SECOND_MS, '1 s'],
    [40 * SECOND_MS, '40 s'],
    [MINUTE_MS, '1 min'],
    [59 * MINUTE_MS, '59 min'],
    [HOUR_MS, '1 h'],
    [65 * MINUTE_MS, '1 h 5 min'],
    [23 * HOUR_MS, '23 h'],
    [DAY_MS, '1 d'],
    [51 * HOUR_MS, '2 d 3 h'],
    [47.6 * HOUR_MS, '2 d'],
  ])('of %d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('a share', () => {
  test.each([
    [157, 538, '29%'],
    [342, 4757, '7.2%'],
    [1, 3000, 'under 0.1%'],
    [0, 60, '0%'],
    [999, 1000, 'over 99%'],
    [21, 21, '100%'],
    [0, 0, '0%'],
  ])('of %d in %d is %s', (part, whole, text) => expect(share(part, whole)).toBe(text));
});

describe('a moment', () => {
  const reading = { now: NOON, zone: 'Europe/Berlin' };

  test('of today is its time', () => {
    expect(moment(NOON, reading)).toBe('<!date^1795435200^{time}|13:00>');
  });

  test('of another day has its day', () => {
    expect(moment(plus(NOON, DAY_MS), reading)).toBe('<!date^1795521600^{date_short_pretty} {time}|Tue 24 Nov 13:00>');
  });

  test('is of today or not in the zone of the reader', () => {
    const late = at('2026-11-23T23:30:00Z');
    expect(moment(late, { now: NOON, zone: 'UTC' })).toContain('^{time}|23:30>');
    expect(moment(late, reading)).toContain('^{date_short_pretty} {time}|Tue 24 Nov 00:30>');
  });

  test('drops fractions of a second, which Slack does not take', () => {
    expect(moment(epochMs(NOON + 999), reading)).toContain('^1795435200^');
  });
});
