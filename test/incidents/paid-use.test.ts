import { describe, expect, test } from 'vitest';
import { withPaidUse } from '../../src/incidents/paid-use.ts';
import { accountId, UNKNOWN_ACCOUNT } from '../../src/model/ids.ts';
import { ACCOUNT, hours, minutes, request, seconds, thresholdFinding, thresholdIncident } from '../support/builders.ts';

const usedUp = (part: Parameters<typeof thresholdFinding>[0] = {}) =>
  thresholdIncident(100, { evidence: thresholdFinding({ level: 100, usedPercent: 100, ...part }) });
const later = request({ startedAt: minutes(3), endedAt: minutes(4) });

describe('a used-up window', () => {
  test('is probably passed by from the first request on that goes through', () => {
    expect(withPaidUse(usedUp(), later, ACCOUNT)?.evidence.paidSince).toBe(minutes(4));
    expect(withPaidUse(usedUp(), later, UNKNOWN_ACCOUNT)?.evidence.paidSince).toBe(minutes(4));
  });

  test.each([
    ['it is known already', usedUp({ paidSince: minutes(1) }), later, ACCOUNT],
    ['something is left', usedUp({ level: 90, usedPercent: 99 }), later, ACCOUNT],
    ['it is a gateway’s limit', usedUp({ windowKind: 'spend_limit' }), later, ACCOUNT],
    ['the window was reset', usedUp(), request({ startedAt: hours(4), endedAt: hours(5) }), ACCOUNT],
    ['it was sent before', usedUp(), request({ startedAt: seconds(-1), endedAt: minutes(4) }), ACCOUNT],
    ['it was sent at about the same time', usedUp(), request({ startedAt: seconds(5), endedAt: minutes(4) }), ACCOUNT],
    ['another account sent it', usedUp(), later, accountId('account-2')],
    ['the limit is of another model', usedUp({ scope: 'opus' }), later, ACCOUNT],
  ])('shows nothing new where %s', (_, incident, sent, account) => {
    expect(withPaidUse(incident, sent, account)).toBeUndefined();
  });
});
