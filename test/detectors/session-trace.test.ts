import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSessionTrace, type SessionEvent } from '../../src/detectors/session-trace.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import type { MarkerKind } from '../../src/model/marker.ts';
import { type EpochMs, HOUR_MS, plus } from '../../src/model/time.ts';
import { hours, MODEL, marker, minutes, NOON, request, seconds } from '../support/builders.ts';

const OTHER_MODEL = 'claude-opus-5-5';
const MAIN = `main ${MODEL}`;

const sent = (part: Partial<ApiRequest>): SessionEvent => ({
  is: 'request',
  request: request(part),
  arrivedLate: false,
});
const marked = (kind: MarkerKind, at: EpochMs): SessionEvent => ({ is: 'marker', marker: marker(kind, at) });

/** A request that finds nothing but a floor of 14,000 tokens in the cache and writes 90,000. */
const rewrite = (endedAt: EpochMs, part: Partial<ApiRequest> = {}) =>
  sent({ endedAt, cacheReadTokens: 14_000, cacheCreationTokens: 90_000, ...part });
/** A request that reads what a rewrite left. */
const read = (endedAt: EpochMs, part: Partial<ApiRequest> = {}) =>
  sent({ endedAt, cacheReadTokens: 104_000, cacheCreationTokens: 500, ...part });

/** The verdicts in short: `hit`, `miss`, `first`, the explanation, or `-` for what belongs to no stream. */
function verdicts(...events: readonly SessionEvent[]): readonly string[] {
  const trace = createSessionTrace();
  return events
    .map((event) => trace.push(event)?.verdict)
    .map((verdict) => (verdict === undefined ? '-' : verdict.is === 'explained' ? verdict.by : verdict.is));
}

describe('a conversation', () => {
  test('is judged request by request against its predecessor', () => {
    expect(verdicts(rewrite(seconds(0)), read(seconds(10)), rewrite(seconds(20)), rewrite(seconds(30)))).toEqual([
      'first',
      'hit',
      'miss',
      'miss',
    ]);
  });

  test('keeps stream, gap and predecessor with each turn', () => {
    const trace = createSessionTrace();
    trace.push(rewrite(seconds(0)));
    const turn = trace.push(rewrite(seconds(20), { startedAt: seconds(15) }));
    expect(turn).toMatchObject({ stream: MAIN, gapMs: 15_000, ttlMs: 300_000, previous: { endedAt: NOON } });
  });

  test('says of a turn whether it arrived late', () => {
    const trace = createSessionTrace();
    const late = { is: 'request', request: request(), arrivedLate: true } as const;
    expect(trace.push(late)?.arrivedLate).toBe(true);
  });
});

describe('the time to live', () => {
  const ONE_HOUR = { cacheCreation1hTokens: 90_000, cacheCreation5mTokens: 0 };
  test.each([
    ['5 minutes without a split: 5:00 after is a miss', {}, 300_000, 'miss'],
    ['5 minutes without a split: later is lawful', {}, 300_001, 'ttl_expired'],
    ['1 hour by the split: 1:00:00 after is a miss', ONE_HOUR, HOUR_MS, 'miss'],
    ['1 hour by the split: later is lawful', ONE_HOUR, HOUR_MS + 1, 'ttl_expired'],
  ])('is %s', (...[, split, gapMs, verdict]) => {
    expect(verdicts(rewrite(NOON, split), rewrite(plus(NOON, gapMs))).at(-1)).toBe(verdict);
  });

  test('counts from the end of the predecessor to the start of the request, however long that took', () => {
    const slow = rewrite(minutes(12), { startedAt: minutes(5) });
    expect(verdicts(rewrite(NOON), slow)).toEqual(['first', 'miss']);
  });

  test('is not shortened by a request that wrote nothing: that is no evidence', () => {
    const unwritten = read(minutes(30), { cacheCreationTokens: 0 });
    expect(verdicts(rewrite(NOON, ONE_HOUR), unwritten, rewrite(minutes(60)))).toEqual(['first', 'hit', 'miss']);
  });

  test('follows the newest write', () => {
    const shorter = read(minutes(30), { cacheCreation5mTokens: 500, cacheCreation1hTokens: 0 });
    expect(verdicts(rewrite(NOON, ONE_HOUR), shorter, rewrite(minutes(36))).at(-1)).toBe('ttl_expired');
  });
});

describe('a resume', () => {
  test('that a marker tells explains two requests, and the third no longer', () => {
    expect(
      verdicts(
        rewrite(seconds(0)),
        marked('resume', seconds(5)),
        rewrite(seconds(10)),
        rewrite(seconds(20)),
        rewrite(seconds(30)),
      ),
    ).toEqual(['first', '-', 'resume', 'resume', 'miss']);
  });

  test.each([
    ['starts anew', 0],
    ['does not go on counting', 7],
  ])('shows itself in a sequence that %s', (_, sequence) => {
    expect(
      verdicts(
        rewrite(seconds(0), { sequence: 7 }),
        rewrite(seconds(10), { sequence }),
        rewrite(seconds(20), { sequence: sequence + 1 }),
        rewrite(seconds(30), { sequence: sequence + 2 }),
      ),
    ).toEqual(['first', 'resume', 'resume', 'miss']);
  });

  test('is not seen in a sequence with holes: other events count too', () => {
    expect(verdicts(rewrite(seconds(0), { sequence: 3 }), rewrite(seconds(10), { sequence: 40 })).at(-1)).toBe('miss');
  });

  test('is not seen where a request has no sequence', () => {
    const events = [rewrite(seconds(0), { sequence: 3 }), rewrite(seconds(10)), rewrite(seconds(20), { sequence: 4 })];
    expect(verdicts(...events)).toEqual(['first', 'miss', 'miss']);
  });

  test('told by marker and sequence is one resume', () => {
    expect(
      verdicts(
        rewrite(seconds(0), { sequence: 7 }),
        marked('resume', seconds(5)),
        rewrite(seconds(10), { sequence: 1 }),
        rewrite(seconds(20), { sequence: 2 }),
        rewrite(seconds(30), { sequence: 3 }),
      ),
    ).toEqual(['first', '-', 'resume', 'resume', 'miss']);
  });

  test('shows itself in a background request too, although the main conversation seems to go on counting', () => {
    const helper = sent({ endedAt: seconds(8), origin: 'background', sequence: 0 });
    const events = [rewrite(seconds(0), { sequence: 2 }), helper, rewrite(seconds(10), { sequence: 5 })];
    expect(verdicts(...events)).toEqual(['first', '-', 'resume']);
  });

  test('is none where two processes share the session: their broken cache shows', () => {
    const interleaved = [101, 5, 106, 10, 111, 15].map((sequence, n) => rewrite(seconds(n * 10), { sequence }));
    expect(verdicts(...interleaved)).toEqual(['first', 'resume', 'resume', 'miss', 'miss', 'miss']);
  });

  test('explains the first two requests of each stream that was there', () => {
    const agent = { origin: 'agent', agent: 'a1' } as const;
    expect(
      verdicts(
        rewrite(seconds(0)),
        rewrite(seconds(1), agent),
        marked('resume', seconds(5)),
        rewrite(seconds(10)),
        rewrite(seconds(11), agent),
      ),
    ).toEqual(['first', 'first', '-', 'resume', 'resume']);
  });

  test('numbers the requests since it, in turns that carry it on', () => {
    const trace = createSessionTrace();
    trace.push(rewrite(seconds(0)));
    trace.push(marked('resume', seconds(5)));
    const nth = [10, 20, 30].map((second) => trace.push(read(seconds(second)))?.sinceResume);
    expect(nth).toEqual([1, 2, 3].map((count) => ({ at: seconds(5), nth: count })));
  });
});

describe('a rebuilt context', () => {
  test.each(['compaction', 'clear'] as const)('by %s explains one request', (kind) => {
    expect(verdicts(rewrite(seconds(0)), marked(kind, seconds(5)), rewrite(seconds(10)), rewrite(seconds(20)))).toEqual(
      ['first', '-', kind, 'miss'],
    );
  });
});

describe('a switch of the model', () => {
  test('starts a stream there, and explains one request when it comes back', () => {
    expect(
      verdicts(
        rewrite(seconds(0)),
        rewrite(seconds(10), { model: OTHER_MODEL }),
        rewrite(seconds(20)),
        rewrite(seconds(30)),
      ),
    ).toEqual(['first', 'first', 'model_switch', 'miss']);
  });

  test('of a sub-agent is none of the main conversation', () => {
    const agent = { origin: 'agent', agent: 'a1', model: OTHER_MODEL } as const;
    expect(verdicts(rewrite(seconds(0)), rewrite(seconds(10), agent), rewrite(seconds(20)))).toEqual([
      'first',
      'first',
      'miss',
    ]);
  });

  test('of a background request is none of the main conversation', () => {
    const helper = { origin: 'background', model: OTHER_MODEL } as const;
    expect(verdicts(rewrite(seconds(0)), rewrite(seconds(10), helper), rewrite(seconds(20))).at(-1)).toBe('miss');
  });

  test('is not to be seen in the mixed stream of an old client', () => {
    const old = { origin: 'unknown' } as const;
    expect(
      verdicts(
        rewrite(seconds(0), old),
        rewrite(seconds(10), { ...old, model: OTHER_MODEL }),
        rewrite(seconds(20), old),
      ),
    ).toEqual(['first', 'first', 'miss']);
  });
});

describe('sub-agents', () => {
  test('with ids are streams of their own beside the main conversation', () => {
    const one = { origin: 'agent', agent: 'a1' } as const;
    const other = { origin: 'agent', agent: 'a2' } as const;
    expect(
      verdicts(
        rewrite(seconds(0)),
        sent({ endedAt: seconds(1), cacheCreationTokens: 9753, ...one }),
        sent({ endedAt: seconds(2), cacheCreationTokens: 9753, ...other }),
        read(seconds(3)),
        sent({ endedAt: seconds(4), cacheCreationTokens: 9753, ...one }),
      ),
    ).toEqual(['first', 'first', 'first', 'hit', 'miss']);
  });

  test('without ids are never judged and never disturb the main conversation', () => {
    const helper = { origin: 'background' } as const;
    expect(
      verdicts(rewrite(seconds(0)), rewrite(seconds(1), helper), rewrite(seconds(2), helper), read(seconds(3))),
    ).toEqual(['first', '-', '-', 'hit']);
  });
});

describe('requests that overlap', () => {
  test('are held against the newest one that had ended when they were sent', () => {
    expect(
      verdicts(
        rewrite(seconds(0)),
        read(seconds(20), { startedAt: seconds(5), cacheCreationTokens: 60_000 }),
        read(seconds(21), { startedAt: seconds(5), cacheCreationTokens: 50_000 }),
      ),
    ).toEqual(['first', 'hit', 'hit']);
  });

  test.each([
    ['ended up to a second later than it was sent still counts: clients log a moment after the end', 1000, 'hit'],
    ['ended later than that was not readable yet', 1001, 'miss'],
  ])('a predecessor that %s', (_, overlapMs, verdict) => {
    const grown = read(plus(seconds(20), overlapMs), {
      startedAt: seconds(10),
      cacheReadTokens: 0,
      cacheCreationTokens: 1000,
    });
    const next = rewrite(seconds(30), { startedAt: seconds(20) });
    expect(verdicts(rewrite(NOON), grown, next).at(-1)).toBe(verdict);
  });

  test('with everything that came before have no predecessor', () => {
    const parallel = Array.from({ length: 8 }, (_, n) => rewrite(seconds(50 + n), { startedAt: seconds(1) }));
    expect(verdicts(rewrite(NOON), ...parallel, rewrite(seconds(60), { startedAt: seconds(1) })).at(-1)).toBe('first');
  });
});

describe('the memory of a session', () => {
  test('holds the last hour of a stream, the hour-old turn still among it', () => {
    const trace = createSessionTrace();
    for (const minute of [0, 1, 60, 61]) trace.push(read(minutes(minute)));
    expect(trace.turns(MAIN).map((turn) => turn.request.endedAt)).toEqual([1, 60, 61].map(minutes));
  });

  test('forgets a stream that was silent for more than two hours, as those of sub-agents that are done', () => {
    const trace = createSessionTrace();
    trace.push(read(minutes(0), { origin: 'agent', agent: 'a1' }));
    trace.push(read(minutes(1), { origin: 'agent', agent: 'a2' }));
    trace.push(read(minutes(121)));
    expect(trace.turns(`agent:a1 ${MODEL}`)).toHaveLength(0);
    expect(trace.turns(`agent:a2 ${MODEL}`)).toHaveLength(1);
  });

  test('keeps a stream that was silent for long until another one speaks', () => {
    expect(verdicts(rewrite(NOON), rewrite(hours(3)))).toEqual(['first', 'ttl_expired']);
  });

  test('is empty for a stream that never was', () => {
    expect(createSessionTrace().turns('main nobody')).toEqual([]);
  });
});

describe('any session', () => {
  const tokens = fc.nat(300_000);
  const anyRequest = fc
    .record({
      origin: fc.constantFrom('main', 'agent', 'background', 'unknown'),
      agent: fc.constantFrom('a1', 'a2'),
      model: fc.constantFrom(MODEL, OTHER_MODEL),
      sequence: fc.option(fc.nat(20), { nil: undefined }),
      cacheReadTokens: tokens,
      cacheCreationTokens: tokens,
      durationMs: fc.nat(60_000),
    })
    .map(({ durationMs, ...part }) => ({ part, durationMs }));
  const anyStep = fc.record({
    gapMs: fc.nat(HOUR_MS / 4),
    what: fc.oneof(anyRequest, fc.constantFrom('resume' as const, 'compaction' as const, 'clear' as const)),
  });
  const anySession = fc.array(anyStep, { maxLength: 40 }).map((steps) => {
    let now: EpochMs = NOON;
    return steps.map(({ gapMs, what }): SessionEvent => {
      now = plus(now, gapMs);
      if (typeof what === 'string') return marked(what, now);
      return sent({ ...what.part, startedAt: plus(now, -what.durationMs), endedAt: now });
    });
  });
  const replay = (events: readonly SessionEvent[]) => {
    const trace = createSessionTrace();
    return events.map((event) => trace.push(event));
  };

  test('replayed in the same order yields the same turns', () => {
    fc.assert(
      fc.property(anySession, (events) => {
        expect(replay(events)).toEqual(replay(events));
      }),
    );
  });

  test('yields a turn for each request of a stream, and no gap below zero', () => {
    fc.assert(
      fc.property(anySession, (events) => {
        for (const [index, turn] of replay(events).entries()) {
          const event = events[index];
          const isJudged = event?.is === 'request' && event.request.origin !== 'background';
          expect(turn !== undefined).toBe(isJudged);
          expect(turn?.gapMs ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('is judged alike with or without its background requests, as long as no sequence tells of a resume', () => {
    fc.assert(
      fc.property(anySession, (events) => {
        const silent = events.map((event) =>
          event.is === 'request' ? { ...event, request: { ...event.request, sequence: undefined } } : event,
        );
        const foreground = silent.filter((event) => event.is === 'marker' || event.request.origin !== 'background');
        const turnsOf = (some: readonly SessionEvent[]) => replay(some).filter((turn) => turn !== undefined);
        expect(turnsOf(foreground)).toEqual(turnsOf(silent));
      }),
    );
  });
});
