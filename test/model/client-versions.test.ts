import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bugsOf, compareVersions, lastingBug, mendedSince } from '../../src/model/client-versions.ts';
import type { IncidentKind } from '../../src/model/finding.ts';
import { KNOWN_BUGS } from '../../src/model/known-bugs.ts';

describe('the bug that goes on in a version', () => {
  test.each<[version: string, kind: IncidentKind, source: string | undefined, mendedIn: string | undefined]>([
    ['2.1.258', 'cache_invalidation', 'anthropics/claude-code#91707', '2.1.259'],
    ['2.1.222', 'cache_invalidation', 'anthropics/claude-code#91707', '2.1.259'],
    ['2.1.259', 'cache_invalidation', undefined, undefined],
    ['2.1.280', 'cache_invalidation', 'anthropics/claude-code#96101', undefined],
    ['2.1.281', 'cache_invalidation', undefined, undefined],
    ['2.1.100', 'cache_invalidation', 'the postmortem of 2026-04-23', '2.1.101'],
    ['2.1.69', 'resume_reprocess', 'anthropics/claude-code#34629', '2.1.90'],
    ['2.1.68', 'resume_reprocess', undefined, undefined],
    ['2.1.90', 'resume_reprocess', undefined, undefined],
    ['2.1.112', 'resume_reprocess', 'anthropics/claude-code#51764', undefined],
    ['2.1.107', 'ttl_downgrade', 'changelog of 2.1.129', '2.1.129'],
    ['2.1.300', 'ttl_downgrade', 'anthropics/claude-code#84253', undefined],
    ['2.1.330', 'ttl_downgrade', undefined, undefined],
    ['2.2.0', 'cache_invalidation', undefined, undefined],
    ['2.1.252-beta', 'cache_invalidation', undefined, undefined],
    ['2.1.252 <!channel>', 'cache_invalidation', undefined, undefined],
    ['', 'cache_invalidation', undefined, undefined],
  ])('%s, %s: %s', (version, kind, source, mendedIn) => {
    const bug = lastingBug(version, [kind]);
    expect(bug?.sources[0]).toBe(source);
    expect(bug?.mendedIn).toBe(mendedIn);
  });

  test('is rather one for everybody than one for a few', () => {
    expect(bugsOf('2.1.89').filter(({ onlyFor }) => onlyFor === 'the standalone binary')).toHaveLength(1);
    expect(lastingBug('2.1.89', ['cache_invalidation'])?.onlyFor).toBeUndefined();
  });

  test('is none that costs once', () => {
    expect(bugsOf('2.1.221').map(({ looksLike }) => looksLike)).toContain('one rewrite');
    expect(lastingBug('2.1.221', ['cache_invalidation'])).toBeUndefined();
  });
});

describe('the table', () => {
  test('an update never leads to a version with another mended bug of the kind', () => {
    for (const { mendedIn, kinds } of KNOWN_BUGS) {
      if (mendedIn === undefined) continue;
      const to = mendedSince(mendedIn, kinds);
      expect(lastingBug(to, kinds)?.mendedIn).toBeUndefined();
      expect(compareVersions(to, mendedIn)).toBeGreaterThanOrEqual(0);
    }
    expect(mendedSince('2.1.72', ['cache_invalidation'])).toBe('2.1.101');
  });

  test('a version that mended a bug does not have it', () => {
    for (const bug of KNOWN_BUGS) {
      if (bug.mendedIn !== undefined) expect(bugsOf(bug.mendedIn)).not.toContain(bug);
      for (const { last } of bug.affected) expect(bugsOf(last)).toContain(bug);
      for (const { first } of bug.affected) if (first !== undefined) expect(bugsOf(first)).toContain(bug);
    }
  });

  test('what is no fault of a version is held against none', () => {
    const ofNoVersion = KNOWN_BUGS.filter(({ affected }) => affected.length === 0);
    expect(ofNoVersion.length).toBeGreaterThan(0);
    for (const bug of ofNoVersion) expect(bugsOf('2.1.252')).not.toContain(bug);
  });
});

describe('the order of versions', () => {
  test('is that of their numbers', () => {
    expect(['2.1.100', '2.1.99', '2.10.0', '2.1.330'].toSorted(compareVersions)).toEqual([
      '2.1.99',
      '2.1.100',
      '2.1.330',
      '2.10.0',
    ]);
  });

  test('puts a suffix before its number, and after the number before it', () => {
    expect(['2.1.97', '2.1.97-beta.2', '2.1.96', '2.1.97-beta.1'].toSorted(compareVersions)).toEqual([
      '2.1.96',
      '2.1.97-beta.1',
      '2.1.97-beta.2',
      '2.1.97',
    ]);
  });

  test('puts what is no version first, and is an order', () => {
    expect(['2.1.1', 'nightly', '0.0.0', 'a'].toSorted(compareVersions)).toEqual(['a', 'nightly', '0.0.0', '2.1.1']);
    const version = fc.oneof(
      fc
        .tuple(fc.nat(20), fc.nat(20), fc.nat(400), fc.constantFrom('', '-beta', '-rc.1'))
        .map(([major, minor, patch, suffix]) => `${major}.${minor}.${patch}${suffix}`),
      fc.string(),
    );
    fc.assert(
      fc.property(version, version, (one, other) => {
        expect(Math.sign(compareVersions(one, other))).toBe(-Math.sign(compareVersions(other, one)) + 0);
      }),
    );
  });
});
