import { describe, expect, test } from 'vitest';
import { firstEvidence, moreEvidence } from '../../src/incidents/cache-evidence.ts';
import { absorbFinding, absorbQuietTurn } from '../../src/incidents/lifecycle.ts';
import type { CacheInvalidation } from '../../src/model/finding.ts';
import { type CacheIncident, type Incident, isCacheIncident } from '../../src/model/incident.ts';
import { type EpochMs, plus } from '../../src/model/time.ts';
import {
  cacheFinding,
  DEVELOPER,
  evidence,
  MODEL,
  minutes,
  NOON,
  resumeFinding,
  seconds,
} from '../support/builders.ts';

const MAIN = `main ${MODEL}`;

function cache(incident: Incident | undefined): CacheIncident {
  if (!incident || !isCacheIncident(incident)) throw new Error('not a cache incident');
  return incident;
}

const opened = (finding: CacheInvalidation) => cache(absorbFinding(DEVELOPER, finding, undefined)?.incident);

/** An incident of 421,000 rewritten tokens that healed a minute after its last miss. */
function healedIncident() {
  const broken = opened(cacheFinding({ misses: [large(NOON), large(seconds(10))] }));
  return [20, 30, 40].reduce(
    (incident, second) => absorbQuietTurn(incident, { stream: MAIN, at: seconds(second), isHealthy: true }) ?? incident,
    broken,
  );
}

const large = (at: EpochMs) => evidence({ at, rewrittenTokens: 210_500 });
const small = (at: EpochMs) => evidence({ at, rewrittenTokens: 15_000 });

describe('an incident that healed', () => {
  const healed = healedIncident();
  const before = [large(NOON), large(seconds(10))];
  const hourly = (...moments: readonly EpochMs[]) =>
    cacheFinding({ rule: 'tokens_per_hour', consecutive: 1, misses: [...before, ...moments.map(small)] });

  test('stays so after one ordinary miss, although the hour still adds up', () => {
    expect(healed.resolved?.by).toBe('healthy');
    expect(absorbFinding(DEVELOPER, hourly(minutes(10)), healed)).toBeUndefined();
  });

  test('comes back with the second miss, and counts both', () => {
    const again = cache(absorbFinding(DEVELOPER, hourly(minutes(10), minutes(20)), healed)?.incident);
    expect(again.resolved).toBeUndefined();
    expect(again.evidence).toMatchObject({ misses: 4, rewrittenTokens: 451_000 });
  });

  test('does not take a miss at the moment of its resolution for a new one', () => {
    expect(absorbFinding(DEVELOPER, hourly(seconds(40), minutes(20)), healed)).toBeUndefined();
  });

  test.each(['consecutive', 'one_large', 'flat_floor'] as const)('comes back with one miss by the rule %s', (rule) => {
    const finding = { ...hourly(minutes(10)), rule };
    expect(absorbFinding(DEVELOPER, finding, healed)?.is).toBe('changed');
  });
});

test('an incident that is open grows with each miss of an hour that adds up', () => {
  const broken = opened(cacheFinding({ misses: [large(NOON), large(seconds(10))] }));
  const finding = cacheFinding({ rule: 'tokens_per_hour', misses: [...broken.evidence.turns, small(minutes(10))] });
  expect(moreEvidence(broken, finding)?.misses).toBe(3);
});

describe('evidence of a new episode after an older one', () => {
  const hourly = (...moments: readonly EpochMs[]) =>
    cacheFinding({ rule: 'tokens_per_hour', misses: [large(NOON), ...moments.map(small)] });

  test('is not one ordinary miss in an hour that adds up', () => {
    expect(firstEvidence(hourly(minutes(2)), minutes(1))).toBeUndefined();
  });

  test('is two of them, without those from before', () => {
    expect(firstEvidence(hourly(minutes(2), minutes(3)), minutes(1))).toMatchObject({
      misses: 2,
      firstMissAt: minutes(2),
    });
  });

  test('is one resume that rewrote', () => {
    expect(firstEvidence(resumeFinding({ misses: [small(minutes(2))] }), minutes(1))?.misses).toBe(1);
  });
});

describe('two misses in the same millisecond', () => {
  const first = [evidence(), evidence({ at: seconds(10) })];
  const twin = evidence({ at: seconds(10), readTokens: 14_000, writtenTokens: 66_000 });
  const broken = opened(cacheFinding({ misses: first }));

  test('count twice', () => {
    const grown = moreEvidence(broken, cacheFinding({ misses: [...first, twin] }));
    expect(grown).toMatchObject({ misses: 3, rewrittenTokens: 180_000, floorTokens: 14_000 });
  });

  test('count no more when they are judged again', () => {
    const both = {
      ...broken,
      evidence: moreEvidence(broken, cacheFinding({ misses: [...first, twin] })) ?? broken.evidence,
    };
    expect(moreEvidence(both, cacheFinding({ misses: [...first, twin] }))).toBeUndefined();
  });

  test('differ in their context where they read and wrote alike', () => {
    const longer = evidence({ at: seconds(10), contextTokens: 80_001 });
    expect(moreEvidence(broken, cacheFinding({ misses: [...first, longer] }))?.misses).toBe(3);
  });

  test('count once when the kept turns no longer tell which one was known', () => {
    const others = Array.from({ length: 12 }, (_, n) => evidence({ at: plus(seconds(20), n) }));
    const crowded = cache(
      absorbFinding(DEVELOPER, cacheFinding({ stream: 'agent', misses: others }), broken)?.incident,
    );
    expect(moreEvidence(crowded, cacheFinding({ misses: [...first, twin] }))).toBeUndefined();
  });
});
