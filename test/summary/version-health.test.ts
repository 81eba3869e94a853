import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMuchWorse, versionHealth } from '../../src/summary/version-health.ts';
import { rates } from './week-facts.ts';

describe('the client versions of a week', () => {
  test('are the worst and the best by their miss rates, with the counts', () => {
    const versions = [rates('2.1.330', 9, 200), rates('2.1.331', 100, 1000), rates('2.1.329', 29, 100)];
    expect(versionHealth(versions)).toEqual({
      is: 'apart',
      worst: { version: '2.1.329', misses: 29, of: 100 },
      best: { version: '2.1.330', misses: 9, of: 200 },
      hasBestKnownBug: false,
    });
  });

  test.each([
    ['chance alone could make it', rates('2.1.331', 7, 100), rates('2.1.330', 5, 100)],
    ['millions of turns show a tenth more', rates('2.1.331', 16_500, 1_500_000), rates('2.1.330', 15_000, 1_500_000)],
    ['nothing missed', rates('2.1.331', 0, 100), rates('2.1.330', 0, 100)],
  ])('are alike where %s', (_, one, other) => {
    expect(versionHealth([one, other])).toMatchObject({ is: 'alike' });
  });

  test('are not judged by too few turns', () => {
    expect(versionHealth([rates('2.1.330', 40, 59)])).toBeUndefined();
    expect(versionHealth([])).toBeUndefined();
    expect(versionHealth([rates('2.1.330', 40, 59), rates('2.1.331', 3, 60)])).toEqual({
      is: 'alone',
      only: { version: '2.1.331', misses: 3, of: 60 },
    });
  });

  test('prefer as the best one without a known bug, and say where there is none', () => {
    const versions = [rates('2.1.331', 30, 100), rates('2.1.252', 1, 1000)];
    const best = { version: '2.1.252', misses: 1, of: 1000 };
    expect(versionHealth(versions)).toMatchObject({ is: 'apart', best, hasBestKnownBug: true });
    const clean = { version: '2.1.330', misses: 4, of: 100 };
    expect(versionHealth([...versions, rates('2.1.330', 4, 100)])).toMatchObject({
      best: clean,
      hasBestKnownBug: false,
    });
  });

  test('the worst never misses less often than the best', () => {
    const anyRates = fc
      .tuple(fc.integer({ min: 0, max: 300 }), fc.nat())
      .map(([of, some]) => ({ of, misses: of === 0 ? 0 : some % (of + 1) }));
    fc.assert(
      fc.property(fc.array(anyRates, { maxLength: 6 }), (all) => {
        const health = versionHealth(all.map(({ misses, of }, index) => rates(`2.1.33${index}`, misses, of)));
        const judged = all.filter(({ of }) => of >= 60).length;
        expect(health === undefined).toBe(judged === 0);
        expect(health?.is === 'alone').toBe(judged === 1);
        if (health === undefined || health.is === 'alone') return;
        const { worst, best } = health;
        expect(worst.misses / worst.of).toBeGreaterThanOrEqual(best.misses / best.of);
        expect(worst.version).not.toBe(best.version);
        if (health.is === 'apart') expect(isMuchWorse(worst, best)).toBe(true);
      }),
    );
  });
});
