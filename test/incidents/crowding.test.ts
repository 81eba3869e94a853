import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CROWDING, crowding } from '../../src/incidents/crowding.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../../src/model/time.ts';
import { minutes, NOON } from '../support/builders.ts';

const ago = (...counts: readonly number[]) => counts.map((count) => minutes(-count));

test.each([
  ['a quiet channel', [], undefined, 'own'],
  ['two alerts in ten minutes', [9, 1], undefined, 'own'],
  ['three alerts in ten minutes', [9, 5, 1], undefined, 'new_digest'],
  ['three alerts, the first just out of the ten minutes', [10, 5, 1], undefined, 'own'],
  ['a digest that stands', [9, 5, 1], 5, 'standing_digest'],
  ['a digest of an hour ago', [9, 5, 1], 60, 'new_digest'],
  ['a full hour', [55, 50, 45, 40, 35, 30, 25, 20, 15, 11], undefined, 'new_digest'],
  ['a full hour with an old digest', [55, 50, 45, 40, 35, 30, 25, 20, 15, 11], 300, 'standing_digest'],
] as const)('%s', (_what, posts, digest, expected) => {
  const past = { posts: ago(...posts), digestOpenedAt: digest === undefined ? undefined : minutes(-digest) };
  expect(crowding(past, NOON)).toBe(expected);
});

test('whatever comes, an hour has at most one message more than its cap, and nothing is left out', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 20 * MINUTE_MS }), { maxLength: 200 });
  fc.assert(
    fc.property(gaps, (steps) => {
      const posts: EpochMs[] = [];
      let digestOpenedAt: EpochMs | undefined;
      let now = NOON;
      for (const gap of steps) {
        now = epochMs(now + gap);
        const how = crowding({ posts: posts.filter((at) => at > now - HOUR_MS), digestOpenedAt }, now);
        if (how === 'standing_digest') expect(digestOpenedAt).toBeDefined();
        else posts.push(now);
        if (how === 'new_digest') digestOpenedAt = now;
        const inHour = posts.filter((at) => at > now - HOUR_MS).length;
        expect(inHour).toBeLessThanOrEqual(CROWDING.postsInHour + 1);
      }
    }),
  );
});
