import { describe, expect, test } from 'vitest';
import { accountId } from '../../src/model/ids.ts';
import { type RunningWindow, standing } from '../../src/windows/standing.ts';
import { hours, minutes } from '../support/builders.ts';

const NOW = minutes(1);

const window = (usedPercent: number, part: Partial<RunningWindow> = {}): RunningWindow => ({
  account: accountId('a'),
  kind: 'five_hour',
  resetsAt: hours(3),
  usedPercent,
  ...part,
});

describe('where somebody stands', () => {
  test.each<[what: string, rank: number | undefined, windows: readonly RunningWindow[]]>([
    ['is unknown without a window', undefined, []],
    ['is unknown where all windows are over', undefined, [window(50, { resetsAt: NOW })]],
    ['is the fullest window of an account', 90, [window(10), window(90, { kind: 'seven_day' })]],
    ['is that of the freest account', 40, [window(90), window(40, { account: accountId('b') })]],
    ['is the window that resets last, after an early reset', 5, [window(95), window(5, { resetsAt: hours(6) })]],
    ['is when a used-up window is back', hours(3), [window(100), window(99, { kind: 'seven_day' })]],
    [
      'is when the last of an account’s used-up windows is back',
      hours(50),
      [window(104), window(100, { kind: 'seven_day', resetsAt: hours(50) })],
    ],
    [
      'is the account that is back first, where all are used up',
      hours(2),
      [window(100), window(100, { account: accountId('b'), resetsAt: hours(2) })],
    ],
  ])('%s', (_, rank, windows) => {
    expect(standing(windows, NOW)).toBe(rank);
  });
});
