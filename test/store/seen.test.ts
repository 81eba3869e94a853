import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeen } from '../../src/store/seen.ts';

test.each([
  ['numbers', fc.integer({ min: 0, max: 20 })],
  ['texts', fc.string({ maxLength: 2 })],
])('%s that were seen are known, in whatever order they came and were asked for', (_, value) => {
  fc.assert(
    fc.property(fc.array(fc.record({ value, is: fc.constantFrom('added', 'asked') })), (steps) => {
      const seen = createSeen<number | string>();
      const all = new Set<number | string>();
      for (const { value, is } of steps) {
        expect(seen.has(value)).toBe(all.has(value));
        if (is === 'asked') continue;
        seen.add(value);
        all.add(value);
      }
    }),
  );
});
