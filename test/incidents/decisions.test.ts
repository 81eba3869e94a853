import { describe, expect, test } from 'vitest';
import { isExplainedAway } from '../../src/incidents/explained-away.ts';
import { opensAgain } from '../../src/incidents/opens-again.ts';
import { isOvertaken } from '../../src/incidents/overtaken.ts';
import { audiencesOf, type LastNotice, reasonToSpeak } from '../../src/incidents/reason-to-speak.ts';
import { subjectOf } from '../../src/incidents/subject.ts';
import { accountId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import type { Incident, Resolution } from '../../src/model/incident.ts';
import {
  ACCOUNT,
  burnFinding,
  cacheFinding,
  cacheIncident,
  DEVELOPER,
  hours,
  lockOutFinding,
  lockOutIncident,
  minutes,
  NOON,
  request,
  resumeFinding,
  rewrite,
  SESSION,
  seconds,
  thresholdFinding,
  thresholdIncident,
} from '../support/builders.ts';

const burning: Incident = {
  developer: DEVELOPER,
  kind: 'burn_rate',
  subject: 'x',
  severity: 'warning',
  openedAt: NOON,
  lastEvidenceAt: NOON,
  isLate: false,
  evidence: burnFinding(),
};

describe('who hears of an incident', () => {
  const named = { namesDeveloper: true };
  const unnamed = { namesDeveloper: false };
  test.each([
    ['a recorded resume: nobody', cacheIncident({ severity: 'recorded' }), named, []],
    ['a resume of some size: the developer', cacheIncident({ severity: 'info' }), named, ['developer']],
    ['a broken cache: the channel', cacheIncident(), named, ['channel']],
    ['a critical one: the channel', cacheIncident({ severity: 'critical' }), named, ['channel']],
    ['one that may not be named: the developer, too', cacheIncident(), unnamed, ['channel', 'developer']],
    ['a lock-out: the developer', lockOutIncident(), named, ['developer']],
    ['a window’s level: the developer', thresholdIncident(90), unnamed, ['developer']],
    ['a pace, although it warns: the developer', burning, named, ['developer']],
  ] as const)('%s', (...[, incident, channel, audiences]) => {
    expect(audiencesOf(incident, channel)).toEqual(audiences);
  });
});

describe('why something is said', () => {
  const resolvedBy = (by: Resolution, part = {}) => cacheIncident({ resolved: { at: NOON, by }, ...part });
  const said = (reason: LastNotice['reason']): LastNotice => ({ reason, severity: 'warning', decidedAt: NOON });

  test.each([
    ['nothing was said yet', cacheIncident(), undefined, 'opened'],
    ['nothing was said, and it came too late to alert anybody', cacheIncident({ isLate: true }), undefined, undefined],
    ['nothing was said, and it turned out to be lawful', resolvedBy('explained'), undefined, undefined],
    ['nothing was said, and a stronger word took its place', resolvedBy('overtaken'), undefined, undefined],
    ['nothing was said, and it healed meanwhile', resolvedBy('healthy'), undefined, 'opened'],
    ['it goes on', cacheIncident(), said('opened'), 'grown'],
    ['it goes on by late data: an edit alerts nobody', cacheIncident({ isLate: true }), said('opened'), 'grown'],
    ['it became more serious', cacheIncident({ severity: 'critical' }), said('opened'), 'escalated'],
    ['it is over', resolvedBy('healthy'), said('grown'), 'resolved'],
    ['it is over, and that was said', resolvedBy('healthy'), said('resolved'), undefined],
    ['it was over and came back', cacheIncident(), said('resolved'), 'reopened'],
    ['it was over and came back more serious', cacheIncident({ severity: 'critical' }), said('resolved'), 'reopened'],
    ['it was over, and late data tell of more', cacheIncident({ isLate: true }), said('resolved'), undefined],
    ['it came back and goes on', cacheIncident(), said('reopened'), 'grown'],
  ] as const)('%s', (...[, incident, last, reason]) => {
    expect(reasonToSpeak(incident, last)).toBe(reason);
  });
});

describe('a request opens a locked window again', () => {
  const locked = lockOutIncident({ evidence: lockOutFinding({ at: minutes(5) }) });
  const opus = lockOutIncident({ evidence: lockOutFinding({ at: minutes(5), scope: 'opus' }) });
  test.each([
    ['when it was sent after the refusal', locked, { startedAt: minutes(6) }, true],
    ['not when it was sent at that very moment', locked, { startedAt: minutes(5) }, false],
    ['not when it was on its way already', locked, { startedAt: minutes(4), endedAt: minutes(7) }, false],
    [
      'when it went to the model that the limit covers',
      opus,
      { startedAt: minutes(6), model: 'claude-opus-5-5' },
      true,
    ],
    ['not when it went to another model', opus, { startedAt: minutes(6) }, false],
  ])('%s', (...[, incident, part, opens]) => {
    expect(opensAgain(incident, request(part), UNKNOWN_ACCOUNT)).toBe(opens);
  });

  test.each([
    ['of the same account', ACCOUNT, true],
    ['of an account that is not known yet', UNKNOWN_ACCOUNT, true],
    ['of another account, which was not locked out', accountId('another'), false],
  ])('a request %s', (_, account, opens) => {
    const after = request({ startedAt: minutes(6), endedAt: minutes(7) });
    expect(opensAgain(locked, after, account)).toBe(opens);
  });
});

const lockedOut = (part: object) => lockOutIncident({ evidence: lockOutFinding(part) });

describe('an incident has nothing left to say', () => {
  test.each([
    ['a lower level beside a higher one', thresholdIncident(80), thresholdIncident(90), true],
    ['a level beside a lock-out', thresholdIncident(100), lockOutIncident(), true],
    ['a pace beside a lock-out', burning, lockOutIncident(), true],
    ['a lock-out beside a later one', lockOutIncident(), lockedOut({ resetsAt: hours(9) }), true],
  ])('%s', (...[, incident, stronger, overtaken]) => {
    expect(isOvertaken(incident, stronger)).toBe(overtaken);
  });
});

describe('an incident keeps its word', () => {
  const later = (part: object) => lockedOut({ resetsAt: hours(9), ...part });
  const level = (percent: number, part: object) =>
    thresholdIncident(percent, { evidence: thresholdFinding({ level: percent, ...part }) });
  test.each([
    ['a higher level beside a lower one', thresholdIncident(90), thresholdIncident(80)],
    ['a level beside itself', thresholdIncident(90), thresholdIncident(90)],
    ['a level beside a pace', thresholdIncident(90), burning],
    ['a pace beside a level', burning, thresholdIncident(90)],
    ['a lock-out beside a lock-out', lockOutIncident(), lockOutIncident()],
    ['a lock-out beside a level', lockOutIncident(), thresholdIncident(100)],
    ['a level beside the lock-out of another reset', thresholdIncident(90), lockedOut({ resetsAt: hours(9) })],
    ['a level beside the lock-out of another kind', thresholdIncident(90), lockedOut({ windowKind: 'seven_day' })],
    ['a level beside the lock-out of another scope', thresholdIncident(90), lockedOut({ scope: 'opus' })],
    ['a level beside the lock-out of another account', thresholdIncident(90), lockedOut({ account: 'account-2' })],
    ['a level beside a higher one of another account', thresholdIncident(80), level(90, { account: 'account-2' })],
    ['a level beside a higher one of another reset', thresholdIncident(80), level(90, { resetsAt: hours(9) })],
    ['a pace beside the lock-out of another reset', burning, lockedOut({ resetsAt: hours(9) })],
    ['a lock-out beside an earlier one', lockedOut({ resetsAt: hours(9) }), lockOutIncident()],
    ['a lock-out beside a later one of another account', lockOutIncident(), later({ account: 'account-2' })],
    ['a lock-out beside a later one of another kind', lockOutIncident(), later({ windowKind: 'seven_day' })],
    ['a lock-out beside a later one of another scope', lockOutIncident(), later({ scope: 'opus' })],
    ['a lock-out beside a later level', lockOutIncident(), level(100, { resetsAt: hours(9) })],
    ['a broken cache beside anything', cacheIncident(), lockOutIncident()],
    ['a level beside a broken cache', thresholdIncident(80), cacheIncident()],
  ])('%s', (_, incident, stronger) => {
    expect(isOvertaken(incident, stronger)).toBe(false);
  });
});

describe('an incident is explained away', () => {
  const incident = cacheIncident();
  const lawful = { is: 'explained', by: 'resume' } as const;
  test.each([
    ['when each miss has a lawful reason now', [lawful, lawful], true],
    ['not when one is still unexplained', [lawful, { is: 'miss' } as const], false],
    ['not when one is not judged anew', [lawful], false],
    ['not without turns', [], false],
  ])('%s', (_, reasons, away) => {
    const turns = reasons.map((verdict, n) => rewrite(seconds(n * 10 - 10), 60_000, verdict));
    expect(isExplainedAway(incident, turns)).toBe(away);
  });
});

describe('what a finding is about', () => {
  test.each([
    ['a broken cache: its session', cacheFinding(), SESSION],
    ['a resume: its session', resumeFinding(), SESSION],
    ['a lock-out: its window', lockOutFinding(), `account-1 five_hour  ${hours(4)}`],
    ['a pace: its window', burnFinding({ scope: 'opus' }), `account-1 five_hour opus ${hours(4)}`],
    ['a level: its window and the level', thresholdFinding({ level: 90 }), `account-1 five_hour  ${hours(4)} 90`],
  ])('%s', (_, finding, subject) => {
    expect(subjectOf(finding)).toBe(subject);
  });
});
