import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { poissonTail } from '../../src/detectors/poisson-tail.ts';

describe('the tail of the Poisson distribution', () => {
  test.each([
    [0, 5, 1],
    [1, 0, 0],
    [1, 1, 1 - Math.exp(-1)],
    [2, 1, 1 - 2 * Math.exp(-1)],
    [3, 2, 1 - 5 * Math.exp(-2)],
  ])('%d or more where %d are expected: %d', (count, expected, likely) => {
    expect(poissonTail(count, expected)).toBeCloseTo(likely, 12);
  });

  test('is a probability that falls with the count and rises with what is expected', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.double({ min: 0, max: 30, noNaN: true }), (count, expected) => {
        const likely = poissonTail(count, expected);
        expect(likely).toBeGreaterThanOrEqual(0);
        expect(likely).toBeLessThanOrEqual(1);
        expect(poissonTail(count + 1, expected)).toBeLessThanOrEqual(likely);
        expect(poissonTail(count, expected + 1)).toBeGreaterThanOrEqual(likely - 1e-12);
      }),
    );
  });
});
