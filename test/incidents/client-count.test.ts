import { describe, expect, test } from 'vitest';
import { absorbClientCount, CLIENT_STREAM } from '../../src/incidents/client-count.ts';
import { absorbFinding, absorbQuietTurn } from '../../src/incidents/lifecycle.ts';
import { type Incident, isCacheIncident } from '../../src/model/incident.ts';
import {
  cacheFinding,
  cacheIncident,
  clientCountFinding,
  DEVELOPER,
  hours,
  lockOutIncident,
  minutes,
  NOON,
  SESSION,
  seconds,
} from '../support/builders.ts';

const absorb = (part = {}, last?: Incident) => absorbClientCount(DEVELOPER, clientCountFinding(part), last);

describe('what the client itself counted', () => {
  test('opens an incident of its own where the tokens show nothing', () => {
    const opened = absorb()?.incident;
    expect(opened).toMatchObject({
      kind: 'cache_invalidation',
      subject: SESSION,
      severity: 'warning',
      openedAt: seconds(10),
      evidence: { cause: 'tools_changed', misses: 0, firstMissAt: NOON, clientCount: { misses: 2 } },
    });
  });

  test('is part of the incident that the tokens opened, and the tokens of the one that it opened', () => {
    const byTokens = cacheIncident({ evidence: { ...cacheIncident().evidence, cause: undefined } });
    expect(absorb({ severity: 'critical' }, byTokens)).toMatchObject({
      is: 'changed',
      incident: { severity: 'critical', evidence: { cause: 'tools_changed', misses: 2, clientCount: { misses: 2 } } },
    });
    const both = absorbFinding(DEVELOPER, cacheFinding(), absorb()?.incident);
    expect(both).toMatchObject({
      is: 'changed',
      incident: { evidence: { misses: 2, extraCostMicros: 276_000, floorTokens: 15_000, clientCount: { misses: 2 } } },
    });
  });

  test('is told once, and its worst is kept', () => {
    const opened = absorb()?.incident;
    expect(absorb({}, opened)).toBeUndefined();
    const grown = absorb({ at: seconds(20), misses: 3, rewrittenTokens: 90_000, cause: undefined }, opened)?.incident;
    expect(grown?.evidence).toMatchObject({
      cause: 'tools_changed',
      clientCount: { misses: 3, rewrittenTokens: 120_000 },
    });
  });

  test('heals with three reports that count nothing new', () => {
    const opened = absorb()?.incident;
    const healed = [1, 2, 3].reduce((incident, minute) => {
      const quiet = { stream: CLIENT_STREAM, at: minutes(minute), isHealthy: true };
      return incident && isCacheIncident(incident) ? absorbQuietTurn(incident, quiet) : undefined;
    }, opened);
    expect(healed?.resolved).toEqual({ at: minutes(3), by: 'healthy' });
  });

  const over = cacheIncident({ resolved: { at: minutes(5), by: 'healthy' } });
  test.each([
    ['from before the resolution is nothing new', { firstMissAt: minutes(4), at: minutes(6) }, undefined],
    ['within the hour reopens', { firstMissAt: minutes(6), at: minutes(7) }, 'changed'],
    ['later is a new incident', { firstMissAt: hours(2), at: hours(2) }, 'opened'],
  ] as const)('%s', (_, part, is) => {
    const step = absorb(part, over);
    expect(step?.is).toBe(is);
    expect(step?.incident.resolved).toBeUndefined();
  });

  test('has nothing to do with an incident of another kind', () => {
    expect(absorb({}, lockOutIncident())?.is).toBe('opened');
  });
});
