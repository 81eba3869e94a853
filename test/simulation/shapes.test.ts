import { describe, expect, test } from 'vitest';
import { readRecording } from '../../src/evaluation/recording.ts';
import type { LineEvent, SessionLine } from '../../src/simulation/session-line.ts';
import { isShape, SHAPES, type ShapeName, simulate } from '../../src/simulation/shapes.ts';

const NAMES = Object.keys(SHAPES).filter(isShape);

describe.each(NAMES)('%s', (name) => {
  const simulated = simulate(name, 1);

  test('is the same for the same seed', () => {
    expect(simulate(name, 1)).toEqual(simulated);
  });

  test('is told in lines that a replay reads', () => {
    for (const line of simulated.sessions) {
      const { session, requests } = readRecording(JSON.parse(JSON.stringify(line)));
      expect({ session, requests: requests.length }).toEqual({ session: line.session, requests: line.events.length });
    }
  });

  test('goes on in time, and never spends less than nothing', () => {
    for (const { events, markers, status_lines = [], refusals = [] } of simulated.sessions) {
      for (const happened of [events, markers, status_lines, refusals]) {
        const times = happened.map(({ t }) => t);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times[0] ?? 0).toBeGreaterThanOrEqual(0);
      }
      for (const event of events) expectSound(event);
    }
  });

  test('reads no more than was written before', () => {
    for (const { events } of simulated.sessions) {
      for (const conversation of Map.groupBy(events, ({ agent }) => agent).values()) {
        conversation.slice(1).forEach((event, nth) => {
          const before = conversation[nth];
          expect(event.cache_read).toBeLessThanOrEqual((before?.cache_read ?? 0) + (before?.cache_creation ?? 0));
        });
      }
    }
  });

  test('tells the truth about what it broke', () => {
    for (const { session, missesAt, rewrittenTokens } of simulated.faults) {
      const line = simulated.sessions.find((one) => one.session === session);
      expect(line && lostBy(line, missesAt)).toBe(rewrittenTokens);
      expect(rewrittenTokens).toBeGreaterThan(0);
    }
  });
});

test('another seed makes another case', () => {
  const texts = (name: ShapeName) =>
    [1, 2, 3].map((seed) => JSON.stringify(simulate(name, seed)).replaceAll(`${name}-${seed}`, ''));
  for (const name of NAMES) expect(new Set(texts(name)).size).toBe(3);
});

test('an unknown name is no shape', () => {
  expect([isShape('ordinary'), isShape('toString'), isShape('')]).toEqual([true, false, false]);
});

function expectSound({ input, output, cache_read, cache_creation, c5m, c1h, took = 0 }: LineEvent) {
  for (const count of [input, output, cache_read, cache_creation, c5m ?? 0, c1h ?? 0]) {
    expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
  }
  expect((c5m === null) === (c1h === null)).toBe(true);
  if (c5m !== null && c1h !== null) expect(c5m + c1h).toBe(cache_creation);
  expect(took).toBeGreaterThanOrEqual(0);
}

/** What the requests that ended at these times did not read of what their conversation had cached. */
function lostBy({ events, start_utc }: SessionLine, missesAt: readonly number[]): number {
  const startsAt = Date.parse(`${start_utc}Z`);
  const at = new Set(missesAt);
  return [...Map.groupBy(events, ({ agent }) => agent).values()]
    .flatMap((conversation) => conversation.map((event, nth) => ({ event, before: conversation[nth - 1] })))
    .filter(({ event }) => at.has(Math.round(startsAt + event.t * 1000)))
    .reduce(
      (lost, { event, before }) => lost + (before ? before.cache_read + before.cache_creation - event.cache_read : 0),
      0,
    );
}
