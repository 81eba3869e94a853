import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headroom } from '../../src/summary/headroom.ts';

test.each([
  [[], undefined],
  [[64], { windows: 1, medianLeft: 36, usedUp: 0 }],
  [[100], { windows: 1, medianLeft: 0, usedUp: 1 }],
  [[100, 20, 55], { windows: 3, medianLeft: 45, usedUp: 1 }],
  [[104, -3], { windows: 2, medianLeft: 50, usedUp: 1 }],
])('of %j used it is %j', (used, expected) => {
  expect(headroom(used)).toEqual(expected);
});

test('half of the quotas had at least as much left as it says', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 50 }), (used) => {
      const room = headroom(used);
      const above = used.filter((percent) => 100 - percent >= (room?.medianLeft ?? 101));
      expect(above.length * 2).toBeGreaterThanOrEqual(used.length);
      expect(room?.windows).toBe(used.length);
    }),
  );
});
