import { describe, expect, test } from 'vitest';
import type { ApiRequest } from '../../src/model/api-request.ts';
import { costMicros, rewriteCostMicros } from '../../src/model/prices.ts';
import { at, request } from '../support/builders.ts';

const METERED_AT = at('2026-11-23T07:28:36Z');

function metered(model: string, [input, output, read, written]: readonly [number, number, number, number]): ApiRequest {
  return request({
    model,
    endedAt: METERED_AT,
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: read,
    cacheCreationTokens: written,
  });
}

const toOneHour = (priced: ApiRequest): ApiRequest => ({
  ...priced,
  cacheCreation1hTokens: priced.cacheCreationTokens,
});

describe('the price table reproduces what the client itself metered', () => {
  test.each([
    ['claude-sonnet-5-5', [4, 310, 14_200, 9800], 43_728],
    ['claude-sonnet-5-5', [6, 820, 24_000, 1650], 17_212],
    ['claude-sonnet-5-5', [6, 540, 25_650, 2100], 16_377],
    ['claude-sonnet-5-5', [8, 1200, 27_750, 3300], 27_991],
    ['claude-sonnet-5-5', [6, 320, 14_200, 157_400], 634_232],
    ['claude-opus-5-5', [3, 42, 15_273, 8271], 70_075],
  ] as const)(
    '%s, client 2.1.330, all to the 1-hour cache: input, output, read, written %j',
    (model, tokens, micros) => {
      expect(costMicros(toOneHour(metered(model, tokens)))).toBe(micros);
    },
  );

  test.each([
    [[4, 310, 14_200, 60_100], 154_778],
    [[6, 820, 74_300, 2650], 22_267],
    [[6, 540, 14_200, 65_200], 169_832],
    [[8, 700, 14_200, 68_300], 179_186],
    [[6, 260, 14_200, 70_400], 180_032],
    [[6, 410, 14_200, 72_100], 185_782],
  ] as const)('claude-sonnet-5-5, client 2.1.330, all to the 5-minute cache: %j', (tokens, micros) => {
    const split = { cacheCreation5mTokens: tokens[3], cacheCreation1hTokens: 0 };
    expect(costMicros({ ...metered('claude-sonnet-5-5', tokens), ...split })).toBe(micros);
  });

  test.each([
    [[4, 310, 14_200, 60_100], 234_297],
    [[6, 820, 74_300, 2650], 44_546],
    [[6, 540, 14_200, 65_200], 256_878],
    [[8, 700, 14_200, 68_300], 270_909],
    [[6, 260, 14_200, 70_400], 272_178],
    [[6, 410, 14_200, 72_100], 280_803],
  ] as const)('claude-sonnet-4-6, client 2.1.118, which does not split writes: %j', (tokens, micros) => {
    expect(costMicros(metered('claude-sonnet-4-6', tokens))).toBe(micros);
  });
});

describe('a price', () => {
  test('counts the unsplit rest of the writes as 5-minute writes', () => {
    const half = { ...metered('claude-sonnet-5-5', [0, 0, 0, 1000]), cacheCreation1hTokens: 400 };
    expect(costMicros(half)).toBe(600 * 2.5 + 400 * 4);
  });

  test.each(['claude-sonnet-5-5[1m]', 'claude-sonnet-5-5-20261001', 'claude-sonnet-5-5-20261001[1m]'])(
    'is found for %s by the bare name',
    (model) => {
      expect(costMicros(metered(model, [1000, 0, 0, 0]))).toBe(2000);
    },
  );

  test.each([
    ['claude-sonnet-5-5', '2026-10-06T23:59:59Z', 0.2],
    ['claude-sonnet-5-5', '2026-10-07T00:00:00Z', 0.1],
    ['claude-opus-5-5', '2026-10-06T23:59:59Z', 0.4],
    ['claude-opus-5-5', '2026-10-07T00:00:00Z', 0.2],
    ['claude-fable-5-1', '2026-10-07T00:00:00Z', 0.25],
    ['claude-fable-5', '2026-10-07T00:00:00Z', 1],
    ['claude-sonnet-4-6', '2026-10-07T00:00:00Z', 0.3],
  ])('holds from its date: a read of %s at %s costs %d micro-dollars', (model, iso, perToken) => {
    expect(costMicros(request({ model, endedAt: at(iso), cacheReadTokens: 1_000_000 }))).toBe(perToken * 1_000_000);
  });

  test.each([
    [100_000, 10_000],
    [100_001, 50_001],
  ])('of the small model rises for the whole request above 100,000 tokens: %d', (inputTokens, micros) => {
    expect(costMicros(request({ model: 'claude-haiku-5-5', inputTokens }))).toBe(micros);
  });

  test.each(['gpt-5', 'claude-sonnet-9', '<synthetic>', ''])(
    'of the unknown model "%s" is unknown, not zero',
    (model) => {
      expect(costMicros(request({ model, inputTokens: 1000 }))).toBeUndefined();
      expect(rewriteCostMicros(request({ model }), 1000)).toBeUndefined();
    },
  );
});

describe('what a rewrite cost beyond a hit', () => {
  test('is the 5-minute write less the read', () => {
    const rewrite = metered('claude-sonnet-5-5', [0, 0, 0, 60_000]);
    expect(rewriteCostMicros(rewrite, 60_000)).toBe(60_000 * (2.5 - 0.1));
  });

  test('is the 1-hour write less the read where the client wrote to that cache', () => {
    const rewrite = toOneHour(metered('claude-sonnet-5-5', [0, 0, 0, 60_000]));
    expect(rewriteCostMicros(rewrite, 60_000)).toBe(60_000 * (4 - 0.1));
  });

  test('is nothing for nothing', () => {
    expect(rewriteCostMicros(request(), 0)).toBe(0);
  });
});
