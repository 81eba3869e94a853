import { describe, expect, test } from 'vitest';
import type { CacheReport } from '../../src/model/cache-report.ts';
import { plus } from '../../src/model/time.ts';
import { type StatusFacts, statusText } from '../../src/windows/status-text.ts';
import { hours, minutes, NOON, SESSION, seconds, window } from '../support/builders.ts';

const shown = (part: Partial<StatusFacts> = {}) =>
  statusText({ windows: [], report: undefined, rewrittenTokens: undefined, now: NOON, zone: 'Europe/Berlin', ...part });

const report = (part: Partial<CacheReport> = {}): CacheReport => ({
  session: SESSION,
  at: NOON,
  requests: 2,
  misses: 0,
  expectedRebuilds: 0,
  missRecacheTokens: 0,
  ...part,
});

describe('the status line shows of a window', () => {
  test.each([
    ['what is left and when it resets, in the developer’s own time', { usedPercent: 42 }, '5h 58% left, resets 17:00'],
    ['whole percents', { usedPercent: 41.6 }, '5h 58% left, resets 17:00'],
    ['that it is used up', { usedPercent: 100 }, '5h used up, resets 17:00'],
    ['a last bit that is left', { usedPercent: 99.6 }, '5h 1% left, resets 17:00'],
    ['nothing below nothing', { usedPercent: 130 }, '5h used up, resets 17:00'],
    ['a week without its reset while something is left', { kind: 'seven_day', resetsAt: hours(90) }, 'week 50% left'],
    [
      'the day of a reset that is far',
      { kind: 'seven_day', resetsAt: hours(90), usedPercent: 100 },
      'week used up, resets Fri 07:00',
    ],
    ['what it is limited to', { kind: 'seven_day', scope: 'opus' }, 'week opus 50% left'],
    ['a limit on spending', { kind: 'spend_limit' }, 'spend 50% left'],
    ['a kind that nobody heard of by its own name', { kind: 'thirty_day' }, 'thirty day 50% left'],
  ])('%s', (_, part, text) => {
    expect(shown({ windows: [window(part)] })).toBe(text);
  });

  test('one after the other, and never 0 % where nothing is known', () => {
    expect(shown({ windows: [window(), window({ kind: 'seven_day' })] })).toBe(
      '5h 50% left, resets 17:00 · week 50% left',
    );
    expect(shown()).toBe('quota not known yet');
  });
});

describe('the status line shows of the cache', () => {
  const cold = (expiresAt: number, recacheTokensIfCold?: number) =>
    report({ expiresAt: plus(NOON, expiresAt), recacheTokensIfCold });
  const cache = (part: Partial<StatusFacts>) => shown(part).replace('quota not known yet', '').replace(' · ', '');

  test.each([
    ['nothing before the client reports it', undefined, ''],
    ['that it works', report(), 'cache ok'],
    ['that it works while it stays warm for 5 minutes', cold(300_000, 150_000), 'cache ok'],
    ['when it gets cold, and what that costs', cold(299_999, 150_000), 'cache cold in 5 min, then ≈150k to rewrite'],
    ['the last started minute', cold(1, 150_000), 'cache cold in 1 min, then ≈150k to rewrite'],
    ['that it is cold', cold(0, 150_000), 'cache cold, ≈150k to rewrite'],
    ['no warning below 20,000 tokens', cold(0, 19_999), 'cache ok'],
    ['a warning from 20,000 tokens on', cold(0, 20_000), 'cache cold, ≈20k to rewrite'],
    ['no warning of an unknown size', cold(0), 'cache ok'],
  ])('%s', (_, reported, text) => {
    expect(cache({ report: reported })).toBe(text);
  });

  const missed = (lastMissAt: number, lastMissCause?: string) =>
    report({ misses: 3, missRecacheTokens: 151_000, lastMissAt: plus(NOON, lastMissAt), lastMissCause });

  test.each([
    ['a miss that the client just counted', missed(-1000), 'cache missed 3×, 151k rewritten'],
    ['a miss with a cause that is no excuse', missed(-299_999, 'tools_changed'), 'cache missed 3×, 151k rewritten'],
    ['no miss of 5 minutes ago', missed(-300_000), 'cache ok'],
    ['no miss because time passed', missed(-1000, 'ttl_expired_5m'), 'cache ok'],
    ['no miss because of another model', missed(-1000, 'model_changed'), 'cache ok'],
  ])('%s', (_, reported, text) => {
    expect(cache({ report: reported })).toBe(text);
  });

  test('that it is broken, before anything else', () => {
    const broken = { report: report({ at: seconds(1), expiresAt: minutes(1) }), rewrittenTokens: 123_456 };
    expect(cache(broken)).toBe('cache broken, 123k rewritten: start afresh');
  });
});
