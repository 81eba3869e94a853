import { describe, expect, test } from 'vitest';
import { extraCost } from '../../src/incidents/extra-cost.ts';
import { absorbFinding, sweep } from '../../src/incidents/lifecycle.ts';
import { isOvertaken } from '../../src/incidents/overtaken.ts';
import { audiencesOf, reasonToSpeak } from '../../src/incidents/reason-to-speak.ts';
import { subjectOf } from '../../src/incidents/subject.ts';
import type { Finding, Runaway } from '../../src/model/finding.ts';
import { incidentId, sessionId } from '../../src/model/ids.ts';
import { type EpochMs, plus, SECOND_MS } from '../../src/model/time.ts';
import {
  burnFinding,
  cacheIncident,
  DEVELOPER,
  fleetIncident,
  hours,
  inflationFinding,
  lockOutIncident,
  minutes,
  NOON,
  runawayFinding,
  seconds,
  silenceFinding,
  spikeFinding,
  stormFinding,
  thresholdIncident,
  ttlFinding,
  usageIncident,
} from '../support/builders.ts';

const named = { namesDeveloper: true };
const { window: _none, ...noWindow } = runawayFinding({ rule: 'sessions', took: undefined, sessions: 140 });
const bySessions: Runaway = noWindow;

describe('an incident of use is about', () => {
  test.each<[string, Finding, string]>([
    ['a prompt', spikeFinding(), 'prompt-1'],
    ['a model', inflationFinding(), 'claude-sonnet-5-5'],
    ['a feed', silenceFinding(), 'status_line'],
    ['the window that it ate', runawayFinding(), `account-1 five_hour  ${hours(4)}`],
    ['the developer, where it is sessions that run away', bySessions, ''],
    ['the developer: a storm', stormFinding(), ''],
    ['the developer: a shorter cache', ttlFinding(), ''],
  ])('%s', (_, finding, subject) => {
    expect(subjectOf(finding)).toBe(subject);
  });
});

describe('who hears', () => {
  test.each([
    ['of a storm: the channel', stormFinding(), ['channel']],
    ['of inflated costs: the channel', inflationFinding(), ['channel']],
    ['of a prompt: the developer', spikeFinding(), ['developer']],
    ['of runaway work: the developer', runawayFinding(), ['developer']],
    ['of a shorter cache: the developer', ttlFinding(), ['developer']],
    ['of a silent feed: the developer', silenceFinding(), ['developer']],
  ] as const)('%s', (_, finding, audiences) => {
    expect(audiencesOf(usageIncident(finding), named)).toEqual(audiences);
  });

  test('of the fleet: the channel alone', () => {
    expect(audiencesOf(fleetIncident(), { namesDeveloper: false })).toEqual(['channel']);
  });
});

describe('what the fleet’s incident speaks for', () => {
  const part = cacheIncident({ partOf: incidentId(9) });
  const said = (reason: 'opened' | 'absorbed') => ({ reason, severity: 'warning', decidedAt: NOON }) as const;
  test.each([
    ['was never said, and is not said', part, undefined, undefined],
    ['was said, and points to it', part, said('opened'), 'absorbed'],
    ['points to it once', part, said('absorbed'), undefined],
    ['ends without a word', { ...part, resolved: { at: NOON, by: 'healthy' } as const }, said('absorbed'), undefined],
    ['speaks again for itself afterwards', cacheIncident(), said('absorbed'), 'reopened'],
  ] as const)('%s', (...[, incident, last, reason]) => {
    expect(reasonToSpeak(incident, last)).toBe(reason);
  });
});

describe('a finding of what is open already', () => {
  const storm = usageIncident(stormFinding());
  const later = (finding: Finding, at = minutes(2)) => ({ ...finding, at }) as Finding;
  test.each([
    ['is news when it grew by more than a tenth', later(stormFinding({ readTokens: 67_000_000 })), 'changed'],
    ['is noted when it is about the same', later(stormFinding({ readTokens: 61_000_000 })), 'noted'],
    ['is noted when it shrank', later(stormFinding({ readTokens: 1_000_000 })), 'noted'],
    ['is nothing within the same minute', later(stormFinding(), seconds(30)), undefined],
    ['is news when it is more serious', later(stormFinding({ severity: 'critical' })), 'changed'],
  ])('%s', (_, finding, is) => {
    expect(absorbFinding(DEVELOPER, finding, storm)?.is).toBe(is);
  });

  test('keeps the worst that was seen, and when it was last seen', () => {
    const noted = absorbFinding(DEVELOPER, later(stormFinding({ readTokens: 1_000_000 })), storm)?.incident;
    expect(noted).toMatchObject({ lastEvidenceAt: minutes(2), evidence: { readTokens: 60_000_000 } });
  });

  test.each<[string, Finding, Finding]>([
    ['costs by what a prompt costs', inflationFinding(), inflationFinding({ costPerPromptMicros: 4_000_000 })],
    ['a prompt by its points', spikeFinding(), spikeFinding({ took: { points: 30, low: 28, high: 32 } })],
    ['runaway work by its points', runawayFinding(), runawayFinding({ took: { points: 45, low: 40, high: 50 } })],
    ['runaway sessions by their number', bySessions, { ...bySessions, sessions: 200 }],
  ])('measures %s', (_, before, after) => {
    const opened = absorbFinding(DEVELOPER, before, undefined)?.incident;
    expect(absorbFinding(DEVELOPER, later(before), opened)?.is).toBe('noted');
    expect(absorbFinding(DEVELOPER, later(after), opened)?.is).toBe('changed');
  });

  test('of another kind changes nothing', () => {
    expect(absorbFinding(DEVELOPER, later(inflationFinding()), storm)).toBeUndefined();
  });
});

describe('an incident of use ends', () => {
  const ends = (finding: Parameters<typeof usageIncident>[0], at: EpochMs, by: string) => {
    const open = usageIncident(finding);
    expect(sweep(open, plus(at, -SECOND_MS))).toBeUndefined();
    expect(sweep(open, at)?.resolved).toEqual({ at, by });
  };

  test.each([
    ['a storm after a quiet hour', stormFinding(), hours(1), 'quiet'],
    ['inflated costs after a quiet hour', inflationFinding(), hours(1), 'quiet'],
    ['runaway work after a quiet hour', runawayFinding(), hours(1), 'quiet'],
    [
      'runaway work when its window resets before',
      runawayFinding({ window: { account: 'a', windowKind: 'five_hour', scope: '', resetsAt: minutes(20) } }),
      minutes(20),
      'reset',
    ],
    ['a prompt after 30 quiet minutes', spikeFinding(), minutes(30), 'quiet'],
    ['a shorter cache after a quiet day', ttlFinding(), hours(24), 'quiet'],
    ['a silence nobody ended, after a week', silenceFinding(), hours(7 * 24), 'quiet'],
  ] as const)('%s', (_, finding, at, by) => ends(finding, at, by));

  test('a prompt is told once, a storm may come again', () => {
    const resolved = { at: minutes(30), by: 'quiet' } as const;
    const again = (finding: Parameters<typeof usageIncident>[0], minute: number) =>
      absorbFinding(DEVELOPER, { ...finding, at: minutes(minute) }, usageIncident(finding, { resolved }))?.is;
    expect(again(spikeFinding(), 40)).toBeUndefined();
    expect(again(stormFinding(), 20)).toBeUndefined();
    expect(again(stormFinding(), 40)).toBe('changed');
    expect(again(stormFinding(), 120)).toBe('opened');
  });
});

describe('beside a stronger incident', () => {
  const burning = { ...thresholdIncident(80), kind: 'burn_rate', evidence: burnFinding() } as const;
  const elsewhere = runawayFinding({
    window: { account: 'other', windowKind: 'five_hour', scope: '', resetsAt: hours(4) },
  });
  const otherModel = cacheIncident({ evidence: { ...cacheIncident().evidence, model: 'claude-opus-5-5' } });
  const otherSession = cacheIncident({ evidence: { ...cacheIncident().evidence, session: sessionId('other') } });
  test.each([
    ['the pace of runaway work says nothing more', burning, usageIncident(runawayFinding()), true],
    ['the pace of another window keeps its word', burning, usageIncident(elsewhere), false],
    ['the pace keeps its word beside too many sessions', burning, usageIncident(bySessions), false],
    ['a level keeps its word beside runaway work', thresholdIncident(80), usageIncident(runawayFinding()), false],
    ['the costs of a broken cache are told with it', usageIncident(inflationFinding()), cacheIncident(), true],
    ['the costs of another model are not', usageIncident(inflationFinding()), otherModel, false],
    ['a prompt that hit a broken cache is told with it', usageIncident(spikeFinding()), cacheIncident(), true],
    ['a prompt of another session is not', usageIncident(spikeFinding()), otherSession, false],
    [
      'what was only recorded takes no word away',
      usageIncident(spikeFinding()),
      cacheIncident({ severity: 'recorded' }),
      false,
    ],
    ['a storm keeps its word', usageIncident(stormFinding()), cacheIncident(), false],
    ['runaway work keeps its word beside a lock-out', usageIncident(runawayFinding()), lockOutIncident(), false],
  ])('%s', (...[, incident, stronger, overtaken]) => {
    expect(isOvertaken(incident, stronger)).toBe(overtaken);
  });
});

describe('what an incident cost beyond what it should have', () => {
  test.each([
    ['a broken cache: writing instead of reading', cacheIncident(), 276_000],
    ['a storm: what went beyond the usual hour', usageIncident(stormFinding()), 9_000_000],
    ['inflated costs: what its prompts took beyond the usual', usageIncident(inflationFinding()), 11_200_000],
    ['runaway sessions: all of it', usageIncident({ ...bySessions, costMicros: 5_000_000 }), 5_000_000],
  ])('%s', (_, incident, micros) => {
    expect(extraCost(incident)).toEqual({ is: 'known', micros });
  });

  test('is unknown without a price', () => {
    expect(extraCost(usageIncident(stormFinding({ costMicros: undefined })))).toEqual({ is: 'unpriced' });
  });

  test.each([
    ['runaway work that is told in points', usageIncident(runawayFinding())],
    ['a prompt that is told in points', usageIncident(spikeFinding())],
    ['a shorter cache', usageIncident(ttlFinding())],
    ['a silent feed', usageIncident(silenceFinding())],
    ['a window', lockOutIncident()],
  ])('is no question of %s', (_, incident) => {
    expect(extraCost(incident)).toBeUndefined();
  });
});
