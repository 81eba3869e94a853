import { describe, expect, test } from 'vitest';
import { POLICY } from '../../src/detectors/all.ts';
import { freshSessionDowngrade, type SessionWrites, ttlDowngrade } from '../../src/detectors/ttl-downgrade.ts';
import type { Turn } from '../../src/detectors/turn.ts';
import type { ApiRequest } from '../../src/model/api-request.ts';
import type { EpochMs } from '../../src/model/time.ts';
import { MODEL, minutes, NOON, request, SESSION, turn } from '../support/builders.ts';

const RULE = POLICY.ttlDowngrade;

/**
 * What a request wrote: `1` to the 1-hour cache, `5` to the 5-minute one, `b` to both, `0` nothing, `?` without saying where.
 */
function wrote(letter: string, endedAt: EpochMs): ApiRequest {
  const five = letter === '5' || letter === 'b' ? 1000 : 0;
  const one = letter === '1' || letter === 'b' ? 1000 : 0;
  const split = letter === '?' ? {} : { cacheCreation5mTokens: five, cacheCreation1hTokens: one };
  const cacheCreationTokens = letter === '?' ? 1000 : five + one;
  return request({ endedAt, cacheReadTokens: 80_000, cacheCreationTokens, clientVersion: '2.1.330', ...split });
}

/** A stream with a request a minute. */
function turns(letters: string): readonly Turn[] {
  const requests = [...letters].map((letter, n) => wrote(letter, minutes(n)));
  return requests.map((one, n) => turn({ request: one, previous: requests[n - 1] }));
}

describe('a main conversation that wrote to the 1-hour cache', () => {
  test('and has written to the 5-minute one alone three times in a row, was cut', () => {
    expect(ttlDowngrade(turns('11555'), RULE)).toEqual({
      kind: 'ttl_downgrade',
      severity: 'info',
      at: minutes(4),
      arrivedLate: false,
      session: SESSION,
      model: MODEL,
      clientVersion: '2.1.330',
      lastOneHourWriteAt: minutes(1),
      requests: 3,
      cachedTokens: 81_000,
    });
  });

  test.each([
    ['twice in a row is what a resumed session may do', '1155', undefined],
    ['requests that wrote nothing prove nothing', '1500505', 3],
    ['nor do requests that do not split', '15?5??5', 3],
    ['and they do not stand for a write', '15?5??', undefined],
    ['a write to both is a write to the 1-hour cache', '1155b', undefined],
    ['a write to both in between begins the count anew', '155b555', 3],
    ['it is over when the newest wrote to the 1-hour cache again', '15551', undefined],
    ['the newest must show it', '15550', undefined],
    ['it goes on', '155555', 5],
    ['whoever never wrote to it was not cut', '55555', undefined],
    ['nor was one that never told', '??555', undefined],
  ])('%s: %s', (_, letters, requests) => {
    expect(ttlDowngrade(turns(letters), RULE)?.requests).toBe(requests);
  });

  test('may have done so before the hour that is looked at', () => {
    const [, ...rest] = turns('1555');
    expect(ttlDowngrade(rest, RULE)).toMatchObject({ lastOneHourWriteAt: NOON, requests: 3 });
  });

  test('is no sub-agent: those write to the 5-minute cache by default', () => {
    const agents = turns('1555').map((one) => ({ ...one, request: { ...one.request, origin: 'agent' as const } }));
    expect(ttlDowngrade(agents, RULE)).toBeUndefined();
  });

  test('is nothing without a turn', () => {
    expect(ttlDowngrade([], RULE)).toBeUndefined();
  });
});

describe('a fresh session that writes to the 5-minute cache alone', () => {
  const writes = (part: Partial<SessionWrites>): SessionWrites => ({
    oneHour: 0,
    lastOneHourAt: undefined,
    fiveMinutes: 0,
    firstFiveMinutesAt: undefined,
    ...part,
  });
  const fresh = writes({ fiveMinutes: 3, firstFiveMinutesAt: NOON });
  const before = writes({ oneHour: 40, lastOneHourAt: minutes(-30) });

  function downgrade(own: SessionWrites, others: readonly SessionWrites[]) {
    return freshSessionDowngrade({ newest: wrote('5', minutes(2)), arrivedLate: false }, { own, others }, RULE);
  }

  test('was cut when the sessions before it wrote to the 1-hour one', () => {
    const earlier = writes({
      oneHour: 3,
      lastOneHourAt: minutes(-300),
      fiveMinutes: 5,
      firstFiveMinutesAt: minutes(-290),
    });
    expect(downgrade(fresh, [earlier, before])).toMatchObject({
      at: minutes(2),
      session: SESSION,
      requests: 3,
      lastOneHourWriteAt: minutes(-30),
    });
  });

  test.each([
    ['two writes are what a resumed session may do', { ...fresh, fiveMinutes: 2 }, [before]],
    ['it wrote to the 1-hour cache itself', { ...fresh, oneHour: 1, lastOneHourAt: minutes(-1) }, [before]],
    ['nothing is known of the time before', fresh, []],
    ['the developer works with both', fresh, [before, writes({ fiveMinutes: 9, firstFiveMinutesAt: minutes(-60) })]],
    [
      'a session beside it still writes to the 1-hour cache',
      fresh,
      [writes({ oneHour: 1, lastOneHourAt: minutes(1) })],
    ],
    ['it wrote nothing that tells', writes({}), [before]],
  ])('was not when %s', (_, own, others) => {
    expect(downgrade(own, others)).toBeUndefined();
  });
});
