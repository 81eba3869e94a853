import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { createWindowShares, type Spent, type Stretch } from '../../src/detectors/window-shares.ts';
import { sessionId } from '../../src/model/ids.ts';
import { MODEL, SESSION } from '../support/builders.ts';

const DOLLAR = 1_000_000;

const spent = (part: Partial<Spent>): Spent => ({
  promptId: 'one',
  session: SESSION,
  model: MODEL,
  isHeadless: false,
  requests: 1,
  costMicros: DOLLAR,
  unpricedRequests: 0,
  ...part,
});

const two = (part: Partial<Spent> = {}) => spent({ promptId: 'two', session: sessionId('session-2'), ...part });

function sharesOf(...stretches: readonly Stretch[]) {
  const shares = createWindowShares(POLICY.windowShares);
  for (const stretch of stretches) shares.add(stretch);
  return shares;
}

/** What each prompt of the newest stretch took, as [points, low, high]. */
const took = (...stretches: readonly Stretch[]) =>
  Object.fromEntries(
    sharesOf(...stretches)
      .prompts()
      .map(({ promptId, took: { points, low, high } }) => [promptId, [points, low, high]]),
  );

const stretch = (pointsGained: number, ...who: readonly Spent[]): Stretch => ({ pointsGained, spent: who });

describe('what a window gained between two readings', () => {
  test.each([
    ['belongs to the only one who spent', [stretch(10, spent({}))], { one: [10, 9, 11] }],
    [
      'is divided by the dollars spent',
      [stretch(12, spent({ costMicros: 3 * DOLLAR }), two())],
      { one: [9, 8.25, 9.75], two: [3, 2.75, 3.25] },
    ],
    [
      'adds up over readings: an error of one is undone by the next',
      [stretch(3, spent({})), stretch(4, spent({})), stretch(5, spent({}))],
      { one: [12, 11, 13] },
    ],
    [
      'is the less sure the more the shares move',
      [stretch(10, spent({})), stretch(10, two()), stretch(10, spent({}))],
      { one: [20, 18, 22] },
    ],
    [
      'is nobody’s when somebody’s price is unknown',
      [stretch(10, spent({}), two({ unpricedRequests: 1 }))],
      { one: [0, 0, 0], two: [0, 0, 0] },
    ],
    ['is never less than nothing', [stretch(1, spent({}))], { one: [1, 0, 2] }],
    ['nor more than a window', [stretch(100, spent({ costMicros: 9 * DOLLAR }))], { one: [100, 99, 100] }],
    [
      'was used elsewhere where the dollars cannot have bought it',
      [stretch(40, spent({ costMicros: 160_000 }))],
      { one: [10, 9, 11] },
    ],
  ])('%s', (_, stretches, expected) => {
    expect(took(...stretches)).toEqual(expected);
  });

  test('is nobody’s when nothing was spent', () => {
    const shares = sharesOf(stretch(10));
    expect(shares.prompts()).toEqual([]);
    expect(shares.headless()).toEqual({
      took: { points: 0, low: 0, high: 0 },
      requests: 0,
      costMicros: 0,
      busiestSession: undefined,
    });
  });

  test('lies in the range that is told, however readings are rounded', () => {
    const piece = fc.record({ mine: fc.integer({ min: 0, max: 5 }), other: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 15 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (pieces, start) => {
          // A dollar takes 0.7 points, of which the client tells whole percentages.
          let [used, mine, read] = [start, 0, Math.round(start)];
          const shares = createWindowShares(POLICY.windowShares);
          for (const { mine: own, other } of pieces) {
            used += 0.7 * (own + other);
            mine += 0.7 * own;
            const work = [spent({ isHeadless: true, costMicros: own * DOLLAR }), two({ costMicros: other * DOLLAR })];
            shares.add(stretch(Math.round(used) - read, ...work));
            read = Math.round(used);
          }
          const { took: range } = shares.headless();
          expect(range.low).toBeLessThanOrEqual(mine + 1e-9);
          expect(range.high).toBeGreaterThanOrEqual(mine - 1e-9);
        },
      ),
    );
  });
});

describe('a prompt', () => {
  test('is told while it spends, with its requests, dollars, session and model', () => {
    const [told] = sharesOf(stretch(5, spent({ requests: 3 })), stretch(5, spent({ requests: 4 }), two())).prompts();
    expect(told).toMatchObject({
      promptId: 'one',
      session: SESSION,
      model: MODEL,
      requests: 7,
      costMicros: 2 * DOLLAR,
    });
  });

  test('that spent nothing lately is not told again', () => {
    expect(Object.keys(took(stretch(5, spent({})), stretch(5, two())))).toEqual(['two']);
  });

  test('keeps what it took before a pause, and loses it after a long one', () => {
    const pause = (stretches: number) => Array.from({ length: stretches }, () => stretch(1, two()));
    expect(took(stretch(5, spent({})), ...pause(20), stretch(1, spent({}))).one?.[0]).toBe(6);
    expect(took(stretch(5, spent({})), ...pause(21), stretch(1, spent({}))).one?.[0]).toBe(1);
  });

  test('is of the session and model that a person waited for, not of its helpers', () => {
    const helper = spent({ isHeadless: true, model: 'claude-haiku-5-5', session: sessionId('helper') });
    const told = (...stretches: readonly Stretch[]) => sharesOf(...stretches).prompts()[0];
    expect(told(stretch(5, helper))).toMatchObject({ model: 'claude-haiku-5-5' });
    expect(told(stretch(5, helper, spent({})))).toMatchObject({ model: MODEL, session: SESSION });
    expect(told(stretch(5, helper, spent({})), stretch(1, helper))).toMatchObject({ model: MODEL, session: SESSION });
  });

  test('costs an unknown amount when a part of it has no price', () => {
    expect(sharesOf(stretch(5, spent({ unpricedRequests: 1 }))).prompts()).toMatchObject([{ costMicros: undefined }]);
  });

  test('is nobody’s without an id', () => {
    expect(took(stretch(5, spent({ promptId: undefined })))).toEqual({});
  });
});

test('headless work adds up over the whole window, whosever prompts it served', () => {
  const agent = { isHeadless: true };
  const shares = sharesOf(
    stretch(10, spent({}), spent(agent)),
    stretch(10, two()),
    stretch(10, two(agent), spent({ ...agent, promptId: undefined })),
  );
  expect(shares.headless()).toEqual({
    took: { points: 15, low: 15 - 1.5, high: 15 + 1.5 },
    requests: 3,
    costMicros: 3 * DOLLAR,
    busiestSession: SESSION,
  });
});

test('the busiest session is the one whose headless work spent most between two readings, whatever its person spent', () => {
  const agent = { isHeadless: true };
  const shares = sharesOf(
    stretch(10, spent({ costMicros: 9 * DOLLAR }), spent(agent), two(agent), two({ ...agent, promptId: 'three' })),
    stretch(10, spent(agent)),
  );
  expect(shares.headless().busiestSession).toBe('session-2');
});
