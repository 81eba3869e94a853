import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statusLineItems } from '../../src/collector/status-line-items.ts';
import { NOW } from './a-collector.ts';
import { capturedBodies, STATUS_LINE_FILES } from './captured.ts';

const RESETS_S = Math.round(NOW / 1000) + 3600;
const RESETS_AT = RESETS_S * 1000;

const factsOf = (body: object) => statusLineItems({ session_id: 's1', ...body }, NOW).items.map(({ fact }) => fact);
const windows = (rateLimits: unknown) => factsOf({ rate_limits: rateLimits });

test('each window becomes a reading of the server at the time of arrival', () => {
  const items = statusLineItems(
    { session_id: 's1', version: '2.1.330', rate_limits: { five_hour: { used_percentage: 42, resets_at: RESETS_S } } },
    NOW,
  );
  const reading = {
    kind: 'five_hour',
    scope: '',
    usedPercent: 42,
    resetsAt: RESETS_AT,
    at: NOW,
    source: 'status_line',
  };
  expect(items.session).toBe('s1');
  expect(items.items).toEqual([
    { clientVersion: '2.1.330', fact: { is: 'reading', reading: { session: 's1', ...reading } } },
  ]);
});

describe('what our own client could not send at once', () => {
  const told = (seconds_ago: unknown) =>
    factsOf({
      rate_limits: { five_hour: { used_percentage: 42, resets_at: RESETS_S } },
      prompt_cache: { requests: 2, misses: 1 },
      seconds_ago,
    });

  test('is of when it was read', () => {
    expect(told(60)).toMatchObject([{ reading: { at: NOW - 60_000 } }, { report: { at: NOW - 60_000 } }]);
  });

  test('is a reading, but no count of the cache that could alert anybody, after 15 minutes', () => {
    expect(told(15 * 60)).toHaveLength(2);
    expect(told(15 * 60 + 1)).toMatchObject([{ is: 'reading', reading: { at: NOW - 901_000 } }]);
  });

  test.each([-1, 7 * 86_400 + 1, '60', null])('is refused where its age is %s', (age) => {
    expect(() => told(age)).toThrow(/must be a status line/);
  });
});

test('kinds are open-ended', () => {
  const window = { used_percentage: 103.5, resets_at: RESETS_S };
  expect(windows({ spend_limit: window, seven_day_opus: window })).toMatchObject([
    { reading: { kind: 'spend_limit', usedPercent: 103.5 } },
    { reading: { kind: 'seven_day_opus' } },
  ]);
});

describe('a reset may be written as', () => {
  test.each([
    ['epoch seconds', RESETS_S],
    ['epoch milliseconds', RESETS_AT],
    ['ISO text', new Date(RESETS_AT).toISOString()],
    ['ISO text with an offset', new Date(RESETS_AT + 7_200_000).toISOString().replace('Z', '+02:00')],
  ])('%s', (_case, resetsAt) => {
    expect(windows({ five_hour: { used_percentage: 1, resets_at: resetsAt } })).toMatchObject([
      { reading: { resetsAt: RESETS_AT } },
    ]);
  });
});

describe('a window that cannot be read stays absent', () => {
  test.each([
    ['null', null],
    ['a number', 42],
    ['no reset', { used_percentage: 1 }],
    ['a reset that is none', { used_percentage: 1, resets_at: 'soon' }],
    ['a reset in another century', { used_percentage: 1, resets_at: 1e300 }],
    ['a reset of 1970', { used_percentage: 1, resets_at: 0 }],
    ['no percentage', { resets_at: RESETS_S }],
    ['a percentage as text', { used_percentage: '42', resets_at: RESETS_S }],
    ['less than nothing', { used_percentage: -1, resets_at: RESETS_S }],
    ['more than anything', { used_percentage: 1001, resets_at: RESETS_S }],
  ])('%s', (_case, window) => {
    expect(windows({ five_hour: window, seven_day: { used_percentage: 0, resets_at: RESETS_S } })).toMatchObject([
      { reading: { kind: 'seven_day', usedPercent: 0 } },
    ]);
  });

  test('a kind that is no word', () => {
    const window = JSON.stringify({ used_percentage: 1, resets_at: RESETS_S });
    for (const kind of ['__proto__', 'a b', '<!channel>', '', 'x'.repeat(65), 'Five\\u0000'])
      expect(windows(JSON.parse(`{"${kind}":${window}}`))).toEqual([]);
  });

  test('rate limits that are no object, and crowds of them', () => {
    for (const limits of [null, [], 'none', 1]) expect(windows(limits)).toEqual([]);
    const crowd = Array.from({ length: 100 }, (_, i) => [`kind_${i}`, { used_percentage: 1, resets_at: RESETS_S }]);
    expect(windows(Object.fromEntries(crowd))).toHaveLength(20);
  });
});

describe('the prompt cache becomes a report', () => {
  const CACHE = {
    warm: true,
    ttl: '1h',
    expires_at: RESETS_S,
    requests: 4,
    misses: 1,
    expected_rebuilds: 2,
    hit_ratio: 0.35,
    miss_recache_tokens: 73000,
    last_miss_at: RESETS_S - 7200,
    last_miss_cause: { causes: ['tools_changed', 'likely_server_side'], tools_added: ['mcp__secret__tool'] },
    miss_causes: { likely_server_side: 1 },
    recache_tokens_if_cold: 87206,
  };
  const report = {
    session: 's1',
    at: NOW,
    requests: 4,
    misses: 1,
    expectedRebuilds: 2,
    missRecacheTokens: 73000,
    lastMissAt: RESETS_AT - 7_200_000,
    lastMissCause: 'tools_changed,likely_server_side',
    ttl: '1h',
    expiresAt: RESETS_AT,
    recacheTokensIfCold: 87206,
  };

  test.each([
    ['as it stands', {}, {}],
    [
      'without a miss',
      { last_miss_at: null, last_miss_cause: null },
      { lastMissAt: undefined, lastMissCause: undefined },
    ],
    ['with a cause of another shape', { last_miss_cause: 'tools' }, { lastMissCause: undefined }],
    ['with causes that are no words', { last_miss_cause: { causes: [1, 'a b', ''] } }, { lastMissCause: undefined }],
    ['before 2.1.260', { expected_rebuilds: undefined, ttl: undefined }, { expectedRebuilds: 0, ttl: undefined }],
    [
      'cold',
      { expires_at: null, recache_tokens_if_cold: null },
      { expiresAt: undefined, recacheTokensIfCold: undefined },
    ],
  ])('%s', (_case, changes, expected) => {
    expect(factsOf({ prompt_cache: { ...CACHE, ...changes } })).toEqual([
      { is: 'cache_report', report: { ...report, ...expected } },
    ]);
  });

  test('not without its counters', () => {
    for (const cache of [null, {}, { requests: 1 }, { requests: -1, misses: 0 }, { requests: 'x', misses: 0 }])
      expect(factsOf({ prompt_cache: cache })).toEqual([]);
  });
});

test('a status line without a session is refused', () => {
  for (const body of [null, [], 1, {}, { session_id: '' }, { session_id: 'a\u0000' }])
    expect(() => statusLineItems(body, NOW)).toThrow('session_id');
});

test('no JSON makes the parser throw once there is a session', () => {
  const parts = fc.record({ version: fc.jsonValue(), rate_limits: fc.jsonValue(), prompt_cache: fc.jsonValue() });
  fc.assert(fc.property(parts, (body) => void factsOf(body)));
  const counters = fc.dictionary(
    fc.constantFrom('requests', 'misses', 'ttl', 'last_miss_at', 'last_miss_cause'),
    fc.jsonValue(),
  );
  fc.assert(fc.property(counters, (cache) => void factsOf({ prompt_cache: cache })));
});

describe('captured status lines', () => {
  test.each(STATUS_LINE_FILES)('%s is read whole', (file) => {
    for (const body of capturedBodies(file)) {
      const { items } = statusLineItems(body, NOW);
      const told = body as { rate_limits?: object; prompt_cache?: object };
      expect(items).toHaveLength(Object.keys(told.rate_limits ?? {}).length + (told.prompt_cache ? 1 : 0));
    }
  });

  test('the cause of a miss is named once and then no longer', () => {
    const reports = capturedBodies('statusline.json').flatMap((body) =>
      statusLineItems(body, NOW).items.flatMap(({ fact }) => (fact.is === 'cache_report' ? [fact.report] : [])),
    );
    const told = reports.map(({ misses, lastMissCause }) => [misses, lastMissCause]);
    expect(told.slice(2, 6)).toEqual([
      [0, undefined],
      [1, 'likely_server_side'],
      [2, undefined],
      [3, undefined],
    ]);
  });
});
