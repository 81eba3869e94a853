import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { cacheInvalidation } from '../../src/detectors/cache-invalidation.ts';
import type { Turn, Verdict } from '../../src/detectors/turn.ts';
import { evidence, hit, MODEL, minutes, readWrite, rewrite, SESSION, seconds, turn } from '../support/builders.ts';

const RESUMED: Verdict = { is: 'explained', by: 'resume' };

/** What the newest of these turns shows, in short. */
function seen(...turns: readonly Turn[]) {
  const finding = cacheInvalidation(turns, POLICY.cacheInvalidation);
  return finding && `${finding.rule}: ${finding.severity}`;
}

const miss = (secondsAfterNoon: number, rewritten = 20_000) => rewrite(seconds(secondsAfterNoon), rewritten);
const minute = (minutesAfterNoon: number, rewritten = 20_000) => rewrite(minutes(minutesAfterNoon), rewritten);

describe('misses in a row', () => {
  test.each([
    ['one means nothing', [miss(0)], undefined],
    ['two within 4:59 warn', [miss(0), miss(299)], 'consecutive: warning'],
    ['two within exactly 5:00 warn', [miss(0), miss(300)], 'consecutive: warning'],
    ['two within 5:01 are too far apart', [miss(0), miss(301)], undefined],
    ['three are critical', [miss(0), miss(10), miss(20)], 'consecutive: critical'],
    ['three are critical however far apart', [minute(0), minute(20), minute(40)], 'consecutive: critical'],
    [
      'the newest two of three decide whether they are close',
      [minute(0), hit(minutes(1)), miss(600), miss(610)],
      'consecutive: warning',
    ],
    ['four stay critical', [miss(0), miss(10), miss(20), miss(30)], 'consecutive: critical'],
  ])('%s', (_, turns, expected) => {
    expect(seen(...turns)).toBe(expected);
  });

  test.each([
    ['a hit', hit(seconds(10))],
    ['an explained miss', rewrite(seconds(10), 20_000, RESUMED)],
    ['a first request', rewrite(seconds(10), 20_000, { is: 'first' })],
  ])('are interrupted by %s', (_, between) => {
    expect(seen(miss(0), between, miss(20))).toBeUndefined();
  });

  test('say nothing more once a hit follows', () => {
    expect(seen(miss(0), miss(10), miss(20), hit(seconds(30)))).toBeUndefined();
  });

  test('that are explained never count', () => {
    const explained = [0, 10, 20].map((second) => rewrite(seconds(second), 400_000, RESUMED));
    expect(seen(...explained)).toBeUndefined();
  });
});

describe('rewritten tokens', () => {
  const spread = (...sizes: readonly number[]) =>
    sizes.flatMap((size, n) => [minute(n * 8, size), hit(minutes(n * 8 + 1))]);

  test.each([
    ['one rewrite of 299,999 is not enough', [minute(0, 299_999)], undefined],
    ['one rewrite of exactly 300,000 warns', [minute(0, 300_000)], 'one_large: warning'],
    [
      '299,999 in an hour of single misses are not enough',
      [...spread(100_000, 100_000), minute(30, 99_999)],
      undefined,
    ],
    ['exactly 300,000 in an hour warn', [...spread(100_000, 100_000), minute(30, 100_000)], 'tokens_per_hour: warning'],
    ['with a hit as the newest turn nothing new is wrong', spread(100_000, 100_000, 100_000), undefined],
    [
      'explained ones do not add up',
      [rewrite(minutes(0), 250_000, RESUMED), hit(minutes(1)), minute(10, 100_000)],
      undefined,
    ],
    ['a run is the stronger word', [miss(0, 300_000), miss(10, 300_000)], 'consecutive: warning'],
  ])('%s', (_, turns, expected) => {
    expect(seen(...turns)).toBe(expected);
  });
});

describe('the flat floor of a small context', () => {
  /** A turn that reads a floor and writes the rest: too little to count as a miss. */
  const flat = (second: number, read: number, written: number) =>
    turn({
      request: readWrite(seconds(second), read, written),
      previous: readWrite(seconds(second - 1), 0, 5000),
    });

  test.each<[string, readonly Turn[], string | undefined]>([
    [
      'three flat reads with more than 30 % written warn',
      [flat(0, 4000, 1800), flat(10, 4000, 1800), flat(20, 4000, 1800)],
      'flat_floor: warning',
    ],
    ['two of them are not enough', [flat(0, 4000, 1800), flat(10, 4000, 1800)], undefined],
    [
      'exactly 30 % written is not enough',
      [flat(0, 4200, 1800), flat(10, 4200, 1800), flat(20, 4200, 1800)],
      undefined,
    ],
    [
      'reads within 0.5 % of the newest are flat',
      [flat(0, 3980, 1800), flat(10, 4020, 1800), flat(20, 4000, 1800)],
      'flat_floor: warning',
    ],
    ['reads further off are not', [flat(0, 3979, 1800), flat(10, 4000, 1800), flat(20, 4000, 1800)], undefined],
    [
      'a floor of nothing at all is flat as well',
      [flat(0, 0, 1800), flat(10, 0, 1900), flat(20, 0, 2000)],
      'flat_floor: warning',
    ],
    [
      'a single miss among them counts',
      [flat(0, 4000, 1800), { ...flat(10, 4000, 2100), verdict: { is: 'miss' } }, flat(20, 4000, 1800)],
      'flat_floor: warning',
    ],
    [
      'an explained turn among them does not',
      [flat(0, 4000, 1800), { ...flat(10, 4000, 2100), verdict: RESUMED }, flat(20, 4000, 1800)],
      undefined,
    ],
    [
      'a first request among them does not',
      [{ ...flat(0, 4000, 1800), verdict: { is: 'first' } }, flat(10, 4000, 1800), flat(20, 4000, 1800)],
      undefined,
    ],
    [
      'a read that grows is a working cache',
      [flat(0, 4000, 1800), flat(10, 5800, 1800), flat(20, 7600, 1800)],
      undefined,
    ],
  ])('%s', (_, turns, expected) => {
    expect(seen(...turns)).toBe(expected);
  });

  /** A turn whose predecessor left `readable` tokens in the cache. */
  const leaving = (readable: number, [second, read, written]: readonly [number, number, number]) =>
    turn({ request: readWrite(seconds(second), read, written), previous: readWrite(seconds(second - 1), 0, readable) });
  const three = (readable: number, read: number, written: number) =>
    [0, 10, 20].map((second) => leaving(readable, [second, read, written]));

  test.each<[string, readonly Turn[], string | undefined]>([
    ['parallel forks that read all that there was are healthy', three(20_000, 20_000, 10_000), undefined],
    [
      'one of three that read all that there was is enough to be healthy',
      [...three(5000, 4000, 1800).slice(1), leaving(4000, [30, 4000, 1800])],
      undefined,
    ],
    ['contexts of 1,500 tokens are too small for a word', three(1500, 0, 1500), undefined],
    ['a predecessor that left exactly 2,000 tokens is too small', three(2000, 0, 1800), undefined],
    ['one that left more is not', three(2001, 0, 1800), 'flat_floor: warning'],
    ['2,000 tokens lost by three are too few', three(4666, 4000, 1800), undefined],
    ['2,001 tokens lost by three are not', three(4667, 4000, 1800), 'flat_floor: warning'],
  ])('and what was there to read: %s', (_, turns, expected) => {
    expect(seen(...turns)).toBe(expected);
  });

  test('is told with the flat turns as its evidence', () => {
    const turns = [0, 10, 20, 30].map((second) => flat(second, 4000, 1800));
    const finding = cacheInvalidation(turns, POLICY.cacheInvalidation);
    expect(finding?.misses.map((one) => one.at)).toEqual([10, 20, 30].map(seconds));
    expect(finding?.consecutive).toBe(3);
  });
});

describe('a finding', () => {
  test('holds every miss of the hour, the newest last', () => {
    const finding = cacheInvalidation([miss(0), hit(seconds(5)), miss(10), miss(20)], POLICY.cacheInvalidation);
    expect(finding).toMatchObject({
      kind: 'cache_invalidation',
      session: SESSION,
      stream: `main ${MODEL}`,
      model: MODEL,
      consecutive: 2,
    });
    expect(finding?.misses.map((one) => one.at)).toEqual([0, 10, 20].map(seconds));
  });

  test('shows each turn as a sceptic can check it', () => {
    const finding = cacheInvalidation([miss(0, 60_000), miss(10, 60_000)], POLICY.cacheInvalidation);
    expect(finding?.misses.at(-1)).toEqual(
      evidence({
        at: seconds(10),
        gapMs: 0,
        contextTokens: 70_000,
        expectedTokens: 70_000,
        readTokens: 10_000,
        writtenTokens: 60_000,
        extraCostMicros: 144_000,
      }),
    );
  });

  test('needs a turn', () => {
    expect(seen()).toBeUndefined();
  });
});
