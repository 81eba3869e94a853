import { describe, expect, test } from 'vitest';
import { judgeOracle } from '../../src/commands/judge-oracle.ts';
import { agreement } from '../../src/evaluation/agreement.ts';
import { OracleSessions } from '../../src/evaluation/oracle.ts';
import { oracleLines } from '../../src/evaluation/oracle-text.ts';

/** A step of the client: what it read and wrote, and what its status line then counted. */
function step(t_s: number, [read, written]: [number, number], [requests, misses]: [number, number], part: object = {}) {
  const { rebuilds = 0, causes, ...rest } = part as { rebuilds?: number; causes?: string[] };
  return {
    input: 4,
    output: 300,
    cache_read: read,
    w5: 0,
    w1: written,
    t_s,
    model: 'claude-sonnet-5-5',
    prompt_cache: {
      requests,
      misses,
      expected_rebuilds: rebuilds,
      last_miss_cause: causes ? { causes } : null,
    },
    ...rest,
  };
}

function held(...steps: readonly object[]) {
  const told = OracleSessions.parse([{ client: '2.1.330', steps }]);
  return agreement(judgeOracle([{ path: 'some/oracle.json', told }]));
}

const COLD = step(0, [14_000, 60_000], [1, 0]);
const HIT = step(2, [74_000, 900], [2, 0]);

describe('our count of misses against the client’s', () => {
  test('agrees on hits and misses', () => {
    const told = held(COLD, HIT, step(4, [14_000, 61_500], [3, 1]), step(6, [75_500, 500], [4, 1]));
    expect(told).toMatchObject({
      sessions: 1,
      compared: 4,
      agreed: 4,
      disagreements: [],
      explained: [],
      uncounted: [],
    });
  });

  test('names a request that only one of us calls a miss, with its numbers', () => {
    const told = held(
      COLD,
      step(2, [14_000, 61_500], [2, 0]),
      step(4, [75_500, 900], [3, 1], { causes: ['tools_changed'] }),
    );
    expect(told).toMatchObject({ compared: 3, agreed: 1 });
    expect(told.disagreements).toEqual([
      {
        session: 'oracle.json[0]',
        step: 2,
        ours: 'miss',
        theirs: 'nothing',
        numbers: 'read 14000 of 74000, wrote 61500, 2 s later',
        because: 'the count came one step earlier or later',
      },
      expect.objectContaining({ step: 3, ours: 'hit', theirs: 'miss (tools_changed)' }),
    ]);
  });

  test('has no reason for a miss that the client never counts', () => {
    const told = held(COLD, step(2, [14_000, 61_500], [2, 0]), step(4, [75_500, 900], [3, 0]));
    expect(told.disagreements).toMatchObject([{ because: 'unknown' }]);
  });

  test('waits for a status line that shows a request only with the next one', () => {
    const late = [step(2, [14_000, 61_500], [1, 0]), step(4, [75_500, 900], [3, 1])];
    expect(held(COLD, ...late)).toMatchObject({ compared: 3, agreed: 3, uncounted: [] });
  });

  test('leaves out the last request where the status line never came', () => {
    const told = held(COLD, HIT, step(4, [14_000, 61_500], [2, 0]));
    expect(told).toMatchObject({ compared: 2, agreed: 2, uncounted: [{ session: 'oracle.json[0]', step: 3 }] });
  });

  test('begins anew with a new process', () => {
    const again = [
      step(4, [75_000, 900], [1, 0], { command: '--resume' }),
      step(6, [75_900, 900], [2, 0]),
      step(8, [14_000, 63_000], [3, 1]),
    ];
    expect(held(COLD, step(2, [14_000, 61_000], [2, 1]), ...again)).toMatchObject({ compared: 5, agreed: 5 });
  });
});

describe('misses that we explain', () => {
  test.each<[string, readonly object[], object]>([
    [
      'a compaction',
      [step(4, [1000, 100], [2, 0], { command: '/compact' }), step(6, [14_000, 23_000], [3, 0], { rebuilds: 1 })],
      { ours: 'compaction', theirs: 'expected rebuild' },
    ],
    [
      'a switch to a model that has no past',
      [
        { command: '/model opus' },
        step(6, [0, 76_000], [3, 1], { model: 'claude-opus-5-5', causes: ['model_changed'] }),
      ],
      { ours: 'model_switch', theirs: 'miss (model_changed)' },
    ],
    [
      'an idle time longer than the cache lives',
      [{ wait_s: 4000 }, step(4004, [14_000, 62_000], [3, 1], { causes: ['likely_server_side'] })],
      { ours: 'ttl_expired', theirs: 'miss (likely_server_side)' },
    ],
  ])('%s is taken apart, with what the client said', (_, steps, expected) => {
    expect(held(COLD, HIT, ...steps)).toMatchObject({
      compared: 2,
      agreed: 2,
      explained: [{ ...expected, times: 1 }],
    });
  });

  test('after /clear the client goes on under another id, so nothing is left to miss', () => {
    const cleared = [{ command: '/clear' }, step(6, [14_000, 3000], [1, 0])];
    expect(held(COLD, HIT, ...cleared)).toMatchObject({ compared: 3, agreed: 3, explained: [] });
  });
});

test.each([
  ['{}', 'must be a list of sessions'],
  ['[{}]', 'needs turns or steps'],
])('%s is refused: %s', (text, message) => {
  expect(OracleSessions.safeParse(JSON.parse(text)).error?.issues[0]?.message).toBe(message);
});

test('the report names the share, each disagreement, each explanation and what was not counted', () => {
  const told = held(
    COLD,
    step(2, [14_000, 61_500], [2, 0]),
    step(5000, [14_000, 62_000], [3, 1]),
    step(5002, [76_000, 900], [3, 1]),
  );
  expect(oracleLines(told)).toEqual([
    "THE CLIENT'S OWN COUNT: 1 of 2 requests in 1 session agree (50.0 %, 95 %: 9–91)",
    '  ✗ oracle.json[0] step 2  we say miss, the client nothing: read 14000 of 74000, wrote 61500, 2 s',
    '                           later; unknown',
    '  explained as ttl_expired, 1 time: the client says miss',
    '  oracle.json[0] step 4: not yet counted when the status line was read',
  ]);
});
