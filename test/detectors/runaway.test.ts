import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { runawayPoints, runawaySessions } from '../../src/detectors/runaway.ts';
import type { UsageHour } from '../../src/detectors/usage-hour.ts';
import { ACCOUNT, hours, NOON, SESSION, window } from '../support/builders.ts';

describe('headless sessions', () => {
  function started(sessions: number) {
    const hour: UsageHour = {
      at: NOON,
      requests: 400,
      cacheReadTokens: 0,
      outputTokens: 0,
      costMicros: 9_000_000,
      clientVersions: new Map(),
      headless: { sessions, requests: 300, costMicros: 7_000_000 },
      busiestHeadless: () => SESSION,
      promptsOf: () => ({ prompts: 0, costMicros: 0 }),
    };
    return runawaySessions({ hour, clientVersion: undefined, arrivedLate: true }, POLICY.runaway);
  }

  test('run away at a hundred in an hour', () => {
    expect(started(100)).toEqual({
      kind: 'runaway',
      rule: 'sessions',
      severity: 'warning',
      at: NOON,
      arrivedLate: true,
      sessions: 100,
      requests: 300,
      costMicros: 7_000_000,
      busiestSession: SESSION,
    });
  });

  test('do not at 99', () => {
    expect(started(99)).toBeUndefined();
  });
});

describe('headless work in a window', () => {
  function took(points: number) {
    const took = { points, low: points - 1, high: points + 1 };
    const headless = { took, requests: 300, costMicros: undefined, busiestSession: SESSION };
    return runawayPoints({ window: window(), headless, sessions: 7, at: NOON, arrivedLate: false }, POLICY.runaway);
  }

  test('runs away at 30 points', () => {
    expect(took(30)).toEqual({
      kind: 'runaway',
      rule: 'points',
      severity: 'warning',
      at: NOON,
      arrivedLate: false,
      window: { account: ACCOUNT, windowKind: 'five_hour', scope: '', resetsAt: hours(4) },
      took: { points: 30, low: 29, high: 31 },
      sessions: 7,
      requests: 300,
      costMicros: undefined,
      busiestSession: SESSION,
    });
  });

  test('does not at less', () => {
    expect(took(29.9)).toBeUndefined();
  });
});
