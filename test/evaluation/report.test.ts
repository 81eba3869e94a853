import { describe, expect, test } from 'vitest';
import { createReplayer } from '../../src/commands/replayer.ts';
import { asWebhook } from '../../src/evaluation/arrivals.ts';
import { caseRecording } from '../../src/evaluation/case-recording.ts';
import { Case } from '../../src/evaluation/cases.ts';
import type { Recorded } from '../../src/evaluation/recording.ts';
import { type EvalInput, evalReport, judgeReplay } from '../../src/evaluation/report.ts';
import { reportText } from '../../src/evaluation/report-text.ts';
import { fleetIncident } from '../support/builders.ts';
import { BROKEN, HEALTHY, recorded, told as request } from './recorded.ts';

const report = (id: string, label: string, part: object = {}) =>
  Case.parse({ id, title: 'A report', label, granularity: 'per_request', facts: {}, ...part });

const row = (cache_read: number, cache_creation: number | null, note: string | null = null) => ({
  cache_read,
  cache_creation,
  note,
});

const ROWS = [row(14_000, 60_000), row(14_000, 62_000), row(14_000, 64_000)];
const CASES = [
  report('real_broken', 'cache_invalidation'),
  report('real_edge', 'cache_invalidation', { title: 'Borderline: some rewrites' }),
  report('resumed', 'resume_reprocess', { events: [row(0, 60_000), row(9000, 52_000, 'resume 1')] }),
  report('silent', 'resume_reprocess', { events: [row(0, 60_000), row(59_000, 25_000, 'resume 1')] }),
  report('single', 'cache_invalidation', { events: ROWS.slice(0, 2) }),
  report('nulls', 'cache_invalidation', { events: [row(900_000, null), row(9000, null)] }),
  report('odd', 'weather', { events: ROWS }),
  report('fast', 'burn_rate', { granularity: 'aggregate', facts: { minutes: 20, window_pct: 100 } }),
  report('slow', 'burn_rate', { granularity: 'aggregate', facts: { minutes: 180, window_pct: 100 } }),
  report('storm', 'cache_read_storm', { granularity: 'per_day' }),
  report('lock', 'lockout', { granularity: 'aggregate' }),
  report('calm', 'healthy', { granularity: 'aggregate' }),
];

const named = (session: string, requests: Recorded['requests']) =>
  recorded(
    requests.map((one) => ({ ...one, session, requestId: `${session}:${one.at}` })),
    { session },
  );
const SESSIONS = [
  named('broken', BROKEN),
  named('edge', BROKEN),
  named('fine', HEALTHY),
  named('wrong', [...BROKEN, request(30, 78_000, 900), request(40, 78_900, 10)]),
];

function evaluated(part: Partial<EvalInput> = {}) {
  const replayer = createReplayer(asWebhook);
  const feed = 'webhook';
  const judged = (session: Recorded, of: { told: Case | undefined; isSession: boolean }) =>
    judgeReplay(session, replayer.replay([session]).episodes.get(session) ?? [], { ...of, feed });
  const replays = [
    ...SESSIONS.map((session) =>
      judged(session, { told: CASES.find(({ id }) => id === `real_${session.session}`), isSession: true }),
    ),
    ...CASES.filter(({ events }) => events)
      .map((told) => ({ told, session: caseRecording(told) }))
      .filter(({ session }) => session.requests.length > 0)
      .map(({ told, session }) => judged(session, { told, isSession: false })),
  ];
  replayer.close();
  const speed = {
    requests: 25,
    seconds: 0.5,
    requestsPerSecond: 50,
    requestsPerProcessorSecond: 80,
    timesJsonParse: 44.4,
  };
  return evalReport({ feed, cases: CASES, replays, fleet: [], oracle: undefined, speed, ...part });
}

describe('an evaluation', () => {
  const told = evaluated();
  const kind = (name: string) => told.kinds.find((one) => one.kind === name);

  test('counts what it was given', () => {
    expect(told.given).toEqual({ sessions: 4, requests: 14, cases: 12, casesOfSessions: 2, replayedCases: 4 });
    expect(told.healthy.sessions).toBe(2);
  });

  test('scores each kind on the sessions and cases that can show it', () => {
    expect(kind('cache_invalidation')).toMatchObject({ found: ['real_broken'], missed: [] });
    expect(kind('cache_invalidation')?.falseAlarms.map(({ id }) => id)).toEqual(['wrong']);
    expect(kind('resume_reprocess')).toMatchObject({ found: ['resumed'], missed: ['silent'] });
    expect(kind('burn_rate')).toMatchObject({ foundByFigures: ['fast'], missedByFigures: ['slow'] });
    expect(told.borderline.map(({ id }) => id)).toEqual(['real_edge']);
    expect(told.cacheFalseAlarmsPer100Sessions?.value).toBe(50);
  });

  test('names every case that it does not judge, and the fact that is missing', () => {
    expect(told.notJudged).toEqual([
      { id: 'single', label: 'cache_invalidation', missing: 'the requests after the first miss', seen: [] },
      { id: 'odd', label: 'weather', missing: 'a label that names a kind', seen: ['cache_invalidation (warning)'] },
      { id: 'nulls', label: 'cache_invalidation', missing: 'the tokens written', seen: [] },
      { id: 'storm', label: 'cache_read_storm', missing: 'own history', seen: [] },
      {
        id: 'lock',
        label: 'lockout',
        missing: "the hook's text, or a status 429 with the window's percentage",
        seen: [],
      },
      { id: 'calm', label: 'healthy', missing: 'its requests one by one', seen: [] },
    ]);
  });

  test('holds the project to its goals', () => {
    expect(told.goals.map(({ value, isMet }) => [value, isMet])).toEqual([
      ['50.00', false],
      ['2 of 3', false],
      ['1', true],
    ]);
  });

  test('of nothing promises nothing', () => {
    expect(evaluated({ cases: [], replays: [] }).goals).toEqual([]);
  });

  test('in telemetry without a sender leaves what only the sender explains unjudged', () => {
    const session = named('broken', BROKEN);
    const [label] = CASES;
    expect(judgeReplay(session, [], { told: label, isSession: true, feed: 'old_telemetry' }).missing).toBe(
      'which rows are of sub-agents',
    );
    expect(judgeReplay(session, [], { told: label, isSession: true, feed: 'telemetry' }).missing).toBeUndefined();
  });
});

describe('the text', () => {
  const text = reportText(evaluated({ fleet: [fleetIncident()] }));

  test('has no line wider than 100 characters', () => {
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test.each([
    ['what was given', '  cases     12   2 label these sessions, 4 replayed, 6 of figures'],
    ['recall and precision', /cache_invalidation +1 of 1 \(21–100\) +· +1 of 2 \(9–91\)/],
    ['the way to the alarm', /cache_invalidation +1 +0:10 \(0:10\) +1\.0 \(1\.0\) +122k \(122k\)/],
    ['every miss', '  silent  resume_reprocess'],
    ['misses by figures', '  slow  burn_rate, by its figures'],
    ['every false alarm', /wrong {2}cache_invalidation \((warning|critical)\) at 0:20, 2 misses, 122k written again/],
    ['figures that fit a rule', '  ✓ fast  burn_rate fires: 100 % in 20 minutes'],
    ['figures that do not', '  ✗ slow  burn_rate is silent: 100 % in 180 minutes'],
    ['missing facts', '  own history (1)\n      storm [cache_read_storm]'],
    ['what was seen nevertheless', 'odd [weather; seen: cache_invalidation (warning)]'],
    ['a goal that is met', '  ✓ a persistent invalidation told within 2 requests of its first miss (median): 1'],
    ['a goal that is not', '  ✗ every case found that carries what its rule needs: 2 of 3'],
    ['the fleet', /2\.1\.\d+ {2}fleet_regression of cache_invalidation/],
    ['the speed of a processor', '80 for each second of a processor'],
    ['the speed', '25 requests in 0.5 s: 50 a second, 44 times JSON.parse of the same files'],
  ])('tells %s', (_, expected) => {
    if (typeof expected === 'string') expect(text).toContain(expected);
    else expect(text).toMatch(expected);
  });

  test('says none where that is good news', () => {
    const clean = reportText(evaluated({ replays: [], cases: CASES }));
    expect(clean).toContain('FALSE ALARMS in healthy sessions: none');
    expect(clean).not.toContain('RIGHT ALARMS\n');
  });

  test('of the client’s own count alone leaves out what was not asked', () => {
    const oracle = {
      sessions: 1,
      compared: 2,
      agreed: 2,
      share: { value: 1, low: 0.34, high: 1 },
      disagreements: [],
      explained: [],
      uncounted: [],
    };
    const speed = {
      requests: 0,
      seconds: 0.1,
      requestsPerSecond: 0,
      requestsPerProcessorSecond: 0,
      timesJsonParse: undefined,
    };
    const only = reportText(evaluated({ cases: [], replays: [], oracle, speed }));
    expect(only.trim().split('\n')).toHaveLength(6);
    expect(only).toContain('  ✓ misses counted as the client does in 98 % of the requests: 100.0 %');
  });
});
