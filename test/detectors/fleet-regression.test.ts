import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { compareVersion, mayBeRegressed, regressedVersion } from '../../src/detectors/fleet-regression.ts';
import { developerId } from '../../src/model/ids.ts';
import { type DeveloperRates, NO_COUNTS } from '../../src/model/version-rates.ts';
import { NOON } from '../support/builders.ts';

const RULE = POLICY.fleetRegression;

type Counted = readonly [version: string, developer: number, misses: number, of: number];

const boundaries = (...rows: readonly Counted[]): readonly DeveloperRates[] =>
  rows.map(([clientVersion, developer, boundaryMisses, boundaries]) => {
    return { ...NO_COUNTS, clientVersion, developer: developerId(developer), boundaries, boundaryMisses };
  });

const resumes = (...rows: readonly Counted[]): readonly DeveloperRates[] =>
  rows.map(([clientVersion, developer, resumeRewrites, resumes]) => {
    return { ...NO_COUNTS, clientVersion, developer: developerId(developer), resumes, resumeRewrites };
  });

const judged = (rows: readonly DeveloperRates[], clientVersion = '2.1.252') =>
  regressedVersion(rows, { clientVersion, at: NOON }, RULE);

// https://github.com/anthropics/claude-code/issues/91707: misses at turn boundaries under five minutes of idle time,
// 7.2 % of 4,757 with 2.1.224 and 29.2 % of 538 with 2.1.252.
const BEFORE: Counted = ['2.1.224', 1, 343, 4757];

describe('a version that misses at turn boundaries', () => {
  test('the reported regression is named', () => {
    expect(judged(boundaries(BEFORE, ['2.1.252', 2, 157, 538]))).toEqual([
      {
        kind: 'fleet_regression',
        severity: 'critical',
        at: NOON,
        rule: 'turn_boundaries',
        of: 'cache_invalidation',
        clientVersion: '2.1.252',
        developers: [2],
        comparison: { misses: 157, of: 538, otherMisses: 343, otherOf: 4757, pValue: expect.any(Number) },
      },
    ]);
  });

  test.each<[what: string, rows: readonly Counted[]]>([
    ['after 60 turn boundaries of it, in one developer who updated', [BEFORE, ['2.1.252', 1, 17, 60]]],
    ['after 60 of three developers', [BEFORE, ['2.1.252', 2, 6, 20], ['2.1.252', 3, 6, 20], ['2.1.252', 4, 5, 20]]],
    [
      'against no more than 60 of another version',
      [
        ['2.1.224', 1, 4, 60],
        ['2.1.252', 2, 17, 60],
      ],
    ],
    [
      'against several other versions together',
      [
        ['2.1.224', 1, 2, 30],
        ['2.1.230', 3, 3, 45],
        ['2.1.252', 2, 19, 60],
      ],
    ],
    [
      'against versions that never miss',
      [
        ['2.1.224', 1, 0, 200],
        ['2.1.252', 2, 8, 80],
      ],
    ],
  ])('is named %s', (_, rows) => {
    expect(judged(boundaries(...rows))).toHaveLength(1);
  });

  test.each<[what: string, rows: readonly Counted[]]>([
    [
      'everybody runs one version',
      [
        ['2.1.252', 1, 40, 100],
        ['2.1.252', 2, 40, 100],
      ],
    ],
    ['59 turn boundaries', [BEFORE, ['2.1.252', 2, 25, 59]]],
    [
      '4 misses',
      [
        ['2.1.224', 1, 0, 5000],
        ['2.1.252', 2, 4, 80],
      ],
    ],
    ['less than three times the others’ rate', [BEFORE, ['2.1.252', 2, 110, 538]]],
    [
      'three times, and it may well be chance',
      [
        ['2.1.224', 1, 4, 200],
        ['2.1.252', 2, 6, 60],
      ],
    ],
    ['nobody ran it', [BEFORE]],
    [
      'the others are worse',
      [
        ['2.1.224', 1, 157, 538],
        ['2.1.252', 2, 343, 4757],
      ],
    ],
  ])('quiet: %s', (_, rows) => {
    expect(judged(boundaries(...rows))).toEqual([]);
  });

  test('misses in the middle of a prompt alone accuse nobody', () => {
    const midTurns = boundaries(BEFORE, ['2.1.252', 2, 157, 538]).map((row) => {
      return { ...row, ...NO_COUNTS, midTurns: row.boundaries, midTurnMisses: row.boundaryMisses };
    });
    expect(judged(midTurns)).toEqual([]);
  });

  test('the more versions get a try, the more it takes', () => {
    const two: readonly Counted[] = [
      ['2.1.224', 1, 4, 80],
      ['2.1.252', 2, 16, 65],
    ];
    expect(judged(boundaries(...two))).toHaveLength(1);
    const split = [1, 2, 3, 4, 5, 6, 7, 8].map((n): Counted => [`2.1.${n}`, 1, 4, 80]);
    expect(judged(boundaries(...split, ['2.1.252', 2, 11, 65]))).toEqual([]);
    expect(judged(boundaries(['2.1.1', 1, 32, 640], ['2.1.252', 2, 11, 65]))).toHaveLength(1);
  });

  test('one person whose setup misses on every version does not make theirs guilty', () => {
    const colleagues: readonly Counted[] = [
      ['2.1.224', 1, 4, 400],
      ['2.1.224', 2, 3, 400],
    ];
    const theirs: Counted = ['2.1.252', 3, 25, 100];
    expect(judged(boundaries(...colleagues, theirs))).toHaveLength(1);
    expect(judged(boundaries(...colleagues, theirs, ['2.1.224', 3, 24, 100]))).toEqual([]);
    expect(judged(boundaries(...colleagues, theirs, ['2.1.224', 3, 1, 100]))).toHaveLength(1);
  });

  test('names those who missed', () => {
    const [finding] = judged(boundaries(BEFORE, ['2.1.252', 2, 20, 60], ['2.1.252', 3, 0, 5], ['2.1.252', 4, 1, 5]));
    expect(finding?.developers).toEqual([2, 4]);
  });
});

describe('a version whose resumes are written again', () => {
  test('is named where other versions read them', () => {
    const [finding] = judged(resumes(['2.1.68', 1, 4, 25], ['2.1.252', 2, 12, 12]));
    expect(finding).toMatchObject({ rule: 'resumes', of: 'resume_reprocess', developers: [2] });
    expect(finding?.comparison).toMatchObject({ misses: 12, of: 12, otherMisses: 4, otherOf: 25 });
  });

  test.each<[what: string, rows: readonly Counted[]]>([
    // Measured: 32 of 36 resumes inside the TTL rewrote, on every version.
    [
      'resumes rewrite on every version',
      [
        ['2.1.68', 1, 32, 36],
        ['2.1.252', 2, 12, 12],
      ],
    ],
    [
      '9 resumes with it',
      [
        ['2.1.68', 1, 1, 25],
        ['2.1.252', 2, 9, 9],
      ],
    ],
    [
      '9 resumes with the others',
      [
        ['2.1.68', 1, 0, 9],
        ['2.1.252', 2, 12, 12],
      ],
    ],
    [
      'everybody runs one version',
      [
        ['2.1.252', 1, 12, 12],
        ['2.1.252', 2, 12, 12],
      ],
    ],
  ])('quiet: %s', (_, rows) => {
    expect(judged(resumes(...rows))).toEqual([]);
  });
});

/** Seeded, so that the share of false alarms is the same each time. */
function random(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a healthy team', () => {
  /** Five versions of one rate, looked at after every 20 turn boundaries of each for a month. */
  const isAccused = (seed: number, rate: number) => {
    const next = random(seed);
    const versions = ['2.1.1', '2.1.2', '2.1.3', '2.1.4', '2.1.5'];
    const counts = new Map(versions.map((version) => [version, { misses: 0, of: 0 }]));
    for (let look = 0; look < 40; look++) {
      for (const count of counts.values()) {
        count.of += 20;
        for (let turn = 0; turn < 20; turn++) if (next() < rate) count.misses++;
      }
      const rows = boundaries(
        ...versions.map((version, n): Counted => {
          const { misses = 0, of = 0 } = counts.get(version) ?? {};
          return [version, n, misses, of];
        }),
      );
      if (versions.some((version) => judged(rows, version).length > 0)) return true;
    }
    return false;
  };

  test.each([0.01, 0.03, 0.07])(
    'that misses in %d of its turns is falsely accused in fewer than one month of twenty',
    (rate) => {
      const accused = Array.from({ length: 300 }, (_, seed) => isAccused(seed + 1, rate)).filter(Boolean).length;
      expect(accused).toBeLessThan(15);
    },
  );
});

test('a comparison adds up whatever the rows are', () => {
  const row = fc.record({ version: fc.constantFrom('a', 'b', 'c'), of: fc.nat(50), developer: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const counted = boundaries(...rows.map(({ version, of, developer }): Counted => [version, developer, of, of]));
      const { of, otherOf } = compareVersion(counted, { clientVersion: 'a', rule: 'turn_boundaries' });
      expect(of + otherOf).toBe(rows.reduce((sum, one) => sum + one.of, 0));
      expect(compareVersion(counted, { clientVersion: 'a', rule: 'resumes' })).toMatchObject({ of: 0, pValue: 1 });
    }),
  );
});

test('a version that is found regressed was never passed over as missing too seldom', () => {
  const row = fc.tuple(fc.constantFrom('2.1.224', '2.1.252'), fc.integer({ min: 1, max: 4 }), fc.nat(30), fc.nat(300));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), fc.boolean(), (counted, areResumes) => {
      const capped = counted.map(
        ([version, developer, misses, of]) => [version, developer, Math.min(misses, of), of] as const,
      );
      const rows = areResumes ? resumes(...capped) : boundaries(...capped);
      const own = rows.filter(({ clientVersion }) => clientVersion === '2.1.252');
      const missed = {
        boundaryMisses: own.reduce((sum, { boundaryMisses }) => sum + boundaryMisses, 0),
        resumeRewrites: own.reduce((sum, { resumeRewrites }) => sum + resumeRewrites, 0),
      };
      expect(judged(rows).length > 0 && !mayBeRegressed(missed, RULE)).toBe(false);
    }),
  );
});
