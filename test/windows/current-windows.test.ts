import { expect, test } from 'vitest';
import { accountId } from '../../src/model/ids.ts';
import { plus } from '../../src/model/time.ts';
import { currentWindows } from '../../src/windows/current-windows.ts';
import { hours, NOON, window } from '../support/builders.ts';

test('a window that was never read is unknown, not 0 %', () => {
  expect(currentWindows([], NOON)).toEqual([]);
});

test.each([
  ['a millisecond before its reset it holds', -1, 1],
  ['at its reset it is unknown', 0, 0],
  ['after its reset it stays unknown until the next reading', 1, 0],
])('%s', (_, offsetMs, count) => {
  expect(currentWindows([window({ resetsAt: NOON })], plus(NOON, offsetMs))).toHaveLength(count);
});

test('of two windows of one kind the one that resets last holds, in whatever order they are known', () => {
  const old = window({ resetsAt: hours(1), usedPercent: 100 });
  const young = window({ resetsAt: hours(5), usedPercent: 3 });
  expect(currentWindows([old, young], NOON)).toEqual([young]);
  expect(currentWindows([young, old], NOON)).toEqual([young]);
});

test('each account, kind and scope has a window of its own, the next reset first', () => {
  const weekly = window({ kind: 'seven_day', resetsAt: hours(90) });
  const scoped = window({ kind: 'seven_day', scope: 'opus', resetsAt: hours(80) });
  const other = window({ account: accountId('account-2'), resetsAt: hours(2) });
  const own = window({ resetsAt: hours(4) });
  expect(currentWindows([weekly, own, scoped, other], NOON)).toEqual([other, own, scoped, weekly]);
});
