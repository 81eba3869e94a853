import { describe, expect, test } from 'vitest';
import { absorbFleetFinding, fleetSubject, isMemberOf, sweepFleet } from '../../src/incidents/fleet-incident.ts';
import type { FleetRegression, RateComparison } from '../../src/model/fleet-finding.ts';
import { type DeveloperId, developerId } from '../../src/model/ids.ts';
import type { CacheIncident, FleetIncident } from '../../src/model/incident.ts';
import type { EpochMs } from '../../src/model/time.ts';
import { cacheIncident, fleetIncident, hours, minutes, NOON } from '../support/builders.ts';

const VERSION = '2.1.252';
const ada = developerId(1);
const grace = developerId(2);
const alan = developerId(3);
const edsger = developerId(4);
const COMPARISON: RateComparison = { misses: 17, of: 60, otherMisses: 4, otherOf: 200, pValue: 1e-8 };

function together(at: EpochMs, ...developers: readonly DeveloperId[]): FleetRegression {
  return { ...fleetIncident().evidence, at, developers };
}

const rate = (at: EpochMs, comparison = COMPARISON): FleetRegression => {
  return { ...together(at, ada), rule: 'turn_boundaries', comparison };
};

function absorbed(finding: FleetRegression, last?: FleetIncident): FleetIncident | undefined {
  return absorbFleetFinding(finding, last)?.incident;
}

const opened = (finding: FleetRegression) => absorbed(finding) ?? fleetIncident();

describe('a finding of the fleet', () => {
  test('opens an incident of its version and kind', () => {
    const finding = together(NOON, ada, grace, alan);
    expect(absorbFleetFinding(finding, undefined)).toEqual({
      is: 'opened',
      incident: {
        kind: 'fleet_regression',
        subject: fleetSubject(finding),
        severity: 'critical',
        openedAt: NOON,
        lastEvidenceAt: NOON,
        isLate: false,
        evidence: finding,
      },
    });
    expect(fleetSubject({ ...finding, of: 'resume_reprocess' })).not.toBe(fleetSubject(finding));
    expect(fleetSubject({ ...finding, clientVersion: '2.1.253' })).not.toBe(fleetSubject(finding));
  });

  test('grows by a developer who was not hit before', () => {
    const incident = opened(together(NOON, ada, grace, alan));
    const grown = absorbed(together(minutes(20), edsger), incident);
    expect(grown?.evidence.developers).toEqual([ada, grace, alan, edsger]);
    expect(grown?.lastEvidenceAt).toBe(minutes(20));
    expect(grown?.openedAt).toBe(NOON);
    expect(absorbed(together(minutes(25), grace), incident)).toBeUndefined();
  });

  test('is known by the rate too, once that is significant, and stays so', () => {
    const incident = opened(together(NOON, ada, grace, alan));
    const measured = absorbed(rate(minutes(10)), incident);
    expect(measured?.evidence).toMatchObject({ rule: 'turn_boundaries', comparison: COMPARISON });
    expect(measured?.evidence.developers).toEqual([ada, grace, alan]);
    expect(absorbed(together(minutes(20), edsger), measured)?.evidence).toMatchObject({
      rule: 'turn_boundaries',
      comparison: COMPARISON,
      at: minutes(20),
    });
  });

  test('a rate that changes a little with each turn is told no more than once an hour', () => {
    const incident = opened(rate(NOON));
    const more = { ...COMPARISON, misses: 18, of: 66 };
    expect(absorbed(rate(minutes(59), more), incident)).toBeUndefined();
    expect(absorbed(rate(minutes(60), more), incident)?.evidence.comparison).toEqual(more);
  });

  const over = (at: EpochMs) => ({
    ...opened(together(NOON, ada, grace, alan)),
    resolved: { at, by: 'quiet' } as const,
  });

  test('reopens what was over for less than an hour', () => {
    const step = absorbFleetFinding(together(minutes(100), ada), over(minutes(40)));
    expect(step?.is).toBe('changed');
    expect(step?.incident).toMatchObject({ openedAt: NOON, resolved: undefined, lastEvidenceAt: minutes(100) });
  });

  test('is a new incident after more than an hour, and nothing when it is older than the resolution', () => {
    const step = absorbFleetFinding(together(minutes(101), ada), over(minutes(40)));
    expect(step?.is).toBe('opened');
    expect(step?.incident.openedAt).toBe(minutes(101));
    expect(absorbFleetFinding(together(minutes(40), ada), over(minutes(40)))).toBeUndefined();
  });
});

/** A developer's incident on the version, with its newest miss so many minutes after noon. */
function part(minute: number, over: Partial<CacheIncident> = {}, version: string | undefined = VERSION): CacheIncident {
  const incident = cacheIncident({ lastEvidenceAt: minutes(minute), ...over });
  return { ...incident, evidence: { ...incident.evidence, clientVersion: version } };
}

describe('what the fleet’s incident speaks for', () => {
  const fleet = fleetIncident();
  const explained = { resolved: { at: NOON, by: 'explained' } } as const;
  test.each<[what: string, incident: CacheIncident, isMember: boolean]>([
    ['a broken cache on the version', part(0), true],
    ['one that was broken an hour before', part(-60), true],
    ['one that was broken more than an hour before', part(-61), false],
    ['one that breaks a day later', part(1440), true],
    ['one that is over', part(0, { resolved: { at: NOON, by: 'healthy' } }), true],
    ['one that was explained', part(0, explained), false],
    ['one on another version', part(0, {}, '2.1.253'), false],
    ['a resume', part(0, { kind: 'resume_reprocess' }), false],
    ['late data', part(0, { isLate: true }), false],
    ['what was only recorded', part(0, { severity: 'recorded' }), false],
  ])('%s', (_, incident, isMember) => {
    expect(isMemberOf(incident, fleet)).toBe(isMember);
  });

  test('resumes, where it is about resumes', () => {
    const ofResumes = fleetIncident({}, { rule: 'resumes', of: 'resume_reprocess' });
    expect(isMemberOf(part(0, { kind: 'resume_reprocess', severity: 'info' }), ofResumes)).toBe(true);
    expect(isMemberOf(part(0), ofResumes)).toBe(false);
  });
});

describe('developers hit together', () => {
  const fleet = fleetIncident();
  const healed = (minute: number) => part(0, { resolved: { at: minutes(minute), by: 'healthy' } });
  const swept = (members: readonly CacheIncident[], now: EpochMs) =>
    sweepFleet(fleet, members, { now, comparison: undefined })?.resolved;

  test.each<[what: string, members: readonly CacheIncident[], now: EpochMs, resolved: FleetIncident['resolved']]>([
    ['one is still broken', [healed(5), part(0)], hours(20), undefined],
    ['half an hour has not passed since the last was well', [healed(5), healed(20)], minutes(49), undefined],
    ['half an hour has passed', [healed(5), healed(20)], minutes(50), { at: minutes(50), by: 'quiet' }],
    ['nobody is known any more', [], minutes(30), { at: minutes(30), by: 'quiet' }],
  ])('%s', (_, members, now, resolved) => {
    expect(swept(members, now)).toEqual(resolved);
  });

  test('are no incident when later data explained each of them', () => {
    const explained = part(0, { resolved: { at: NOON, by: 'explained' } });
    expect(swept([explained, explained], minutes(1))).toEqual({ at: NOON, by: 'explained' });
    expect(swept([explained, healed(1)], minutes(1))).toBeUndefined();
  });

  test('stay over', () => {
    const resolved = { ...fleet, resolved: { at: NOON, by: 'quiet' } as const };
    expect(sweepFleet(resolved, [], { now: hours(9), comparison: undefined })).toBeUndefined();
  });
});

describe('a version that misses more than others', () => {
  const fleet = fleetIncident({}, { rule: 'turn_boundaries', comparison: COMPARISON });
  const swept = (now: EpochMs, comparison: RateComparison | undefined, members: readonly CacheIncident[] = []) =>
    sweepFleet(fleet, members, { now, comparison })?.resolved;

  test.each<[what: string, comparison: RateComparison, by: string | undefined]>([
    ['is still far worse', COMPARISON, undefined],
    ['could be chance with p = 0.04, which would not have alarmed', { ...COMPARISON, pValue: 0.04 }, undefined],
    ['could well be chance', { ...COMPARISON, pValue: 0.05 }, 'healthy'],
    ['does better now', { ...COMPARISON, otherMisses: 100, pValue: 1e-3 }, 'healthy'],
    ['is run by nobody any more', { ...COMPARISON, misses: 0, of: 0, pValue: 1 }, 'healthy'],
  ])('%s', (_, comparison, by) => {
    expect(swept(hours(1), comparison)?.by).toBe(by);
  });

  test('is over when nothing came for a day, and not while somebody’s cache is broken', () => {
    expect(swept(hours(23), COMPARISON)).toBeUndefined();
    expect(swept(hours(24), COMPARISON)).toEqual({ at: hours(24), by: 'quiet' });
    expect(swept(hours(24), COMPARISON, [part(60, { resolved: { at: minutes(90), by: 'healthy' } })])).toBeUndefined();
    expect(swept(hours(99), { ...COMPARISON, pValue: 1 }, [part(60)])).toBeUndefined();
  });
});
