import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { brokenTogether } from '../../src/detectors/broken-together.ts';
import { developerId } from '../../src/model/ids.ts';
import type { CacheIncident } from '../../src/model/incident.ts';
import { cacheIncident, minutes, NOON } from '../support/builders.ts';

const RULE = POLICY.fleetRegression.together;

/** A broken cache of one developer whose newest miss was so many minutes after noon. */
function broken(developer: number, minute: number, part: Partial<CacheIncident> = {}, version = '2.1.252') {
  const incident = cacheIncident({ developer: developerId(developer), lastEvidenceAt: minutes(minute), ...part });
  return { ...incident, evidence: { ...incident.evidence, clientVersion: version } };
}

describe('developers hit together', () => {
  const found = (...all: readonly CacheIncident[]) => {
    const [newest, ...others] = all;
    return newest && brokenTogether(newest, { others, active: 10 }, RULE);
  };

  test('three broken caches on one client version within an hour are the client’s fault', () => {
    expect(found(broken(3, 60), broken(2, 30), broken(1, 0))).toEqual({
      kind: 'fleet_regression',
      severity: 'critical',
      at: minutes(60),
      rule: 'together',
      of: 'cache_invalidation',
      clientVersion: '2.1.252',
      developers: [3, 2, 1],
    });
  });

  const explained = { resolved: { at: NOON, by: 'explained' } } as const;
  test.each<[what: string, others: readonly CacheIncident[]]>([
    ['two developers', [broken(2, 0)]],
    ['three incidents of two developers', [broken(2, 0), broken(2, 5)]],
    ['one that was over an hour earlier', [broken(2, 0), broken(1, -1)]],
    ['one on another version', [broken(2, 0), broken(1, 0, {}, '2.1.224')]],
    ['one that is only a note', [broken(2, 0), broken(1, 0, { severity: 'info' })]],
    ['one that arrived late', [broken(2, 0), broken(1, 0, { isLate: true })]],
    ['one that was explained', [broken(2, 0), broken(1, 0, explained)]],
    ['a resume, which rewrites on every version', [broken(2, 0), broken(1, 0, { kind: 'resume_reprocess' })]],
  ])('quiet: %s', (_, others) => {
    expect(found(broken(3, 60), ...others)).toBeUndefined();
  });

  const unknown = broken(3, 60);
  test.each<[what: string, newest: CacheIncident]>([
    ['a resume', broken(3, 60, { kind: 'resume_reprocess' })],
    ['a late one', broken(3, 60, { isLate: true })],
    ['one whose client nobody knows', { ...unknown, evidence: { ...unknown.evidence, clientVersion: undefined } }],
  ])('quiet: %s as the newest', (_, newest) => {
    expect(found(newest, broken(2, 60), broken(1, 60), broken(4, 60))).toBeUndefined();
  });

  test.each([
    [3, 3],
    [18, 3],
    [19, 4],
    [50, 5],
    [100, 8],
    [300, 15],
  ])('of %d at work with that version, it takes %d of them', (active, needed) => {
    const hit = Array.from({ length: needed }, (_, n) => broken(n, 0));
    const isFound = (incidents: readonly CacheIncident[]) => {
      const [newest = broken(0, 0), ...others] = incidents;
      return brokenTogether(newest, { others, active }, RULE) !== undefined;
    };
    expect(isFound(hit)).toBe(true);
    expect(isFound(hit.slice(1))).toBe(false);
  });
});
