import { describe, expect, test } from 'vitest';
import { detectInReports } from '../../src/detectors/all.ts';
import type { CountedSession } from '../../src/detectors/client-count.ts';
import type { CacheReport } from '../../src/model/cache-report.ts';
import { MINUTE_MS, plus } from '../../src/model/time.ts';
import { cacheReport, hit, minutes, rewrite, SESSION } from '../support/builders.ts';

type Step = readonly [misses: number, part?: Partial<CacheReport>];

/** One report a minute, one request each; every miss wrote 60,000 tokens again and is dated by its report. */
function reports(...steps: readonly Step[]): readonly CacheReport[] {
  return steps.map(([misses, part], minute) => {
    const at = minutes(minute);
    const lastMissAt = misses > (steps[minute - 1]?.[0] ?? 0) ? { lastMissAt: at } : {};
    return cacheReport({
      at,
      requests: minute + 1,
      misses,
      missRecacheTokens: misses * 60_000,
      ...lastMissAt,
      ...part,
    });
  });
}

const detect = (steps: readonly Step[], part: Partial<CountedSession> = {}) =>
  detectInReports({ reports: reports(...steps), turns: [], clientVersion: '2.1.330', ...part });
const named = (lastMissCause: string) => ({ lastMissCause });
const CHANGED = named('tools_changed');

describe('the client’s own count', () => {
  test.each<[string, readonly Step[], 'warning' | 'critical' | undefined]>([
    ['of no misses says nothing', [[0], [0], [0]], undefined],
    ['of one miss says nothing', [[0], [1, CHANGED], [1, CHANGED]], undefined],
    ['of two within five requests warns', [[0], [1, CHANGED], [1, CHANGED], [2, CHANGED]], 'warning'],
    ['of two in one step warns', [[0], [2, CHANGED]], 'warning'],
    ['of three is critical', [[0], [1, CHANGED], [2, CHANGED], [3, CHANGED]], 'critical'],
    ['of two far apart says nothing', [[0], [1, CHANGED], [1], [1], [1], [1], [1], [2, CHANGED]], undefined],
    [
      'leaves out what was there when it began',
      [
        [2, CHANGED],
        [3, CHANGED],
      ],
      undefined,
    ],
    ['leaves out idle time', [[0], [1, named('ttl_expired_1h')], [2, named('ttl_expired_5m')]], undefined],
    ['leaves out model switches', [[0], [1, named('model_changed')], [2, named('model_changed')]], undefined],
    ['leaves out what idle time explains among others', [[0], [2, named('tools_changed,ttl_expired_1h')]], undefined],
    ['counts a cause that nobody knows yet', [[0], [1, named('quantum_flip')], [2, named('quantum_flip')]], 'warning'],
    ['is over once nothing new comes', [[0], [1, CHANGED], [2, CHANGED], [2, CHANGED]], undefined],
  ])('%s', (...[, steps, severity]) => {
    expect(detect(steps)?.severity).toBe(severity);
  });

  test('tells what was rewritten, since when, and why', () => {
    expect(detect([[0], [1, named('system_prompt_changed')], [2]])).toEqual({
      kind: 'client_count',
      severity: 'warning',
      session: SESSION,
      model: 'claude-sonnet-5-5',
      clientVersion: '2.1.330',
      at: minutes(2),
      firstMissAt: minutes(1),
      misses: 2,
      rewrittenTokens: 120_000,
      cause: 'system_prompt_changed',
      arrivedLate: false,
    });
  });

  test('begins anew with a new client process, whose counters begin at zero', () => {
    const before = reports([0], [1, CHANGED], [2, CHANGED]);
    const restarted = cacheReport({ at: minutes(3), requests: 1, misses: 1, lastMissAt: minutes(3), ...CHANGED });
    expect(detectInReports({ reports: [...before, restarted], turns: [], clientVersion: undefined })).toBeUndefined();
  });

  test('forgets what is more than an hour ago', () => {
    const [zero, one, two] = reports([0], [1, CHANGED], [2, CHANGED]);
    const later = two && { ...two, at: minutes(90), lastMissAt: minutes(90) };
    const told = [zero, one, later].flatMap((report) => report ?? []);
    expect(detectInReports({ reports: told, turns: [], clientVersion: undefined })).toBeUndefined();
  });
});

describe('a miss for which the client names no cause, or only a guess,', () => {
  const cold = { expiresAt: undefined };
  const two = (part: Partial<CacheReport>): readonly Step[] => [
    [0, part],
    [1, part],
    [2, part],
  ];
  const missed = [rewrite(minutes(1), 60_000), rewrite(minutes(2), 60_000)];
  const expired = missed.map((turn) => ({ ...turn, verdict: { is: 'explained', by: 'ttl_expired' } as const }));

  test.each([
    ['counts while the cache is warm by the client’s own clock', two({}), [], true],
    ['does not count when the cache was cold', two({ expiresAt: plus(minutes(0), -MINUTE_MS) }), [], false],
    ['does not count when nobody knows how long the cache lives', two(cold), [], false],
    ['counts when the tokens miss too', two(cold), missed, true],
    ['does not count when the tokens read what they should', two(cold), [hit(minutes(1)), hit(minutes(2))], false],
    ['does not count when the tokens explain it, however warm the client thinks it is', two({}), expired, false],
    ['counts as a guess at the server like no cause', two({ ...cold, ...named('likely_server_side') }), missed, true],
    ['does not count as a guess that the tokens explain', two(named('likely_server_side')), expired, false],
  ])('%s', (_, steps, turns, isCounted) => {
    expect(detect(steps, { turns }) !== undefined).toBe(isCounted);
  });

  test('with a cause by name counts whatever the tokens say', () => {
    expect(detect(two(CHANGED), { turns: expired })).toBeDefined();
  });
});
