import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { dataSilence, type SilentFeed } from '../../src/detectors/data-silence.ts';
import { minutes, NOON } from '../support/builders.ts';

const silent = (part: Partial<SilentFeed> = {}): SilentFeed => ({
  feed: 'status_line',
  lastHeardAt: minutes(-10),
  missed: 20,
  firstMissedAt: NOON,
  lastMissedAt: minutes(60),
  ...part,
});

describe('a silent feed', () => {
  test.each(['status_line', 'telemetry'] as const)('is told of with what the other feed told since: %s', (feed) => {
    expect(dataSilence(silent({ feed }), POLICY.dataSilence)).toEqual({
      kind: 'data_silence',
      severity: 'info',
      at: minutes(60),
      arrivedLate: false,
      feed,
      silentSince: minutes(-10),
      missed: 20,
    });
  });

  test.each([
    ['after 19 requests', { missed: 19 }],
    ['after less than an hour of them, however many', { missed: 500, lastMissedAt: minutes(59) }],
  ])('is not told of %s', (_, part) => {
    expect(dataSilence(silent(part), POLICY.dataSilence)).toBeUndefined();
  });
});
