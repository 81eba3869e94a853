import { describe, expect, test } from 'vitest';
import type { Feed } from '../../../src/model/feed.ts';
import { firstDataMessage } from '../../../src/slack/views/first-data.ts';
import { fine, linesOf } from '../seen.ts';

const told = (...heard: readonly Feed[]) => linesOf(fine(firstDataMessage(heard)));

describe('the word that data arrives', () => {
  test('names what was heard, and says that this is all there is to do', () => {
    expect(told('status_line', 'hook', 'telemetry')).toEqual([
      ':white_check_mark: *First data received: telemetry, status line, hook*',
      'You are connected: `/quota` tells what is left, and I write to you when something goes wrong.',
    ]);
  });

  test('calms whoever waits for the hook', () => {
    expect(told('telemetry', 'status_line')).toEqual([
      ':white_check_mark: *First data received: telemetry, status line*',
      'You are connected: `/quota` tells what is left, and I write to you when something goes wrong.',
      'The hook speaks only when a limit is hit, so it is no worry that it was not heard yet.',
    ]);
  });

  test.each<[string, readonly Feed[], readonly string[]]>([
    ['the status line', ['telemetry'], ['*Status line*']],
    ['the status line of a program of their own', ['webhook'], ['*Status line*']],
    ['telemetry', ['status_line'], ['*Telemetry*']],
    ['both', ['hook'], ['*Telemetry*', '*Status line*']],
    ['nothing', ['webhook', 'status_line'], []],
  ])('says how to mend what is missing: %s', (_, heard, missing) => {
    const lines = told(...heard).filter((line) => line.includes('still missing'));
    expect(lines.map((line) => /\*[^*]+\*/.exec(line)?.[0])).toEqual(missing);
    expect(told(...heard).includes('More is to come:')).toBe(missing.length > 0);
  });

  test('fits a notification', () => {
    for (const heard of [['telemetry'], ['telemetry', 'status_line', 'hook']] as const) {
      expect(firstDataMessage(heard).text.length).toBeLessThanOrEqual(60);
    }
  });
});
