import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { losses } from '../../src/incidents/losses.ts';
import type { DeveloperIncident } from '../../src/model/incident.ts';
import type { PointsLost } from '../../src/model/points.ts';
import { cacheIncident, inflationFinding, lockOutIncident, usageIncident } from '../support/builders.ts';

const known = (windowKind: string, points: number): PointsLost => ({
  is: 'known',
  windowKind,
  learntFrom: 'own',
  points,
  low: points - 1,
  high: points + 2,
});

const lost = (pointsLost: PointsLost): DeveloperIncident => cacheIncident({ pointsLost });

describe('what several incidents lost', () => {
  test('of none is nothing', () => {
    expect(losses([])).toEqual({
      rewrittenTokens: 0,
      extraCost: { micros: 0, unknown: 0 },
      points: [],
      pointsUnknown: 0,
    });
  });

  test('adds points up for each kind of window, and counts the unknown ones', () => {
    const incidents = [
      lost(known('five_hour', 6)),
      lost(known('five_hour', 4)),
      lost(known('seven_day', 1)),
      lost({ is: 'unknown', because: 'no_readings' }),
      cacheIncident(),
    ];
    expect(losses(incidents)).toMatchObject({
      points: [
        { windowKind: 'five_hour', points: 10, low: 8, high: 14 },
        { windowKind: 'seven_day', points: 1, low: 0, high: 3 },
      ],
      pointsUnknown: 1,
    });
  });

  test('adds dollars beyond the usual too, and counts what has no price', () => {
    const { evidence } = cacheIncident();
    const unpriced = cacheIncident({ evidence: { ...evidence, extraCostMicros: undefined } });
    const inflation = usageIncident(
      inflationFinding({ prompts: 2, costPerPromptMicros: 5_000_000, usualCostPerPromptMicros: 1_000_000 }),
    );
    expect(losses([cacheIncident(), inflation, unpriced, lockOutIncident()])).toMatchObject({
      rewrittenTokens: 240_000,
      extraCost: { micros: 276_000 + 8_000_000, unknown: 1 },
    });
  });

  test('takes what the client counted where it counted more', () => {
    const { evidence } = cacheIncident();
    const clientCount = { misses: 9, rewrittenTokens: 900_000 };
    expect(losses([cacheIncident({ evidence: { ...evidence, clientCount } })]).rewrittenTokens).toBe(900_000);
    const fewer = { misses: 1, rewrittenTokens: 1 };
    expect(losses([cacheIncident({ evidence: { ...evidence, clientCount: fewer } })]).rewrittenTokens).toBe(120_000);
  });

  test('keeps every sum within its range', () => {
    const anyLost = fc
      .record({
        windowKind: fc.constantFrom('five_hour', 'seven_day'),
        points: fc.float({ min: 1, max: 100, noNaN: true }),
      })
      .map(({ windowKind, points }) => lost(known(windowKind, points)));
    fc.assert(
      fc.property(fc.array(anyLost, { maxLength: 20 }), (incidents) => {
        for (const { points, low, high } of losses(incidents).points) {
          expect(low).toBeLessThanOrEqual(points);
          expect(high).toBeGreaterThanOrEqual(points);
        }
      }),
    );
  });
});
