import { describe, expect, test } from 'vitest';
import type { Expectation } from '../../src/evaluation/cases.ts';
import { type Episode, observe, type Sighting } from '../../src/evaluation/episode.ts';
import { healthyIn, type Judged, type JudgedFigures, score } from '../../src/evaluation/score.ts';
import type { IncidentKind } from '../../src/model/finding.ts';
import type { CacheIncident, Incident } from '../../src/model/incident.ts';
import { HOUR_MS } from '../../src/model/time.ts';
import { cacheIncident, lockOutIncident, seconds } from '../support/builders.ts';
import { BROKEN, recorded, told } from './recorded.ts';

const HEALTHY: Expectation = { is: 'healthy' };
const of = (kind: IncidentKind): Expectation => ({ is: 'kind', kind });

const sighting = (part: Partial<Sighting> = {}): Sighting => ({
  kind: 'cache_invalidation',
  severity: 'warning',
  isAlarm: true,
  openedAfterS: 20,
  ...part,
});

const judged = (
  id: string,
  expectation: Expectation,
  sightings: readonly Sighting[] = [],
  missing?: string,
): Judged => ({
  observed: { id, requests: 10, activeMs: HOUR_MS, sightings },
  expectation,
  missing,
});

const scoreOf = (kind: IncidentKind, all: readonly Judged[], figures: readonly JudgedFigures[] = []) =>
  score(all, figures).find((one) => one.kind === kind);

describe('a kind', () => {
  const INVALIDATION = of('cache_invalidation');
  const QUIET = sighting({ severity: 'recorded', isAlarm: false });

  test('is found at any severity, and missed only where its case could be judged', () => {
    const all = [
      judged('loud', INVALIDATION, [sighting()]),
      judged('quiet', INVALIDATION, [QUIET]),
      judged('missed', INVALIDATION, [sighting({ kind: 'resume_reprocess' })]),
      judged('untold', INVALIDATION, [], 'the request before'),
    ];
    expect(scoreOf('cache_invalidation', all)).toMatchObject({
      found: ['loud', 'quiet'],
      missed: ['missed'],
      recall: { value: 2 / 3 },
    });
  });

  test('is precise as far as its alarms are right; what is quiet, borderline or of another kind is no false alarm', () => {
    const all = [
      judged('right', INVALIDATION, [sighting()]),
      judged('quiet', INVALIDATION, [QUIET]),
      judged('wrong', HEALTHY, [sighting(), sighting({ openedAfterS: 99 })]),
      judged('whisper', HEALTHY, [QUIET]),
      judged('other', of('resume_reprocess'), [sighting()]),
      judged('between', { is: 'borderline', kind: 'cache_invalidation' }, [sighting()]),
      judged('nameless', { is: 'unknown' }, [sighting()]),
    ];
    const kind = scoreOf('cache_invalidation', all);
    expect(kind?.precision?.value).toBeCloseTo(1 / 3);
    expect(kind?.rightAlarms.map(({ id }) => id)).toEqual(['right']);
    expect(kind?.falseAlarms.map(({ id }) => id)).toEqual(['wrong', 'wrong']);
    expect(kind?.quiet.map(({ id }) => id)).toEqual(['whisper']);
    expect(kind?.elsewhere.map(({ id }) => id)).toEqual(['other']);
    expect(kind?.falsePer100Sessions?.value).toBe(100);
    expect(kind?.falsePer1000Hours?.value).toBe(1000);
  });

  test('of a kind that no label names is neither right nor wrong', () => {
    const downgrade = sighting({ kind: 'ttl_downgrade' });
    const all = [judged('well', HEALTHY, [downgrade]), judged('sick', INVALIDATION, [downgrade])];
    const kind = scoreOf('ttl_downgrade', all);
    expect(kind?.unlabelled.map(({ id }) => id)).toEqual(['well', 'sick']);
    expect(kind).toMatchObject({ falseAlarms: [], elsewhere: [], falsePer100Sessions: undefined });
    expect(scoreOf('cache_invalidation', all)?.unlabelled).toEqual([]);
  });

  test('has no rate where requests alone cannot show it', () => {
    const all = [judged('h', HEALTHY)];
    expect(scoreOf('cache_invalidation', all)?.falsePer100Sessions?.value).toBe(0);
    expect(scoreOf('burn_rate', all)?.falsePer100Sessions).toBeUndefined();
    const wrong = judged('w', HEALTHY, [sighting({ kind: 'burn_rate' })]);
    expect(scoreOf('burn_rate', [wrong])?.falsePer100Sessions?.value).toBe(100);
  });

  test('is found by figures where a rule fires on them, of whatever kind that rule is', () => {
    const common = { saw: '', by: 'fleet_regression' as const };
    const figures = [
      { ...common, id: 'found', expectation: INVALIDATION, isFound: true },
      { ...common, id: 'missed', expectation: INVALIDATION, isFound: false },
      { ...common, id: 'false', expectation: HEALTHY, isFound: true },
      { ...common, id: 'silent', expectation: HEALTHY, isFound: false },
    ];
    expect(scoreOf('cache_invalidation', [], figures)).toMatchObject({
      foundByFigures: ['found'],
      missedByFigures: ['missed'],
      falseByFigures: [],
      recall: undefined,
    });
    expect(scoreOf('fleet_regression', [], figures)).toMatchObject({ foundByFigures: [], falseByFigures: ['false'] });
  });

  test('tells how long it took from the first miss to the alarm', () => {
    const delay = (s: number, requests: number, isPersistent: boolean) =>
      sighting({ delay: { seconds: s, requests, rewrittenTokens: 1000 * s, isPersistent } });
    const all = [delay(10, 1, true), delay(30, 3, false), delay(20, 2, true)].map((seen, n) =>
      judged(`c${n}`, INVALIDATION, [seen]),
    );
    expect(scoreOf('cache_invalidation', all)?.delay).toEqual({
      seconds: { of: 3, median: 20, p90: 30 },
      requests: { of: 3, median: 2, p90: 3 },
      rewrittenTokens: { of: 3, median: 20_000, p90: 30_000 },
      requestsWhilePersistent: { of: 2, median: 1.5, p90: 2 },
    });
    expect(scoreOf('cache_invalidation', [judged('c', INVALIDATION)])?.delay).toBeUndefined();
  });
});

test('what is healthy is counted in sessions and hours', () => {
  expect(healthyIn([judged('a', HEALTHY), judged('b', HEALTHY), judged('c', of('burn_rate'))])).toEqual({
    sessions: 2,
    hours: 2,
  });
});

describe('a replay', () => {
  const BASE = cacheIncident();
  const broken = (stream = 'main claude-opus-5-5'): CacheIncident => ({
    ...BASE,
    severity: 'critical',
    openedAt: seconds(20),
    evidence: {
      ...BASE.evidence,
      streams: [{ stream, lastMissAt: seconds(20), lastTurnAt: seconds(20), healthyInARow: 0 }],
      firstMissAt: seconds(10),
    },
  });
  const episode = (incident: Incident = broken()): Episode => ({ incident, alert: { at: seconds(20), incident } });

  test('tells each incident with its size and its delay', () => {
    const observed = observe(recorded(BROKEN), [episode()]);
    expect(observed).toMatchObject({ id: 's1', requests: 3, activeMs: 20_000 });
    expect(observed.sightings).toEqual([
      {
        kind: 'cache_invalidation',
        severity: 'critical',
        isAlarm: true,
        openedAfterS: 20,
        stream: 'main claude-opus-5-5',
        misses: 2,
        rewrittenTokens: 120_000,
        delay: { seconds: 10, requests: 1, rewrittenTokens: 120_000, isPersistent: true },
      },
    ]);
  });

  test.each([
    ['of a sub-agent', [told(15, 0, 10, { agent: 'a1' })], 1],
    ['to another model', [told(15, 0, 10, { model: 'haiku' })], 1],
    ['of the same stream', [told(15, 0, 10)], 2],
    ['before the first miss', [told(5, 0, 10)], 1],
    ['after the alarm', [told(25, 0, 10)], 1],
  ])('counts requests of the broken stream alone: one more %s', (_, more, requests) => {
    const [seen] = observe(recorded([...BROKEN, ...more]), [episode()]).sightings;
    expect(seen?.delay?.requests).toBe(requests);
  });

  test.each([
    ['mixed claude-opus-5-5', 2],
    ['agent:a1 claude-opus-5-5', 1],
  ])('knows its requests in the stream %s', (stream, requests) => {
    const session = recorded([...BROKEN, told(15, 0, 10, { agent: 'a1' })]);
    expect(observe(session, [episode(broken(stream))]).sightings[0]?.delay?.requests).toBe(requests);
  });

  test('is not persistent where hits came in between', () => {
    const session = recorded([...BROKEN, told(12, 76_000, 10), told(14, 76_010, 10)]);
    expect(observe(session, [episode()]).sightings[0]?.delay).toMatchObject({ requests: 3, isPersistent: false });
  });

  test.each<[Incident, boolean]>([
    [cacheIncident({ severity: 'warning' }), true],
    [cacheIncident({ kind: 'resume_reprocess', severity: 'info' }), false],
    [lockOutIncident(), true],
    [lockOutIncident({ severity: 'recorded' }), false],
  ])('counts caches from a warning on as alarms, and other kinds from an info on: %#', (incident, isAlarm) => {
    expect(observe(recorded([]), [episode(incident)]).sightings).toMatchObject([{ kind: incident.kind, isAlarm }]);
  });

  test('has no delay where nothing was said', () => {
    expect(observe(recorded([]), [{ ...episode(), alert: undefined }]).sightings[0]?.delay).toBeUndefined();
  });

  test('counts as work what is at most half an hour apart', () => {
    const session = recorded([told(0, 0, 1), told(600, 0, 1), told(600 + 1800, 0, 1), told(2400 + 1801, 0, 1)]);
    expect(observe(session, []).activeMs).toBe(2_400_000);
  });
});
