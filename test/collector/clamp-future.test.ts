import { expect, test } from 'vitest';
import { clampFuture } from '../../src/collector/clamp-future.ts';
import { sessionId } from '../../src/model/ids.ts';
import { epochMs, MINUTE_MS, plus } from '../../src/model/time.ts';
import type { Fact } from '../../src/model/usage-item.ts';
import { NOW } from './a-collector.ts';

const session = sessionId('s1');

/** One fact of each kind that says it happened `aheadMs` from now. */
function factsAhead(aheadMs: number): readonly Fact[] {
  const at = plus(NOW, aheadMs);
  const tokens = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheCreationTokens: 0 };
  const window = { kind: 'five_hour', scope: '', usedPercent: 1, resetsAt: plus(NOW, 300 * MINUTE_MS) };
  const counters = { requests: 1, misses: 1, expectedRebuilds: 0, missRecacheTokens: 0 };
  return [
    {
      is: 'request',
      request: { session, origin: 'main', model: 'm', startedAt: plus(at, -70), endedAt: at, ...tokens },
    },
    { is: 'marker', marker: { session, at, kind: 'clear' } },
    { is: 'error', error: { session, at } },
    { is: 'start', start: { session, at } },
    { is: 'reading', reading: { session, ...window, at, source: 'status_line' } },
    { is: 'cache_report', report: { session, at, ...counters, lastMissAt: at, expiresAt: plus(NOW, 60 * MINUTE_MS) } },
  ];
}

const clamped = (facts: readonly Fact[]) => {
  const result = clampFuture(
    facts.map((fact) => ({ fact })),
    NOW,
  );
  return { ...result, facts: result.items.map(({ fact }) => fact) };
};

test('up to five minutes ahead a clock is believed', () => {
  const facts = factsAhead(5 * MINUTE_MS);
  expect(clamped(facts)).toMatchObject({ clamped: 0, facts });
});

test('beyond that every kind of fact happened on arrival; durations and times to come stay', () => {
  const result = clamped(factsAhead(5 * MINUTE_MS + 1));
  expect(result.clamped).toBe(6);
  expect(result.facts).toMatchObject(factsAhead(0));
});

test('what a request told stays known, so that it is the same when it is sent again later', () => {
  const toldAt = plus(NOW, 60 * MINUTE_MS);
  expect(clamped(factsAhead(60 * MINUTE_MS)).facts[0]).toMatchObject({ request: { endedAt: NOW, toldAt } });
});

test('what happened long ago stays there', () => {
  const facts = factsAhead(-1e10);
  expect(clamped(facts)).toMatchObject({ clamped: 0, facts });
});

test('only the last miss of a report may be ahead', () => {
  const [fact] = factsAhead(0).filter(({ is }) => is === 'cache_report');
  if (fact?.is !== 'cache_report') throw new Error('expected a report');
  const report = { ...fact.report, at: epochMs(NOW - 5), lastMissAt: plus(NOW, 60 * MINUTE_MS) };
  expect(clamped([{ is: 'cache_report', report }]).facts).toMatchObject([{ report: { at: NOW - 5, lastMissAt: NOW } }]);
});
