import { describe, expect, test } from 'vitest';
import { detectInStream, POLICY } from '../../src/detectors/all.ts';
import { resumeReprocess } from '../../src/detectors/resume-reprocess.ts';
import { createSessionTrace, type SessionEvent } from '../../src/detectors/session-trace.ts';
import type { Turn } from '../../src/detectors/turn.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import { cachedPrefixTokens } from '../../src/model/api-request.ts';
import { plus } from '../../src/model/time.ts';
import { hit, MODEL, marker, NOON, readWrite, rewrite, SESSION, seconds, turn } from '../support/builders.ts';

const sent = (request: ApiRequest): SessionEvent => ({ is: 'request', request, arrivedLate: false });
const RESUME: SessionEvent = { is: 'marker', marker: marker('resume', seconds(5)) };

/** What a session resumed at 12:00:05 shows after its newest request, in short. */
function resumed(before: ApiRequest, ...after: readonly ApiRequest[]) {
  const trace = createSessionTrace();
  trace.push(sent(before));
  trace.push(RESUME);
  for (const request of after) trace.push(sent(request));
  const finding = resumeReprocess(trace.turns(`main ${MODEL}`), POLICY.resumeReprocess);
  return finding && { severity: finding.severity, misses: finding.misses.length };
}

/** A resumed request that rewrites `tokens` of a session of twice that size and a bit. */
function rewriting(tokens: number) {
  const floor = Math.floor(tokens / 2);
  return resumed(readWrite(NOON, 0, floor + tokens), readWrite(seconds(10), floor, tokens + 3000));
}

describe('the first request after a resume that rewrites', () => {
  test.each([
    [19_999, undefined],
    [20_000, 'recorded'],
    [49_999, 'recorded'],
    [50_000, 'info'],
    [149_999, 'info'],
    [150_000, 'warning'],
    [750_000, 'warning'],
  ])('%d tokens is %s', (tokens, severity) => {
    expect(rewriting(tokens)?.severity).toBe(severity);
  });

  test.each([
    ['less than half of the cached prefix counts', 49_999, 'info'],
    ['half of the cached prefix is a resume that mostly worked', 50_000, undefined],
  ])('and reads %s', (_, read, severity) => {
    expect(resumed(readWrite(NOON, 0, 100_000), readWrite(seconds(10), read, 60_000))?.severity).toBe(severity);
  });
});

describe('a resume', () => {
  const before = readWrite(NOON, 0, 60_000);
  const rewrites = (second: number) => readWrite(seconds(second), 14_000, 50_000);
  const reads = (second: number) => readWrite(seconds(second), 64_000, 1000);

  test('that writes twice is one finding of both rewrites', () => {
    expect(resumed(before, rewrites(10), rewrites(20))).toEqual({ severity: 'info', misses: 2 });
  });

  test('is not told again by a hit after the rewrite', () => {
    expect(resumed(before, rewrites(10), reads(20))).toBeUndefined();
  });

  test('whose first request hit has nothing to do with a rewrite of the second', () => {
    expect(resumed(before, reads(10), readWrite(seconds(20), 14_000, 60_000))).toBeUndefined();
  });

  test('says nothing of the third request', () => {
    expect(resumed(before, rewrites(10), rewrites(20), rewrites(30))).toBeUndefined();
  });

  test('after the cache went cold rewrites lawfully', () => {
    expect(resumed(before, readWrite(plus(NOON, 300_001), 14_000, 50_000))).toBeUndefined();
  });

  test('at an earlier point of the session wrote again what it wrote, not what it left out', () => {
    const finding = resumed(readWrite(NOON, 0, 200_000), readWrite(seconds(10), 0, 100_000));
    expect(finding).toMatchObject({ severity: 'info', misses: 1 });
    expect(resumed(readWrite(NOON, 0, 200_000), readWrite(seconds(10), 0, 19_999))).toBeUndefined();
  });

  test('of another session is not mixed in: its own first request has no predecessor', () => {
    const trace = createSessionTrace();
    trace.push(RESUME);
    trace.push(sent(rewrites(10)));
    expect(resumeReprocess(trace.turns(`main ${MODEL}`), POLICY.resumeReprocess)).toBeUndefined();
  });

  test('counts its own rewrites only, not those of the resume before it', () => {
    const first = resumeTurn(10, { at: seconds(5), nth: 1 });
    const second = resumeTurn(20, { at: seconds(15), nth: 1 });
    const finding = resumeReprocess([first, second], POLICY.resumeReprocess);
    expect(finding).toMatchObject({ severity: 'info', session: SESSION, resumedAt: seconds(15) });
    expect(finding?.misses.map((miss) => miss.at)).toEqual([seconds(20)]);
  });

  test('needs a predecessor to be held against', () => {
    const orphan = { ...resumeTurn(10, { at: seconds(5), nth: 1 }), previous: undefined };
    expect(resumeReprocess([orphan], POLICY.resumeReprocess)).toBeUndefined();
  });

  test('belongs to this kind alone: its rewrites are no invalidation', () => {
    const huge = [
      resumeTurn(10, { at: seconds(5), nth: 1 }, 400_000),
      resumeTurn(20, { at: seconds(5), nth: 2 }, 400_000),
    ];
    expect(detectInStream(huge).map((finding) => finding.kind)).toEqual(['resume_reprocess']);
  });
});

test.each([
  ['without turns', []],
  ['in a session that was not resumed', [rewrite(NOON, 60_000)]],
  ['in a healthy one', [hit(NOON)]],
])('nothing is found %s', (_, turns) => {
  expect(resumeReprocess(turns, POLICY.resumeReprocess)).toBeUndefined();
});

function resumeTurn(second: number, sinceResume: NonNullable<Turn['sinceResume']>, tokens = 60_000): Turn {
  const made = rewrite(seconds(second), tokens, { is: 'explained', by: 'resume' });
  expect(cachedPrefixTokens(made.previous ?? made.request)).toBe(tokens + 10_000);
  return turn({ ...made, sinceResume });
}
