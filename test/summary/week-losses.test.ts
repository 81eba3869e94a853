import { expect, test } from 'vitest';
import type { PointsUnknown } from '../../src/model/points.ts';
import { weekLosses } from '../../src/summary/week-losses.ts';
import { stormFinding } from '../support/builders.ts';
import { cacheIncident, fleet, lockOut, resume, usage } from './incidents.ts';

const unknown = (because: PointsUnknown) => cacheIncident({ pointsLost: { is: 'unknown', because } });

test('what broken caches lost is not added to what other use cost: one request may be in both', () => {
  const { caches, other } = weekLosses([
    cacheIncident(),
    resume(),
    usage(stormFinding()),
    lockOut(),
    fleet({ developers: [1] }),
  ]);
  expect(caches).toMatchObject({ rewrittenTokens: 800_000, extraCost: { micros: 4_000_000, unknown: 0 } });
  expect(other).toMatchObject({ rewrittenTokens: 0, extraCost: { micros: 9_000_000, unknown: 0 } });
});

test('it is told why points are not known, the most frequent reason first', () => {
  const incidents = [unknown('no_price'), unknown('no_readings'), unknown('no_readings'), cacheIncident()];
  expect(weekLosses(incidents)).toMatchObject({
    caches: { pointsUnknown: 3 },
    pointsUnknown: [
      ['no_readings', 2],
      ['no_price', 1],
    ],
  });
});
