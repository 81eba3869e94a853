import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INCIDENT_KINDS } from '../../src/model/finding.ts';
import { developerId, incidentId } from '../../src/model/ids.ts';
import type { Incident, Resolution } from '../../src/model/incident.ts';
import { DAY_MS, plus } from '../../src/model/time.ts';
import { type WeekFacts, weekSummary } from '../../src/summary/week-summary.ts';
import { worstFirst } from '../../src/summary/worth-telling.ts';
import { inflationFinding, runawayFinding, spikeFinding, stormFinding, ttlFinding } from '../support/builders.ts';
import {
  burnRate,
  cacheIncident,
  fleet,
  lockOut,
  resume,
  silence,
  threshold,
  usage as usageOf,
  WEDNESDAY,
} from './incidents.ts';
import { BEFORE, SOME_USAGE, stretch, WEEK, weekFacts } from './week-facts.ts';

const summaryOf = ({
  incidentsBefore,
  ...facts
}: Partial<WeekFacts> & { incidentsBefore?: readonly Incident[] } = {}) =>
  weekSummary(
    weekFacts({ ...(incidentsBefore && { before: stretch(BEFORE, { incidents: incidentsBefore }) }), ...facts }),
  );

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
    [
      'a regression before what it speaks for',
      [cacheIncident({ partOf: incidentId(9) }), fleet({ developers: [1, 2, 3] })],
      { kind: 'fleet_regression', incidents: 1, people: 3, rewrittenTokens: 400_000, clientVersions: ['2.1.252'] },
    ],
    ['nothing', [], { is: 'quiet' }],
    ['only what is too small to tell', [resume({ severity: 'recorded' })], { is: 'quiet' }],
  ])('tells %s', (_, incidents, expected) => {
    expect(summaryOf({ incidents }).headline).toMatchObject(expected);
  });

  test('tells a week without any data from a quiet one', () => {
    expect(summaryOf({ usage: new Map() })).toMatchObject({
      headline: { is: 'silent' },
      recommendation: { advice: { is: 'check_feeds' }, because: { is: 'no_data' } },
      chart: undefined,
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
      installedAt: plus(BEFORE.from, 1),
      incidents: [cacheIncident()],
      incidentsBefore: [cacheIncident()],
    };
    expect(summaryOf(half)).toMatchObject({ incidentsBefore: undefined, countedSince: undefined });
    expect(summaryOf(half).kinds).toEqual([{ kind: 'cache_invalidation', incidents: 1, before: undefined }]);
    expect(summaryOf({ ...half, installedAt: BEFORE.from }).incidentsBefore).toBe(1);
  });

  test('say since when the first week was counted', () => {
    expect(summaryOf({ installedAt: WEDNESDAY }).countedSince).toBe(WEDNESDAY);
    expect(summaryOf({ installedAt: WEEK.from }).countedSince).toBeUndefined();
  });

  test('count people once and late incidents too', () => {
    const incidents = [cacheIncident(), lockOut(), cacheIncident({ developer: 2, isLate: true })];
    expect(summaryOf({ incidents })).toMatchObject({
      incidents: 3,
      peopleAffected: 2,
      losses: { caches: { rewrittenTokens: 800_000 } },
    });
  });

  test.each(['explained', 'overtaken'] as const)('leave out what ended %s', (by) => {
    const incidents = [resolvedBy(cacheIncident(), by), resolvedBy(threshold(), by)];
    expect(summaryOf({ incidents })).toMatchObject({
      headline: { is: 'quiet' },
      incidents: 0,
      losses: { caches: { rewrittenTokens: 0 } },
    });
  });

  test('sum known prices and count the unknown ones', () => {
    const incidents = [
      cacheIncident({ evidence: { extraCostMicros: 1_500_000 } }),
      resume({ evidence: { extraCostMicros: 500_000 } }),
      cacheIncident({ evidence: { extraCostMicros: undefined } }),
    ];
    expect(summaryOf({ incidents }).losses.caches.extraCost).toEqual({ micros: 2_000_000, unknown: 1 });
  });

  test('keep small resumes apart', () => {
    const recorded = { resumes: 2, rewrittenTokens: 60_000 };
    expect(summaryOf({ incidents: [resume()], recorded })).toMatchObject({
      incidents: 1,
      peopleAffected: 1,
      losses: { caches: { rewrittenTokens: 400_000 } },
      recorded,
    });
  });

  test('add up what everybody used, and hold it against the week before', () => {
    const usage = new Map([
      [developerId(1), { ...SOME_USAGE, contextTokens: 900, cacheReadTokens: 900 }],
      [developerId(2), { ...SOME_USAGE, contextTokens: 100, cacheReadTokens: 0, unpricedRequests: 7 }],
    ]);
    const before = stretch(BEFORE, { usageByDay: [SOME_USAGE, SOME_USAGE] });
    expect(summaryOf({ usage, before })).toMatchObject({
      people: 2,
      usage: { requests: 200, contextTokens: 1000, cacheReadTokens: 900, costMicros: 10_000_000, unpricedRequests: 7 },
      usageBefore: { requests: 200, costMicros: 10_000_000 },
    });
    expect(summaryOf({ before, installedAt: plus(BEFORE.from, 1) }).usageBefore).toBeUndefined();
  });

  test('count what a regression speaks for once, but its people and losses all', () => {
    const of = { partOf: incidentId(9) };
    const incidents = [
      fleet({ developers: [1, 2, 3] }),
      ...[1, 2, 3].map((developer) => cacheIncident({ developer, ...of })),
      cacheIncident({ developer: 4 }),
    ];
    const summary = summaryOf({ incidents, incidentsBefore: incidents, open: incidents });
    expect(summary).toMatchObject({
      incidents: 2,
      incidentsBefore: 2,
      stillOpen: 2,
      peopleAffected: 4,
      losses: { caches: { rewrittenTokens: 1_600_000 } },
      headline: { rewrittenTokens: 1_200_000 },
      worstVersion: { version: '2.1.330', rewrittenTokens: 1_600_000 },
    });
    expect(summary.kinds).toEqual([
      { kind: 'fleet_regression', incidents: 1, before: 1 },
      { kind: 'cache_invalidation', incidents: 1, before: 1 },
    ]);
  });

  test('list every kind in one order', () => {
    const incidents = [
      silence('telemetry'),
      usageOf(ttlFinding()),
      threshold(),
      usageOf(spikeFinding()),
      burnRate(),
      usageOf(inflationFinding()),
      usageOf(stormFinding()),
      resume(),
      usageOf(runawayFinding()),
      lockOut(),
      cacheIncident(),
      fleet({ developers: [1] }),
    ];
    expect(summaryOf({ incidents }).kinds.map(({ kind }) => kind)).toEqual(INCIDENT_KINDS);
  });

  test('tell what people answered, and count a false alarm in no other number', () => {
    const incidents = [
      cacheIncident({ isAcknowledged: true }),
      lockOut({ developer: 2, feedback: 'planned', isAcknowledged: true }),
      cacheIncident({ developer: 3, feedback: 'false_alarm', isAcknowledged: true }),
      fleet({ developers: [4, 5] }, { feedback: 'false_alarm' }),
      cacheIncident({ developer: 4, partOf: incidentId(9), feedback: 'false_alarm' }),
      resume({ severity: 'recorded', feedback: 'false_alarm' }),
    ];
    const summary = summaryOf({ incidents, open: incidents, incidentsBefore: incidents });
    expect(summary).toMatchObject({
      headline: { kind: 'cache_invalidation', incidents: 1, people: 1 },
      incidents: 2,
      incidentsBefore: 2,
      peopleAffected: 2,
      answers: { acknowledged: 2, planned: 1, falseAlarms: 2 },
      losses: { caches: { rewrittenTokens: 400_000 } },
      worstVersion: { rewrittenTokens: 400_000 },
      stillOpen: 2,
    });
    expect(summary.kinds).toEqual([
      { kind: 'cache_invalidation', incidents: 1, before: 1 },
      { kind: 'lock_out', incidents: 1, before: 1 },
    ]);
  });

  test('tell whose feeds were silent in the week, or are since before', () => {
    const incidents = [silence('status_line'), silence('status_line'), silence('telemetry', { developer: 2 })];
    const open = [
      silence('status_line', { developer: 3, openedAt: plus(WEEK.from, -DAY_MS), isOpen: true }),
      silence('telemetry', { developer: 4, openedAt: WEEK.to, isOpen: true }),
      lockOut({ isOpen: true }),
    ];
    expect(summaryOf({ incidents, open }).silentFeeds).toEqual({ statusLine: 2, telemetry: 1 });
  });

  test('still open counts earlier weeks, and nothing that came after', () => {
    const open = [
      threshold({ isOpen: true, openedAt: plus(BEFORE.from, DAY_MS) }),
      threshold({ isOpen: true }),
      threshold({ isOpen: true, openedAt: WEEK.to }),
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
      (developer) => usageOf(ttlFinding(), { developer }),
      (developer) => usageOf(stormFinding(), { developer }),
      (developer) => usageOf(inflationFinding(), { developer }),
      (developer) => usageOf(spikeFinding(), { developer }),
      (developer) => usageOf(runawayFinding(), { developer }),
      (developer) => silence('telemetry', { developer }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(anyIncident, fc.integer({ min: 1, max: 5 })), { maxLength: 40 }), (all) => {
        const incidents = all.map(([make, developer]) => make(developer));
        const summary = summaryOf({ incidents });
        expect(summary.kinds.reduce((sum, kind) => sum + kind.incidents, 0)).toBe(summary.incidents);
        expect(summary.incidents).toBe(incidents.filter(({ severity }) => severity !== 'recorded').length);
        expect(worstFirst(incidents.map((incident) => ({ incident })))).toHaveLength(summary.incidents);
        expect(summary.peopleAffected).toBeLessThanOrEqual(Math.min(5, summary.incidents));
        const drawn = summary.chart?.days.reduce((sum, { value }) => sum + value, 0);
        const { rewrittenTokens } = summary.losses.caches;
        if (summary.incidents > 0) expect(drawn).toBe(rewrittenTokens > 0 ? rewrittenTokens : summary.incidents);
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

test('the worst comes first: a regression, then severity, then kind, then tokens, then time', () => {
  const critical = cacheIncident({ severity: 'critical', evidence: { rewrittenTokens: 1 } });
  const large = cacheIncident({ evidence: { rewrittenTokens: 900_000 } });
  const small = cacheIncident({ evidence: { rewrittenTokens: 300_000 } });
  const loudResume = resume({ evidence: { rewrittenTokens: 5_000_000 } });
  const early = lockOut();
  const late = lockOut({ openedAt: plus(WEDNESDAY, DAY_MS) });
  const quietResume = resume({ severity: 'info' });
  const regression = fleet({ developers: [1, 2, 3] }, { openedAt: plus(WEDNESDAY, DAY_MS) });
  const part = cacheIncident({ partOf: incidentId(9) });
  const all = [quietResume, late, early, loudResume, part, small, large, critical, regression];
  expect(worstFirst(all.map((incident) => ({ incident }))).map(({ incident }) => incident)).toEqual([
    regression,
    critical,
    large,
    small,
    loudResume,
    early,
    late,
    quietResume,
  ]);
});
