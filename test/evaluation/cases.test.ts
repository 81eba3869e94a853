import { describe, expect, test } from 'vitest';
import { caseRecording } from '../../src/evaluation/case-recording.ts';
import { Case, expectationOf, sessionOfCase } from '../../src/evaluation/cases.ts';
import { missingFact } from '../../src/evaluation/missing-fact.ts';
import type { IncidentKind } from '../../src/model/finding.ts';

/** A made-up report: what nobody told is null. */
const report = (part: object) =>
  Case.parse({
    id: 'c1',
    title: 'A report',
    label: 'cache_invalidation',
    granularity: 'per_request',
    facts: {},
    ...part,
  });

const row = (read: number | null, written: number | null, part: object = {}) => ({
  t_offset_s: null,
  input: null,
  output: null,
  cache_read: read,
  cache_creation: written,
  ttl: null,
  note: null,
  ...part,
});

const replayed = (events: readonly object[], part: object = {}) => caseRecording(report({ events, ...part }));
const secondsOf = (events: readonly object[]) => {
  const { requests, startedAt } = replayed(events);
  return requests.map(({ at }) => (at - startedAt) / 1000);
};

describe('what is expected of a case', () => {
  test.each([
    ['healthy', 'A quiet day', {}, { is: 'healthy' }],
    ['cache_invalidation', 'A broken cache', {}, { is: 'kind', kind: 'cache_invalidation' }],
    ['cache_invalidation', 'One rewrite', { single_transient: true }, { is: 'healthy' }],
    [
      'cache_invalidation',
      'Real transcript, borderline: some rewrites',
      {},
      { is: 'borderline', kind: 'cache_invalidation' },
    ],
    ['lockout', 'Locked out', {}, { is: 'kind', kind: 'lock_out' }],
    ['weather', 'Rain', {}, { is: 'unknown' }],
  ])('%s, %s, %j: %j', (label, title, facts, expected) => {
    expect(expectationOf(report({ label, title, facts }))).toEqual(expected);
  });

  test.each([
    ['real_r0042', 'r0042'],
    ['gh1234', undefined],
  ])('the case %s labels the session %s', (id, session) => {
    expect(sessionOfCase({ id })).toBe(session);
  });
});

describe('a report as a session', () => {
  test('keeps the tokens; input and output that nobody told are none', () => {
    const { requests, isMixed } = replayed([row(14_000, 60_000, { note: 'cold' })], {
      app_version: '2.1.90',
      model: 'opus',
    });
    expect(isMixed).toBe(false);
    expect(requests).toMatchObject([
      {
        model: 'opus',
        clientVersion: '2.1.90',
        inputTokens: 0,
        outputTokens: 0,
        cacheReadTokens: 14_000,
        cacheCreationTokens: 60_000,
      },
    ]);
    expect(requests[0]).not.toHaveProperty('cacheCreation5mTokens');
  });

  test.each([
    ['1h', [0, 900]],
    ['5m', [900, 0]],
    ['unknown', [undefined, undefined]],
  ])('with a lifetime of %s the writes are split into %j', (ttl, expected) => {
    const [request] = replayed([row(0, 900, { ttl })]).requests;
    expect([request?.cacheCreation5mTokens, request?.cacheCreation1hTokens]).toEqual(expected);
  });

  test('times that nobody told are a minute apart, and time never runs back', () => {
    expect(secondsOf([row(1, 1), row(1, 1), row(1, 1)])).toEqual([0, 60, 120]);
    expect(secondsOf([row(1, 1, { t_offset_s: 0 }), row(1, 1, { t_offset_s: 85 }), row(1, 1)])).toEqual([0, 85, 145]);
    expect(secondsOf([row(1, 1), row(1, 1), row(1, 1, { t_offset_s: 30 })])).toEqual([0, 60, 60]);
  });

  test('rows without the tokens read or written are left out', () => {
    expect(secondsOf([row(1, 1), row(null, 1), row(1, null), row(2, 2)])).toEqual([0, 180]);
  });

  test('rows may name their own model, version and agent', () => {
    const part = { model: 'haiku', app_version: '2.1.80', agent: 'a1' };
    expect(replayed([row(1, 1, part)], { model: 'opus' }).requests).toMatchObject([
      { model: 'haiku', clientVersion: '2.1.80', agent: 'a1' },
    ]);
  });
});

describe('what a note tells', () => {
  test.each([
    ['start:resume,user', ['resume']],
    ['cmd:/exit,synthetic_error,start:resume,cmd:/compact,start:compact', ['resume', 'compaction']],
    ['start:startup,user', ['resume']],
    ['resume 1', ['resume']],
    ['12:10:22 EDT resume 2', ['resume']],
    ['wake, 10 s after idle', ['resume']],
    ['first call after claude --continue', ['resume']],
    ['after /compact', ['compaction']],
    ['after /clear', ['clear']],
    ['last call before the resume', []],
    ['no compaction here', []],
    ['resume, no hit', ['resume']],
    ['user', []],
    ['turn 2', []],
    [null, []],
  ])('%s: %j', (note, kinds) => {
    const { markers } = replayed([row(1, 1), row(1, 1, { note })]);
    expect(markers.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('marks before its own row', () => {
    const { markers, requests } = replayed([row(1, 1), row(1, 1, { note: 'resume 1' }), row(1, 1)]);
    expect(markers.map(({ at }) => at)).toEqual([requests[1]?.at]);
  });

  test.each([
    ['-p --resume rewrites all each turn', 2],
    ['--resume on every turn', 2],
    ['Cron --resume with a stale client', 0],
    ['A report', 0],
  ])('the title %s makes %i of three rows a resume', (title, times) => {
    expect(replayed([row(1, 1), row(1, 1), row(1, 1)], { title }).markers).toHaveLength(times);
  });
});

describe('rows of sub-agents without ids', () => {
  test.each([
    ['speaks of them in a row', [row(1, 1), row(1, 1, { note: 'sub-agent cold' })], {}, true],
    ['speaks of them in its notes', [row(1, 1)], { notes: 'Main and subagents interleaved.' }, true],
    ['is about one', [row(1, 1)], { title: 'Named subagent woken' }, false],
    ['names the agent of each row', [row(1, 1, { agent: null, note: 'sub-agent' })], {}, false],
    ['does not speak of them', [row(1, 1, { note: 'Agent spawn' })], {}, false],
  ])('a case that %s is mixed: %#', (_, events, part, isMixed) => {
    expect(replayed(events, part).isMixed).toBe(isMixed);
  });
});

describe('the fact that a case lacks', () => {
  const missing = (kind: IncidentKind, events: readonly object[], part: object = {}) => {
    const told = report({ events, ...part });
    return missingFact(told, caseRecording(told), kind);
  };
  const cold = row(14_000, 60_000);
  const resumed = (read: number, written: number, part: object = {}) => row(read, written, { note: 'resume', ...part });

  test.each<[string, IncidentKind, object[], string | undefined]>([
    ['two requests after the first', 'cache_invalidation', [cold, row(14_000, 62_000), row(14_000, 64_000)], undefined],
    [
      'hits as well: what is told decides, not what is found',
      'cache_invalidation',
      [cold, row(74_000, 900), row(74_900, 9)],
      undefined,
    ],
    ['one rewrite of 300k', 'cache_invalidation', [row(400_000, 0), row(40_000, 380_000)], undefined],
    ['one smaller rewrite', 'cache_invalidation', [cold, row(14_000, 62_000)], 'the requests after the first miss'],
    ['one row', 'cache_invalidation', [cold], 'the request before'],
    [
      'rows without what was written',
      'cache_invalidation',
      [row(900_000, null), row(38_000, null)],
      'the tokens written',
    ],
    ['rows without what was read', 'cache_invalidation', [row(null, 10), row(null, 10)], 'the tokens read'],
    [
      'small contexts',
      'cache_invalidation',
      [row(0, 900), row(0, 950), row(0, 990)],
      'a context of 20,000 tokens that was still cached',
    ],
    ['a resume of 20k', 'resume_reprocess', [row(10_118, 26_124), resumed(11_072, 25_212)], undefined],
    [
      'a resume that wrote less',
      'resume_reprocess',
      [cold, resumed(15_000, 5_900)],
      '20,000 tokens written after a resume',
    ],
    ['a resume without a past', 'resume_reprocess', [resumed(15_000, 700_000)], 'the request before'],
    ['no resume', 'resume_reprocess', [cold, row(14_000, 62_000)], 'which request resumes'],
    [
      'a resume too late',
      'resume_reprocess',
      [{ ...cold, t_offset_s: 0 }, resumed(0, 75_000, { t_offset_s: 301 })],
      'a resume while the cache still lived',
    ],
    [
      'a resume within the hour that was told',
      'resume_reprocess',
      [{ ...cold, ttl: '1h', t_offset_s: 0 }, resumed(0, 75_000, { t_offset_s: 301 })],
      undefined,
    ],
    [
      'sub-agents among the rows',
      'cache_invalidation',
      [cold, row(9_000, 47_000, { note: 'sub-agent' })],
      'which rows are of sub-agents',
    ],
    ['no past', 'cost_inflation', [cold], 'own history'],
  ])('with %s: %s', (_, kind, events, expected) => {
    expect(missing(kind, events)).toBe(expected);
  });

  test('other streams are no predecessor', () => {
    const other = row(900_000, 100, { model: 'haiku' });
    expect(missing('cache_invalidation', [other, row(14_000, 62_000, { model: 'opus' })])).toBe('the request before');
  });
});
