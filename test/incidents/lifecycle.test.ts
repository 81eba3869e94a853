import { describe, expect, test } from 'vitest';
import { absorbFinding, absorbQuietTurn, resolve, sweep } from '../../src/incidents/lifecycle.ts';
import type { Finding } from '../../src/model/finding.ts';
import { type CacheIncident, type DeveloperIncident, isCacheIncident } from '../../src/model/incident.ts';
import { type EpochMs, MINUTE_MS, plus } from '../../src/model/time.ts';
import {
  burnFinding,
  cacheFinding,
  DEVELOPER,
  evidence,
  hours,
  lockOutFinding,
  MODEL,
  minutes,
  NOON,
  resumeFinding,
  SESSION,
  seconds,
  thresholdFinding,
} from '../support/builders.ts';

const MAIN = `main ${MODEL}`;
const AGENT = `agent:a1 ${MODEL}`;

/** The incident after these findings, one by one; undefined when none opened any. */
function incidentAfter(...findings: readonly Finding[]): DeveloperIncident | undefined {
  return findings.reduce<DeveloperIncident | undefined>(
    (last, finding) => absorbFinding(DEVELOPER, finding, last)?.incident ?? last,
    undefined,
  );
}

function brokenBy(...findings: readonly Finding[]): CacheIncident {
  const incident = incidentAfter(...findings);
  if (!incident || !isCacheIncident(incident)) throw new Error('no cache incident opened');
  return incident;
}

/** The incident after healthy turns at these moments of one stream. */
function healed(incident: CacheIncident, stream: string, ...moments: readonly EpochMs[]): CacheIncident {
  return moments.reduce((last, at) => absorbQuietTurn(last, { stream, at, isHealthy: true }) ?? last, incident);
}

const missesAt = (...moments: readonly EpochMs[]) => moments.map((at) => evidence({ at }));
const BROKEN = brokenBy(cacheFinding());
const HEALED = healed(BROKEN, MAIN, seconds(20), seconds(30), seconds(40));

describe('a broken cache', () => {
  test('opens with its first finding', () => {
    expect(absorbFinding(DEVELOPER, cacheFinding(), undefined)).toEqual({
      is: 'opened',
      incident: {
        developer: DEVELOPER,
        kind: 'cache_invalidation',
        subject: SESSION,
        severity: 'warning',
        openedAt: seconds(10),
        lastEvidenceAt: seconds(10),
        isLate: false,
        evidence: {
          session: SESSION,
          model: MODEL,
          clientVersion: '2.1.330',
          streams: [{ stream: MAIN, lastMissAt: seconds(10), lastTurnAt: seconds(10), healthyInARow: 0 }],
          misses: 2,
          consecutive: 2,
          rewrittenTokens: 120_000,
          floorTokens: 15_000,
          extraCostMicros: 276_000,
          firstMissAt: NOON,
          turns: cacheFinding().misses,
        },
      },
    });
  });

  test('grows by what is new in the next finding, and by that alone', () => {
    const next = cacheFinding({
      severity: 'critical',
      consecutive: 3,
      clientVersion: '2.1.331',
      misses: [...cacheFinding().misses, evidence({ at: seconds(20), readTokens: 12_000, rewrittenTokens: 63_000 })],
    });
    expect(absorbFinding(DEVELOPER, next, BROKEN)).toMatchObject({
      is: 'changed',
      incident: {
        severity: 'critical',
        openedAt: seconds(10),
        lastEvidenceAt: seconds(20),
        evidence: {
          misses: 3,
          consecutive: 3,
          rewrittenTokens: 183_000,
          floorTokens: 12_000,
          clientVersion: '2.1.331',
          firstMissAt: NOON,
        },
      },
    });
  });

  test('judged twice counts once', () => {
    expect(absorbFinding(DEVELOPER, cacheFinding(), BROKEN)).toBeUndefined();
  });

  test('never becomes less serious while it lasts', () => {
    const critical = brokenBy(cacheFinding({ severity: 'critical', consecutive: 3 }));
    const milder = cacheFinding({ rule: 'tokens_per_hour', consecutive: 1, misses: missesAt(minutes(5)) });
    const grown = absorbFinding(DEVELOPER, milder, critical)?.incident;
    expect(grown).toMatchObject({ severity: 'critical', evidence: { consecutive: 3, misses: 3 } });
  });

  test('keeps the client version that it knows', () => {
    const unnamed = cacheFinding({ clientVersion: undefined, misses: missesAt(minutes(1)) });
    expect(absorbFinding(DEVELOPER, unnamed, BROKEN)?.incident.evidence).toMatchObject({ clientVersion: '2.1.330' });
  });

  test('costs an unknown amount once a single price is unknown', () => {
    const unpriced = cacheFinding({ misses: [evidence({ at: minutes(1), extraCostMicros: undefined })] });
    const priced = cacheFinding({ misses: missesAt(minutes(2)) });
    expect(brokenBy(cacheFinding(), unpriced, priced).evidence.extraCostMicros).toBeUndefined();
  });

  test('keeps the newest twelve turns, and counts beyond them', () => {
    const many = missesAt(...Array.from({ length: 20 }, (_, n) => seconds(n)));
    const { misses, turns } = brokenBy(cacheFinding({ misses: many })).evidence;
    expect(misses).toBe(20);
    expect(turns.map((one) => one.at)).toEqual(Array.from({ length: 12 }, (_, n) => seconds(n + 8)));
  });

  test('takes in the second stream that breaks', () => {
    const agent = cacheFinding({ stream: AGENT, misses: missesAt(seconds(5), seconds(8)) });
    const both = brokenBy(cacheFinding(), agent);
    expect(both.evidence.misses).toBe(4);
    expect(both.evidence.streams.map((state) => state.stream)).toEqual([MAIN, AGENT]);
    expect(both.lastEvidenceAt).toBe(seconds(10));
  });

  test('does not open on a finding without misses', () => {
    expect(absorbFinding(DEVELOPER, cacheFinding({ misses: [] }), undefined)).toBeUndefined();
  });
});

describe('a broken cache heals', () => {
  test('by the third healthy request in a row', () => {
    const two = healed(BROKEN, MAIN, seconds(20), seconds(30));
    expect(two.resolved).toBeUndefined();
    expect(healed(two, MAIN, seconds(40)).resolved).toEqual({ at: seconds(40), by: 'healthy' });
  });

  test('in every stream that was broken', () => {
    const both = brokenBy(cacheFinding(), cacheFinding({ stream: AGENT, misses: missesAt(seconds(5), seconds(12)) }));
    const one = healed(both, MAIN, seconds(20), seconds(30), seconds(40));
    expect(one.resolved).toBeUndefined();
    expect(healed(one, AGENT, seconds(50), seconds(60), seconds(70)).resolved?.at).toBe(seconds(70));
  });

  test('not by requests of a stream that was never broken', () => {
    expect(absorbQuietTurn(BROKEN, { stream: AGENT, at: seconds(20), isHealthy: true })).toBeUndefined();
  });

  test('not by one request that is judged three times', () => {
    expect(healed(BROKEN, MAIN, seconds(20), seconds(20), seconds(20)).resolved).toBeUndefined();
  });

  test('not by requests from before its last miss', () => {
    expect(absorbQuietTurn(BROKEN, { stream: MAIN, at: seconds(5), isHealthy: true })).toBeUndefined();
  });

  test('not while single misses end the row of healthy ones', () => {
    const two = healed(BROKEN, MAIN, seconds(20), seconds(30));
    const missed = absorbQuietTurn(two, { stream: MAIN, at: seconds(40), isHealthy: false }) ?? two;
    expect(healed(missed, MAIN, seconds(50)).resolved).toBeUndefined();
    expect(healed(missed, MAIN, seconds(50), seconds(60), seconds(70)).resolved?.at).toBe(seconds(70));
  });

  test('from the start again after a new finding', () => {
    const two = healed(BROKEN, MAIN, seconds(20), seconds(30));
    const again = absorbFinding(DEVELOPER, cacheFinding({ misses: missesAt(seconds(40)) }), two)?.incident;
    expect(again).toMatchObject({ evidence: { streams: [{ healthyInARow: 0, lastMissAt: seconds(40) }] } });
  });

  test('once: a resolved incident takes no more turns', () => {
    expect(absorbQuietTurn(HEALED, { stream: MAIN, at: seconds(50), isHealthy: true })).toBeUndefined();
  });
});

describe('a broken cache that nobody uses any more', () => {
  test.each([
    ['stays open before 30 quiet minutes', -1, undefined],
    ['is resolved after 30 quiet minutes', 0, { at: plus(seconds(10), 30 * MINUTE_MS), by: 'quiet' }],
    [
      'is resolved as of then, however late anybody looked',
      999_999,
      { at: plus(seconds(10), 30 * MINUTE_MS), by: 'quiet' },
    ],
  ])('%s', (_, offsetMs, resolved) => {
    expect(sweep(BROKEN, plus(seconds(10), 30 * MINUTE_MS + offsetMs))?.resolved).toEqual(resolved);
  });

  test('is resolved once', () => {
    expect(sweep(HEALED, hours(3))).toBeUndefined();
  });
});

describe('after a resolution', () => {
  const resolvedAt = seconds(40);
  const again = (at: EpochMs) => cacheFinding({ misses: [...cacheFinding().misses, ...missesAt(at)] });

  test.each([
    ['a finding with nothing newer changes nothing', resolvedAt, undefined],
    ['a newer miss within 60 minutes reopens it', plus(resolvedAt, 1), 'changed'],
    ['a miss after exactly 60 minutes still does', plus(resolvedAt, 60 * MINUTE_MS), 'changed'],
    ['a later miss opens a new incident', plus(resolvedAt, 60 * MINUTE_MS + 1), 'opened'],
  ])('%s', (_, at, step) => {
    expect(absorbFinding(DEVELOPER, again(at), HEALED)?.is).toBe(step);
  });

  test('a reopened incident goes on counting', () => {
    const reopened = absorbFinding(DEVELOPER, again(minutes(10)), HEALED)?.incident;
    expect(reopened).toMatchObject({ openedAt: seconds(10), lastEvidenceAt: minutes(10), evidence: { misses: 3 } });
    expect(reopened?.resolved).toBeUndefined();
  });

  test('a new incident counts from the resolution on', () => {
    const known = [...cacheFinding().misses, ...missesAt(resolvedAt)];
    const finding = cacheFinding({ misses: [...known, ...missesAt(hours(2))] });
    const later = absorbFinding(DEVELOPER, finding, HEALED)?.incident;
    expect(later).toMatchObject({ openedAt: hours(2), evidence: { misses: 1, firstMissAt: hours(2) } });
  });
});

describe('late evidence', () => {
  const late = [evidence(), evidence({ at: seconds(10), arrivedLate: true })];

  test('makes an incident late', () => {
    expect(incidentAfter(cacheFinding({ misses: late }))?.isLate).toBe(true);
    expect(incidentAfter(lockOutFinding({ arrivedLate: true }))?.isLate).toBe(true);
  });

  test('is overtaken by evidence that arrives in time', () => {
    const inTime = cacheFinding({ misses: [...late, evidence({ at: minutes(1) })] });
    expect(incidentAfter(cacheFinding({ misses: late }), inTime)?.isLate).toBe(false);
  });
});

describe('a resume that rewrote', () => {
  test('opens recorded, and grows with the second rewrite that belongs to it', () => {
    const first = resumeFinding({ severity: 'recorded' });
    const both = resumeFinding({ severity: 'info', misses: missesAt(NOON, seconds(10)) });
    expect(incidentAfter(first)).toMatchObject({
      kind: 'resume_reprocess',
      severity: 'recorded',
      evidence: { consecutive: 1 },
    });
    expect(incidentAfter(first, both)).toMatchObject({
      severity: 'info',
      evidence: { misses: 2, rewrittenTokens: 120_000 },
    });
  });
});

describe('a window', () => {
  test.each([
    ['lock_out', lockOutFinding()],
    ['window_threshold', thresholdFinding()],
    ['burn_rate', burnFinding()],
  ] as const)('opens an incident with its finding as the evidence: %s', (kind, finding) => {
    expect(absorbFinding(DEVELOPER, finding, undefined)).toMatchObject({
      is: 'opened',
      incident: { kind, openedAt: NOON, severity: finding.severity, evidence: finding },
    });
  });

  test.each([
    ['lock-out', lockOutFinding(), lockOutFinding({ at: minutes(5) })],
    ['threshold', thresholdFinding(), thresholdFinding({ at: minutes(5), usedPercent: 85 })],
    ['pace', burnFinding(), burnFinding({ at: minutes(5), usedPercent: 85 })],
  ] as const)('tells a %s once while it lasts', (_, first, next) => {
    expect(absorbFinding(DEVELOPER, next, incidentAfter(first))).toBeUndefined();
  });

  test.each([
    ['level', thresholdFinding(), (at: EpochMs) => thresholdFinding({ at })],
    ['pace', burnFinding(), (at: EpochMs) => burnFinding({ at })],
  ])('tells a %s once in its life, even after another word took its place', (_, first, next) => {
    const opened = incidentAfter(first);
    const silenced = opened && resolve(opened, minutes(1), 'overtaken');
    expect(absorbFinding(DEVELOPER, next(minutes(30)), silenced)).toBeUndefined();
    expect(absorbFinding(DEVELOPER, next(minutes(100)), silenced)).toBeUndefined();
  });

  test.each([
    ['stays open before its reset', -1, undefined],
    ['is resolved at its reset', 0, { at: hours(4), by: 'reset' }],
  ])('%s', (_, offsetMs, resolved) => {
    const locked = incidentAfter(lockOutFinding());
    expect(locked && sweep(locked, plus(hours(4), offsetMs))?.resolved).toEqual(resolved);
  });

  test('that had opened again and refuses anew reopens its lock-out', () => {
    const locked = incidentAfter(lockOutFinding());
    const openAgain = locked && resolve(locked, minutes(2), 'open_again');
    expect(absorbFinding(DEVELOPER, lockOutFinding(), openAgain)).toBeUndefined();
    expect(absorbFinding(DEVELOPER, lockOutFinding({ at: minutes(5) }), openAgain)).toMatchObject({
      is: 'changed',
      incident: { openedAt: NOON, lastEvidenceAt: minutes(5), evidence: { at: minutes(5) } },
    });
    expect(absorbFinding(DEVELOPER, lockOutFinding({ at: minutes(90) }), openAgain)?.is).toBe('opened');
  });
});

test('a finding of another kind is never mixed in', () => {
  expect(absorbFinding(DEVELOPER, lockOutFinding({ at: hours(1) }), BROKEN)).toBeUndefined();
});
