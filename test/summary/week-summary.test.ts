import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { developerId } from '../../src/model/ids.ts';
import type { Incident, Resolution } from '../../src/model/incident.ts';
import { DAY_MS, plus } from '../../src/model/time.ts';
import { weekBefore, weekOf } from '../../src/summary/schedule.ts';
import { type WeekFacts, type WeekUsage, weekSummary, worstFirst } from '../../src/summary/week-summary.ts';
import { burnRate, cacheIncident, lockOut, resume, threshold, WEDNESDAY } from './incidents.ts';

const week = weekOf('2026-W47', 'Europe/Berlin');
const before = weekBefore(week, 'Europe/Berlin');

const someUsage: WeekUsage = {
  requests: 100,
  contextTokens: 1_000_000,
  cacheReadTokens: 960_000,
  costMicros: 5_000_000,
  unpricedRequests: 0,
};

function summaryOf(facts: Partial<WeekFacts> = {}) {
  return weekSummary({
    week,
    weekBefore: before,
    incidents: [],
    incidentsBefore: [],
    open: [],
    usage: new Map([[developerId(1), someUsage]]),
    installedAt: plus(before.from, -DAY_MS),
    ...facts,
  });
}

function resolvedBy<I extends Incident>(incident: I, by: Resolution): I {
  return { ...incident, resolved: { at: incident.openedAt, by } };
}

describe('the headline', () => {
  test.each<[string, readonly Incident[], object]>([
    ['a broken cache before all else', [threshold(), lockOut(), cacheIncident()], { kind: 'cache_invalidation' }],
    ['lock-outs before resumes', [resume(), lockOut(), lockOut({ developer: 2 })], { kind: 'lock_out', people: 2 }],
    ['resumes before a fast pace', [burnRate(), resume()], { kind: 'resume_reprocess', rewrittenTokens: 400_000 }],
    ['a fast pace before thresholds', [threshold(), burnRate()], { kind: 'burn_rate', incidents: 1 }],
    ['thresholds alone', [threshold(), threshold()], { kind: 'window_threshold', incidents: 2, people: 1 }],
    ['nothing', [], { is: 'quiet' }],
    ['only what is too small to tell', [resume({ severity: 'recorded' })], { is: 'quiet' }],
  ])('tells %s', (_, incidents, expected) => {
    expect(summaryOf({ incidents }).headline).toMatchObject(expected);
  });

  test('tells a week without any data from a quiet one', () => {
    expect(summaryOf({ usage: new Map() })).toMatchObject({
      headline: { is: 'silent' },
      recommendation: { is: 'check_feeds' },
      cacheReadShare: undefined,
    });
    expect(summaryOf().recommendation).toBeUndefined();
  });
});

describe('the numbers', () => {
  test('compare kinds with the week before, most serious first', () => {
    const summary = summaryOf({
      incidents: [threshold(), cacheIncident(), cacheIncident()],
      incidentsBefore: [lockOut(), cacheIncident(), resume({ severity: 'recorded' })],
    });
    expect(summary.kinds).toEqual([
      { kind: 'cache_invalidation', incidents: 2, before: 1 },
      { kind: 'lock_out', incidents: 0, before: 1 },
      { kind: 'window_threshold', incidents: 1, before: 0 },
    ]);
    expect(summary).toMatchObject({ incidents: 3, incidentsBefore: 2 });
  });

  test('do not compare with a week that was not watched as a whole', () => {
    const half = {
      installedAt: plus(before.from, 1),
      incidents: [cacheIncident()],
      incidentsBefore: [cacheIncident()],
    };
    expect(summaryOf(half)).toMatchObject({ incidentsBefore: undefined, countedSince: undefined });
    expect(summaryOf(half).kinds).toEqual([{ kind: 'cache_invalidation', incidents: 1, before: undefined }]);
    expect(summaryOf({ ...half, installedAt: before.from }).incidentsBefore).toBe(1);
  });

  test('say since when the first week was counted', () => {
    expect(summaryOf({ installedAt: WEDNESDAY }).countedSince).toBe(WEDNESDAY);
    expect(summaryOf({ installedAt: week.from }).countedSince).toBeUndefined();
  });

  test('count people once and late incidents too', () => {
    const incidents = [cacheIncident(), lockOut(), cacheIncident({ developer: 2, isLate: true })];
    expect(summaryOf({ incidents })).toMatchObject({ incidents: 3, peopleAffected: 2, rewrittenTokens: 800_000 });
  });

  test.each(['explained', 'overtaken'] as const)('leave out what ended %s', (by) => {
    const incidents = [resolvedBy(cacheIncident(), by), resolvedBy(threshold(), by)];
    expect(summaryOf({ incidents })).toMatchObject({ headline: { is: 'quiet' }, incidents: 0, rewrittenTokens: 0 });
  });

  test('sum known prices and count the unknown ones', () => {
    const incidents = [
      cacheIncident({ evidence: { extraCostMicros: 1_500_000 } }),
      resume({ evidence: { extraCostMicros: 500_000 } }),
      cacheIncident({ evidence: { extraCostMicros: undefined } }),
    ];
    expect(summaryOf({ incidents }).lost).toEqual({ micros: 2_000_000, unknown: 1 });
  });

  test('keep small resumes apart', () => {
    const small = { severity: 'recorded', evidence: { rewrittenTokens: 30_000 } } as const;
    const summary = summaryOf({ incidents: [resume(small), resume({ ...small, developer: 2 }), resume()] });
    expect(summary).toMatchObject({
      incidents: 1,
      peopleAffected: 1,
      rewrittenTokens: 400_000,
      recorded: { resumes: 2, rewrittenTokens: 60_000 },
    });
  });

  test('weigh cache health by tokens, over everybody', () => {
    const usage = new Map([
      [developerId(1), { ...someUsage, contextTokens: 900, cacheReadTokens: 900 }],
      [developerId(2), { ...someUsage, contextTokens: 100, cacheReadTokens: 0, unpricedRequests: 7 }],
    ]);
    expect(summaryOf({ usage })).toMatchObject({
      cacheReadShare: 0.9,
      people: 2,
      requests: 200,
      costMicros: 10_000_000,
      unpricedRequests: 7,
    });
  });

  test('still open counts earlier weeks, and nothing that came after', () => {
    const open = [
      threshold({ isOpen: true, openedAt: plus(before.from, DAY_MS) }),
      threshold({ isOpen: true }),
      threshold({ isOpen: true, openedAt: week.to }),
      resume({ isOpen: true, severity: 'recorded' }),
    ];
    expect(summaryOf({ open }).stillOpen).toBe(2);
  });

  test('never lose or invent an incident', () => {
    const anyIncident = fc.constantFrom<(developer: number) => Incident>(
      (developer) => cacheIncident({ developer }),
      (developer) => resume({ developer, severity: 'recorded' }),
      (developer) => lockOut({ developer }),
      (developer) => threshold({ developer }),
      (developer) => burnRate({ developer }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(anyIncident, fc.integer({ min: 1, max: 5 })), { maxLength: 40 }), (all) => {
        const incidents = all.map(([make, developer]) => make(developer));
        const summary = summaryOf({ incidents });
        expect(summary.kinds.reduce((sum, kind) => sum + kind.incidents, 0)).toBe(summary.incidents);
        expect(summary.incidents + summary.recorded.resumes).toBe(incidents.length);
        expect(worstFirst(incidents)).toHaveLength(summary.incidents);
        expect(summary.peopleAffected).toBeLessThanOrEqual(Math.min(5, summary.incidents));
      }),
    );
  });
});

describe('the worst client version', () => {
  test('is the one whose caches rewrote the most', () => {
    const on = (clientVersion: string | undefined, rewrittenTokens: number) =>
      cacheIncident({ evidence: { clientVersion, rewrittenTokens, misses: 2 } });
    const incidents = [on('2.1.329', 300_000), on('2.1.330', 200_000), on('2.1.330', 200_000), on(undefined, 900_000)];
    expect(summaryOf({ incidents }).worstVersion).toEqual({
      version: '2.1.330',
      rewrittenTokens: 400_000,
      misses: 4,
      kinds: ['cache_invalidation'],
    });
  });

  test('is unknown when no cache broke or no client said its version', () => {
    expect(summaryOf({ incidents: [lockOut()] }).worstVersion).toBeUndefined();
    expect(
      summaryOf({ incidents: [cacheIncident({ evidence: { clientVersion: undefined } })] }).worstVersion,
    ).toBeUndefined();
  });
});

test('the worst comes first: severity, then kind, then tokens, then time', () => {
  const critical = cacheIncident({ severity: 'critical', evidence: { rewrittenTokens: 1 } });
  const large = cacheIncident({ evidence: { rewrittenTokens: 900_000 } });
  const small = cacheIncident({ evidence: { rewrittenTokens: 300_000 } });
  const loudResume = resume({ evidence: { rewrittenTokens: 5_000_000 } });
  const early = lockOut();
  const late = lockOut({ openedAt: plus(WEDNESDAY, DAY_MS) });
  const quietResume = resume({ severity: 'info' });
  expect(worstFirst([quietResume, late, early, loudResume, small, large, critical])).toEqual([
    critical,
    large,
    small,
    loudResume,
    early,
    late,
    quietResume,
  ]);
});
