import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../src/collector/problem.ts';
import { usageItems } from '../../src/collector/usage-items.ts';

const REQUEST = {
  session: 's1',
  at: '2026-11-23T09:30:54.049+02:00',
  model: 'claude-opus-5-5',
  inputTokens: 3,
  outputTokens: 42,
  cacheReadTokens: 15273,
  cacheCreationTokens: 8271,
};
const AT = Date.parse('2026-11-23T07:30:54.049Z');

function problemsOf(body: unknown): readonly string[] {
  try {
    usageItems(body);
  } catch (error) {
    if (error instanceof Problem) return error.problems;
    throw error;
  }
  return [];
}

test('a request becomes an item of the main conversation at list prices', () => {
  expect(usageItems({ requests: [REQUEST] }).items).toEqual([
    {
      fact: {
        is: 'request',
        request: {
          session: 's1',
          origin: 'main',
          model: 'claude-opus-5-5',
          startedAt: AT,
          endedAt: AT,
          inputTokens: 3,
          outputTokens: 42,
          cacheReadTokens: 15273,
          cacheCreationTokens: 8271,
          // 3 at 4, 42 at 20, 15,273 at 0.20 and 8,271 at 5 dollars a million.
          costMicros: 45262,
        },
      },
    },
  ]);
});

test('everything that a request may carry is kept', () => {
  const told = {
    requestId: 'req_1',
    clientRequestId: 'c1',
    promptId: 'p1',
    sequence: 3,
    agent: 'a1',
    clientVersion: '2.1.330',
    cacheCreation5mTokens: 271,
    cacheCreation1hTokens: 8000,
    costMicros: 7,
  };
  const [item] = usageItems({
    requests: [{ ...REQUEST, ...told, at: AT, durationMs: 1049, email: 'Me@Example.com' }],
  }).items;
  expect(item).toMatchObject({ email: 'me@example.com', clientVersion: '2.1.330' });
  expect(item?.fact).toMatchObject({ request: { ...told, origin: 'agent', startedAt: AT - 1049, endedAt: AT } });
  expect(JSON.stringify(item?.fact)).not.toContain('xample');
});

test('an unknown model costs an unknown amount', () => {
  const [item] = usageItems({ requests: [{ ...REQUEST, model: 'next' }] }).items;
  expect(item?.fact).toMatchObject({ request: { costMicros: undefined } });
});

test.each(['resume', 'compaction', 'clear'])('a marker may be a %s', (kind) => {
  const { items } = usageItems({ markers: [{ session: 's1', at: AT, kind, email: 'me@example.com' }] });
  expect(items).toEqual([{ email: 'me@example.com', fact: { is: 'marker', marker: { session: 's1', at: AT, kind } } }]);
});

describe('a body that does not fit is refused with place and reason', () => {
  const { model: _, ...modelless } = REQUEST;
  const one = (changes: object) => ({ requests: [REQUEST, { ...REQUEST, ...changes }] });
  test.each([
    [null, 'body: Invalid input: expected object'],
    [[], 'body: Invalid input: expected object'],
    [{}, 'body: needs at least one request or marker'],
    [{ requests: [], markers: [] }, 'body: needs at least one request or marker'],
    [{ requests: {} }, 'requests: Invalid input: expected array'],
    [{ requests: [REQUEST], other: 1 }, 'body: Unrecognized key: "other"'],
    [{ requests: [modelless] }, 'requests[0].model: Invalid input: expected string'],
    [one({ prompt: 'hello' }), 'requests[1]: Unrecognized key: "prompt"'],
    [one({ session: '' }), 'requests[1].session: Too small'],
    [one({ session: 's'.repeat(201) }), 'requests[1].session: Too big'],
    [one({ session: 'a\u0000' }), 'requests[1].session: must be well-formed text'],
    [one({ requestId: '\uD800' }), 'requests[1].requestId: must be well-formed text'],
    [one({ model: '<synthetic>' }), 'requests[1].model: must be a model'],
    [one({ inputTokens: -1 }), 'requests[1].inputTokens: Too small'],
    [one({ inputTokens: 1.5 }), 'requests[1].inputTokens: Invalid input: expected int'],
    [one({ inputTokens: '3' }), 'requests[1].inputTokens: Invalid input: expected number'],
    [one({ inputTokens: 2 ** 53 }), 'requests[1].inputTokens: '],
    [one({ costMicros: -1 }), 'requests[1].costMicros: Too small'],
    [one({ sequence: 0.5 }), 'requests[1].sequence: Invalid input: expected int'],
    [
      one({ at: '2026-11-23T07:30:54' }),
      'requests[1].at: must be ISO 8601 with an offset, or epoch milliseconds, after 2019',
    ],
    [one({ at: 'yesterday' }), 'requests[1].at: must be ISO 8601 with an offset, or epoch milliseconds, after 2019'],
    [one({ at: 1_795_419_054 }), 'requests[1].at: must be ISO 8601 with an offset, or epoch milliseconds, after 2019'],
    [one({ email: 'me' }), 'requests[1].email: Invalid email address'],
    [
      one({ cacheCreation5mTokens: 8000, cacheCreation1hTokens: 272 }),
      'requests[1].cacheCreationTokens: must not be less than its 5-minute and 1-hour parts together',
    ],
    [{ markers: [{ session: 's1', at: AT, kind: 'pause' }] }, 'markers[0].kind: Invalid option'],
    [JSON.parse('{"requests":[],"__proto__":{"x":1}}'), 'body: Unrecognized key: "__proto__"'],
    [{ requests: Array(5001).fill(REQUEST) }, 'requests: must hold at most 5000 entries, holds 5001'],
    [{ markers: Array(5001).fill(1) }, 'markers: must hold at most 5000 entries, holds 5001'],
  ])('case %#', (body, problem) => {
    expect(problemsOf(body)[0]).toContain(problem);
  });

  test('with the first ten of many faults', () => {
    expect(problemsOf({ requests: Array(5000).fill({}) })).toHaveLength(10);
  });
});

test('5,000 requests at once are taken', () => {
  expect(usageItems({ requests: Array(5000).fill(REQUEST) }).items).toHaveLength(5000);
});

test('the parser answers any JSON with items or a refusal', () => {
  const bodies = fc.oneof(fc.jsonValue(), fc.record({ requests: fc.jsonValue(), markers: fc.jsonValue() }));
  fc.assert(fc.property(bodies, (body) => void problemsOf(body)));
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(REQUEST)), fc.jsonValue(), (key, value) => {
      problemsOf({ requests: [{ ...REQUEST, [key]: value }] });
    }),
  );
});
