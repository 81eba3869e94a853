import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { lockOut, type Refusals } from '../../src/detectors/lock-out.ts';
import type { QuotaWindow } from '../../src/model/quota-window.ts';
import { hours, lockOutFinding, minutes, window } from '../support/builders.ts';

const NONE: Refusals = { refusedAt: undefined, throttledAt: undefined, arrivedLate: false };

describe('a lock-out', () => {
  test.each<[string, Partial<QuotaWindow>, Partial<Refusals>, ReturnType<typeof lockOut>]>([
    [
      'is the client’s word that this limit is hit, whatever was read',
      { usedPercent: 40 },
      { refusedAt: minutes(5) },
      lockOutFinding({ at: minutes(5) }),
    ],
    [
      'is a 429 with the window at 99 %',
      { usedPercent: 99 },
      { throttledAt: minutes(5) },
      lockOutFinding({ at: minutes(5), source: 'status_429' }),
    ],
    [
      'is not a 429 with the window at 98.9 %: that may be throttling',
      { usedPercent: 98.9 },
      { throttledAt: minutes(5) },
      undefined,
    ],
    ['is not a full window alone', { usedPercent: 100 }, {}, undefined],
    ['is not a 429 at the reset', { usedPercent: 100 }, { throttledAt: hours(4) }, undefined],
    [
      'is the newer of the two: a 429 after the client’s word',
      { usedPercent: 100 },
      { refusedAt: minutes(5), throttledAt: minutes(9) },
      lockOutFinding({ at: minutes(9), source: 'status_429' }),
    ],
    [
      'is the newer of the two: the client’s word after a 429',
      { usedPercent: 100 },
      { refusedAt: minutes(9), throttledAt: minutes(5) },
      lockOutFinding({ at: minutes(9) }),
    ],
    [
      'is the client’s word where both came at once',
      { usedPercent: 100 },
      { refusedAt: minutes(5), throttledAt: minutes(5) },
      lockOutFinding({ at: minutes(5) }),
    ],
    [
      'is the client’s word still when a newer 429 may be throttling',
      { usedPercent: 40 },
      { refusedAt: minutes(5), throttledAt: minutes(9) },
      lockOutFinding({ at: minutes(5) }),
    ],
    [
      'that arrived late says so',
      {},
      { refusedAt: minutes(5), arrivedLate: true },
      lockOutFinding({ at: minutes(5), arrivedLate: true }),
    ],
  ])('%s', (...[, part, refusals, expected]) => {
    expect(lockOut(window(part), { ...NONE, ...refusals }, POLICY.lockOut)).toEqual(expected);
  });
});
