import { describe, expect, test } from 'vitest';
import { countTurn } from '../../src/detectors/count-turn.ts';
import type { Turn, Verdict } from '../../src/detectors/turn.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import { HOUR_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import { NO_COUNTS } from '../../src/model/version-rates.ts';
import { NOON, readWrite, turn } from '../support/builders.ts';

const RULE = { readShare: 0.5, recordedTokens: 20_000 };
const MISS: Verdict = { is: 'miss' };
const EXPIRED: Verdict = { is: 'explained', by: 'ttl_expired' };
const RESUMED: Verdict = { is: 'explained', by: 'resume' };

interface Parts {
  readonly turn?: Partial<Turn>;
  readonly request?: Partial<ApiRequest>;
  readonly previous?: Partial<ApiRequest>;
}

/** The first turn of prompt `b`, a minute after the last of prompt `a`, with 100,000 tokens in the cache; it reads 10,000. */
function boundary(parts: Parts = {}): Turn {
  const client = { clientVersion: '2.1.330' };
  const previous = { ...readWrite(plus(NOON, -MINUTE_MS), 0, 100_000), ...client, promptId: 'a', ...parts.previous };
  const request = { ...readWrite(NOON, 10_000, 90_000), ...client, promptId: 'b', ...parts.request };
  return turn({ previous, request, gapMs: MINUTE_MS, ...parts.turn });
}

const counted = (parts: Parts = {}) => countTurn(boundary(parts), RULE);
const nth = (n: number) => ({ sinceResume: { at: NOON, nth: n } });

describe('what a turn adds to the counts of its client version', () => {
  test.each<[what: string, parts: Parts, counts: object]>([
    ['a hit at a turn boundary', {}, { boundaries: 1 }],
    ['a miss at a turn boundary', { turn: { verdict: MISS } }, { boundaries: 1, boundaryMisses: 1 }],
    ['a hit within a prompt', { request: { promptId: 'a' } }, { midTurns: 1 }],
    [
      'a miss within a prompt',
      { request: { promptId: 'a' }, turn: { verdict: MISS } },
      { midTurns: 1, midTurnMisses: 1 },
    ],
    ['a resume that rewrote', { turn: { verdict: RESUMED, ...nth(1) } }, { resumes: 1, resumeRewrites: 1 }],
    ['a resume that was read', { turn: nth(1), request: { cacheReadTokens: 100_000 } }, { resumes: 1 }],
    [
      'a resume that read half',
      { turn: { verdict: RESUMED, ...nth(1) }, request: { cacheReadTokens: 50_000 } },
      { resumes: 1 },
    ],
    [
      'a resume of the hour that the cache lives',
      { turn: { verdict: RESUMED, ...nth(1), gapMs: 50 * MINUTE_MS, ttlMs: HOUR_MS } },
      { resumes: 1, resumeRewrites: 1 },
    ],
    [
      'a resume is no turn boundary, whatever its prompts',
      { turn: nth(1), request: { promptId: 'a' } },
      { resumes: 1 },
    ],
    ['a turn long after a resume', { turn: nth(3) }, { boundaries: 1 }],
  ])('%s', (_, parts, counts) => {
    expect(counted(parts)).toEqual({ ...NO_COUNTS, ...counts });
  });

  test.each<[what: string, parts: Parts]>([
    ['the first request of a stream', { turn: { previous: undefined, verdict: { is: 'first' } } }],
    ['a miss with a lawful reason', { turn: { verdict: EXPIRED } }],
    ['five minutes of idle time', { turn: { gapMs: 5 * MINUTE_MS } }],
    ['a sub-agent', { request: { origin: 'agent', agent: 'x' } }],
    ['a client too old to say where it speaks', { request: { origin: 'unknown' } }],
    ['an unknown client version', { request: { clientVersion: undefined } }],
    ['an update in between, which changes what is sent', { previous: { clientVersion: '2.1.329' } }],
    ['an update before a resume', { previous: { clientVersion: '2.1.329' }, turn: { verdict: RESUMED, ...nth(1) } }],
    ['a request that names no prompt', { request: { promptId: undefined } }],
    ['a predecessor that names no prompt', { previous: { promptId: undefined } }],
    ['the second request after a resume, which may rewrite too', { turn: nth(2) }],
    ['a resume after the cache was gone', { turn: { verdict: EXPIRED, ...nth(1) } }],
    ['a resume that hit after the cache should have been gone', { turn: { ...nth(1), gapMs: 6 * MINUTE_MS } }],
    ['a resume of a small session', { turn: nth(1), previous: { cacheCreationTokens: 19_999 } }],
    ['a resume over a compaction', { turn: { verdict: { is: 'explained', by: 'compaction' }, ...nth(1) } }],
  ])('nothing: %s', (_, parts) => {
    expect(counted(parts)).toBeUndefined();
  });
});
