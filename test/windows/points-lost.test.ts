import { describe, expect, test } from 'vitest';
import type { ExchangeRate, PointsLost } from '../../src/model/points.ts';
import { type KnownRates, pointsLost } from '../../src/windows/points-lost.ts';

const fiveHour: ExchangeRate = {
  windowKind: 'five_hour',
  perDollar: { points: 2, low: 1.5, high: 3 },
  learntFrom: 'own',
  samples: 12,
};
const weekly: ExchangeRate = {
  windowKind: 'seven_day',
  perDollar: { points: 0.2, low: 0.15, high: 0.3 },
  learntFrom: 'team',
  samples: 4,
};

describe('what dollars took of a window', () => {
  test.each<[string, number | undefined, KnownRates, PointsLost]>([
    [
      'is told of the five-hour window',
      4e6,
      [weekly, fiveHour],
      { is: 'known', windowKind: 'five_hour', learntFrom: 'own', points: 8, low: 6, high: 12 },
    ],
    [
      'is told of the week where there is no five-hour window',
      10e6,
      [weekly],
      { is: 'known', windowKind: 'seven_day', learntFrom: 'team', points: 2, low: 1.5, high: 3 },
    ],
    [
      'is nothing where nothing was lost',
      0,
      [fiveHour],
      { is: 'known', windowKind: 'five_hour', learntFrom: 'own', points: 0, low: 0, high: 0 },
    ],
    ['is unknown without a price', undefined, [fiveHour], { is: 'unknown', because: 'no_price' }],
    ['is unknown without readings', 4e6, 'no_readings', { is: 'unknown', because: 'no_readings' }],
    ['is unknown with too few', 4e6, 'too_few_readings', { is: 'unknown', because: 'too_few_readings' }],
    [
      'is unknown where other windows alone are known',
      4e6,
      [{ ...weekly, windowKind: 'spend_limit' }],
      { is: 'unknown', because: 'too_few_readings' },
    ],
    ['names the price before the readings', undefined, 'no_readings', { is: 'unknown', because: 'no_price' }],
  ])('%s', (_, micros, rates, expected) => {
    expect(pointsLost(micros, rates)).toEqual(expected);
  });
});
