import { describe, expect, test } from 'vitest';
import { betterVersion, healthiestVersion } from '../../src/incidents/healthiest-version.ts';
import { NO_COUNTS, type VersionRates } from '../../src/model/version-rates.ts';

type Counted = readonly [version: string, misses: number, of: number];

const rates = (...rows: readonly Counted[]): readonly VersionRates[] =>
  rows.map(([clientVersion, boundaryMisses, boundaries]) => {
    return { ...NO_COUNTS, clientVersion, developers: 1, boundaryMisses, boundaries };
  });

describe('the healthiest version that the team runs', () => {
  test.each<[what: string, rows: readonly Counted[], version: string | undefined]>([
    [
      'misses the least',
      [
        ['2.1.330', 5, 500],
        ['2.1.329', 40, 500],
      ],
      '2.1.330',
    ],
    [
      'has enough turns to be sure: 0 of 60 may still be 6 %',
      [
        ['2.1.330', 5, 500],
        ['2.1.329', 0, 60],
      ],
      '2.1.330',
    ],
    ['has 60 turn boundaries', [['2.1.330', 0, 59]], undefined],
    [
      'has no known lasting bug',
      [
        ['2.1.330', 40, 500],
        ['2.1.252', 1, 500],
        ['2.1.270', 1, 500],
      ],
      '2.1.330',
    ],
    ['may have one that costs once', [['2.1.221', 1, 500]], '2.1.221'],
    ['does not exist without turns', [], undefined],
  ])('%s', (_, rows, version) => {
    expect(healthiestVersion(rates(...rows))?.clientVersion).toBe(version);
  });
});

describe('a version to move to', () => {
  const from = (current: string, ...rows: readonly Counted[]) =>
    betterVersion(rates(...rows), current, 'cache_invalidation');

  test('is significantly better', () => {
    expect(from('2.1.329', ['2.1.329', 17, 60], ['2.1.330', 4, 200])).toEqual({
      version: '2.1.330',
      there: { misses: 4, of: 200 },
      here: { misses: 17, of: 60 },
      because: { is: 'measured' },
    });
  });

  test('has no known bug where the present one has: the report of #91707', () => {
    const better = from('2.1.252', ['2.1.252', 6, 80], ['2.1.259', 4, 80]);
    expect(better).toMatchObject({ version: '2.1.259', because: { is: 'known_bug', bug: { mendedIn: '2.1.259' } } });
  });

  test('is known also where nobody measured the present one', () => {
    expect(from('2.1.252', ['2.1.259', 4, 80])).toMatchObject({ here: { misses: 0, of: 0 } });
  });

  test.each<[what: string, current: string, rows: readonly Counted[]]>([
    [
      'the difference may be chance',
      '2.1.329',
      [
        ['2.1.329', 6, 80],
        ['2.1.330', 4, 80],
      ],
    ],
    [
      'the present one is the best',
      '2.1.330',
      [
        ['2.1.329', 17, 60],
        ['2.1.330', 4, 200],
      ],
    ],
    [
      'the other has too few turns',
      '2.1.329',
      [
        ['2.1.329', 17, 60],
        ['2.1.330', 0, 59],
      ],
    ],
    [
      'the other has a known bug',
      '2.1.329',
      [
        ['2.1.329', 17, 60],
        ['2.1.252', 0, 200],
      ],
    ],
    ['there is no other', '2.1.252', [['2.1.252', 17, 60]]],
  ])('is none: %s', (_, current, rows) => {
    expect(from(current, ...rows)).toBeUndefined();
  });

  test('is none that has a bug of the very kind', () => {
    const rows = rates(['2.1.329', 30, 60], ['2.1.112', 1, 200]);
    expect(betterVersion(rows, '2.1.329', 'cache_invalidation')?.version).toBe('2.1.112');
    expect(betterVersion(rows, '2.1.329', 'resume_reprocess')).toBeUndefined();
  });
});
