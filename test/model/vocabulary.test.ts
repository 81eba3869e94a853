import { describe, expect, test } from 'vitest';
import { cachedPrefixTokens, contextTokens } from '../../src/model/api-request.ts';
import { atLeast, INCIDENT_KINDS, outranks, SEVERITIES } from '../../src/model/finding.ts';
import { isCacheIncident, isOpen } from '../../src/model/incident.ts';
import { windowName } from '../../src/model/quota-window.ts';
import { epochMs, plus } from '../../src/model/time.ts';
import { type Fact, sessionOf } from '../../src/model/usage-item.ts';
import {
  cacheIncident,
  lockOutIncident,
  marker,
  NOON,
  reading,
  request,
  SESSION,
  thresholdIncident,
} from '../support/builders.ts';

describe('a request', () => {
  const seen = request({ inputTokens: 1, cacheReadTokens: 20, cacheCreationTokens: 300, outputTokens: 4000 });

  test('has all that the model saw as its context, and not what it wrote', () => {
    expect(contextTokens(seen)).toBe(321);
  });

  test('leaves what it read and wrote to the cache for the next one', () => {
    expect(cachedPrefixTokens(seen)).toBe(320);
  });
});

describe('severities', () => {
  test('rise from recorded over info and warning to critical', () => {
    expect(SEVERITIES).toEqual(['recorded', 'info', 'warning', 'critical']);
  });

  test.each(SEVERITIES)('%s is at least itself and does not outrank itself', (severity) => {
    expect(atLeast(severity, severity)).toBe(true);
    expect(outranks(severity, severity)).toBe(false);
  });

  test.each([
    ['critical', 'warning'],
    ['warning', 'info'],
    ['info', 'recorded'],
    ['critical', 'recorded'],
  ] as const)('%s outranks %s, and not the other way round', (higher, lower) => {
    expect(outranks(higher, lower)).toBe(true);
    expect(outranks(lower, higher)).toBe(false);
    expect(atLeast(higher, lower)).toBe(true);
    expect(atLeast(lower, higher)).toBe(false);
  });
});

describe('an incident', () => {
  test('is one of a cache or one of a window', () => {
    const ofCaches = INCIDENT_KINDS.filter((kind) => kind === 'cache_invalidation' || kind === 'resume_reprocess');
    expect(ofCaches.map((kind) => isCacheIncident(cacheIncident({ kind })))).toEqual([true, true]);
    expect([lockOutIncident(), thresholdIncident(80)].map(isCacheIncident)).toEqual([false, false]);
  });

  test('is open until it is resolved', () => {
    expect(isOpen(cacheIncident())).toBe(true);
    expect(isOpen(cacheIncident({ resolved: { at: NOON, by: 'quiet' } }))).toBe(false);
  });
});

describe('the name of a window', () => {
  test.each([
    ['five_hour', '', 'five-hour'],
    ['seven_day', '', 'weekly'],
    ['spend_limit', '', 'spend limit'],
    ['seven_day', 'opus', 'weekly (opus)'],
    ['thirty_day_trial', '', 'thirty day trial'],
    ['constructor', '', 'constructor'],
  ])('of kind %s and scope "%s" is "%s"', (kind, scope, name) => {
    expect(windowName(kind, scope)).toBe(name);
  });
});

describe('time', () => {
  test('is kept in whole milliseconds', () => {
    expect(epochMs(1.4)).toBe(1);
    expect(plus(epochMs(10), 0.6)).toBe(11);
  });
});

describe('every fact', () => {
  const report = { requests: 1, misses: 0, expectedRebuilds: 0, missRecacheTokens: 0 };
  test.each<Fact>([
    { is: 'request', request: request() },
    { is: 'marker', marker: marker('clear') },
    { is: 'error', error: { session: SESSION, at: NOON } },
    { is: 'start', start: { session: SESSION, at: NOON } },
    { is: 'reading', reading: reading() },
    { is: 'cache_report', report: { session: SESSION, at: NOON, ...report } },
  ])('belongs to a session: $is', (fact) => {
    expect(sessionOf(fact)).toBe(SESSION);
  });
});
