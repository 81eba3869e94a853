import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createUsageTrace, type UsageHour } from '../../src/detectors/usage-hour.ts';
import type { CountedRequest } from '../../src/detectors/usage-minute.ts';
import { type SessionId, sessionId } from '../../src/model/ids.ts';
import { HOUR_MS, MINUTE_MS, plus } from '../../src/model/time.ts';
import { MODEL, minutes, NOON, request, SESSION, seconds } from '../support/builders.ts';

const OTHER_MODEL = 'claude-haiku-5-5';

const used = (part: Partial<CountedRequest>) =>
  request({ cacheReadTokens: 1000, outputTokens: 10, costMicros: 500, clientVersion: '2.1.330', ...part });

function hourOf(requests: readonly CountedRequest[]) {
  const trace = createUsageTrace();
  for (const one of requests) trace.add(one);
  return trace.hour;
}

describe('the hour of a developer', () => {
  test('adds up what they used', () => {
    const hour = hourOf([used({ endedAt: minutes(0) }), used({ endedAt: minutes(5), cacheReadTokens: 3000 })]);
    expect(hour).toMatchObject({
      at: minutes(5),
      requests: 2,
      cacheReadTokens: 4000,
      outputTokens: 20,
      costMicros: 1000,
    });
    expect(hour.clientVersions).toEqual(new Map([['2.1.330', 2]]));
  });

  test.each([
    ['59 minutes before the newest request is part of it', 59, 2],
    ['an hour before is not', 60, 1],
  ])('%s', (_, minutesLater, requests) => {
    expect(hourOf([used({ endedAt: NOON }), used({ endedAt: minutes(minutesLater) })]).requests).toBe(requests);
  });

  test('forgets what it counted an hour later: sums, sessions, prompts and clients', () => {
    const old = {
      endedAt: NOON,
      origin: 'agent',
      session: sessionId('old'),
      promptId: 'old',
      clientVersion: '2.0.1',
    } as const;
    const hour = hourOf([used(old), used({ endedAt: minutes(90), promptId: 'new' })]);
    expect(hour).toMatchObject({ requests: 1, cacheReadTokens: 1000, costMicros: 500 });
    expect(hour.headless).toEqual({ sessions: 0, requests: 0, costMicros: 0 });
    expect(hour.busiestHeadless()).toBeUndefined();
    expect(hour.promptsOf(MODEL)).toEqual({ prompts: 1, costMicros: 500 });
    expect([...hour.clientVersions.keys()]).toEqual(['2.1.330']);
  });

  test('costs an unknown amount while a request without a price is in it', () => {
    const unpriced = used({ endedAt: NOON, costMicros: undefined });
    expect(hourOf([unpriced, used({ endedAt: minutes(1) })]).costMicros).toBeUndefined();
    expect(hourOf([unpriced, used({ endedAt: minutes(61) })]).costMicros).toBe(500);
  });

  test('counts each request once, however often it is told', () => {
    const trace = createUsageTrace();
    expect([trace.add(used({ sequence: 1 })), trace.add(used({ sequence: 1 }))]).toEqual([true, false]);
    expect(trace.add(used({ sequence: 2 }))).toBe(true);
    expect(trace.hour.requests).toBe(2);
  });

  test('and when another feed tells it with other names', () => {
    const told = used({ sequence: 1, promptId: 'one' });
    const again = { ...told, promptId: undefined, clientVersion: undefined, querySource: 'sdk' };
    expect(hourOf([told, again]).requests).toBe(1);
    for (const other of [{ model: OTHER_MODEL }, { agent: 'a1' }, { session: sessionId('another') }, { sequence: 61 }])
      expect(hourOf([told, { ...again, ...other }]).requests).toBe(2);
  });

  test('however many take turns in a minute, and takes all of them away again', () => {
    const turns = Array.from({ length: 60 }, (_, nth) =>
      used({ endedAt: seconds(nth / 2), sequence: nth, promptId: `prompt ${nth % 12}`, costMicros: nth }),
    );
    const hour = hourOf([...turns, ...turns]);
    expect(hour).toMatchObject({ requests: 60, costMicros: 1770 });
    expect(hour.promptsOf(MODEL)).toEqual({ prompts: 12, costMicros: 1770 });
    const later = hourOf([...turns, used({ endedAt: minutes(60), promptId: 'later' })]);
    expect(later).toMatchObject({ requests: 1, costMicros: 500 });
    expect(later.promptsOf(MODEL)).toEqual({ prompts: 1, costMicros: 500 });
  });

  test('takes requests that come out of order inside the hour, and none from before it', () => {
    const trace = createUsageTrace();
    const added = [60, 1, 30, 0].map((minute) => trace.add(used({ endedAt: minutes(minute) })));
    expect(added).toEqual([true, true, true, false]);
    expect(trace.hour).toMatchObject({ at: minutes(60), requests: 3 });
  });

  test('keeps no more of a minute than a developer can send', () => {
    const trace = createUsageTrace();
    const flood = Array.from({ length: 2500 }, (_, sequence) => used({ sequence }));
    expect(flood.filter((one) => trace.add(one))).toHaveLength(2000);
    expect(trace.add(used({ endedAt: minutes(1) }))).toBe(true);
  });

  test('is the same in whatever order its requests come', () => {
    const minute = fc.integer({ min: 0, max: 59 });
    fc.assert(
      fc.property(fc.array(fc.tuple(minute, fc.nat(1000)), { minLength: 1, maxLength: 40 }), (entries) => {
        const requests = entries.map(([n, tokens], sequence) =>
          used({ endedAt: minutes(n), cacheReadTokens: tokens, sequence, promptId: `p${sequence % 3}` }),
        );
        const shuffled = requests.toSorted((a, b) => a.cacheReadTokens - b.cacheReadTokens);
        const [one, other] = [hourOf(requests), hourOf(shuffled)];
        const answers = (hour: UsageHour) => ({
          ...hour,
          busiestHeadless: hour.busiestHeadless(),
          promptsOf: hour.promptsOf(MODEL),
        });
        expect(answers(other)).toEqual(answers(one));
      }),
    );
  });

  test('holds exactly the requests of the last sixty minutes of the clock', () => {
    const offsets = fc.array(fc.integer({ min: 0, max: 4 * HOUR_MS }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(offsets, (times) => {
        const requests = times
          .toSorted((a, b) => a - b)
          .map((offset, sequence) => used({ endedAt: plus(NOON, offset), sequence }));
        const newest = requests.at(-1)?.endedAt ?? NOON;
        const from = Math.floor(newest / MINUTE_MS) - 59;
        const inside = requests.filter((one) => Math.floor(one.endedAt / MINUTE_MS) >= from);
        expect(hourOf(requests).requests).toBe(inside.length);
      }),
    );
  });
});

describe('headless work', () => {
  const inSession = (name: string, part: Partial<CountedRequest>) => used({ session: sessionId(name), ...part });

  test.each([
    ['`claude -p`', { querySource: 'sdk' }, 1],
    ['a sub-agent with an id', { origin: 'agent', agent: 'a1' }, 1],
    ['a sub-agent or helper without one', { origin: 'background', querySource: 'agent:builtin' }, 1],
    ['the conversation with a person', { querySource: 'repl_main_thread' }, 0],
    ['a client too old to say', { origin: 'unknown' }, 0],
  ] as const)('%s: %o', (_, part, requests) => {
    expect(hourOf([used(part)]).headless.requests).toBe(requests);
  });

  test('is counted in sessions that no person is in', () => {
    const sdk = { querySource: 'sdk' };
    const agent = { origin: 'agent', agent: 'a1' } as const;
    const hour = hourOf([
      inSession('one', sdk),
      inSession('one', { ...sdk, endedAt: seconds(1) }),
      inSession('two', agent),
      inSession('attended', agent),
      inSession('attended', { querySource: 'repl_main_thread' }),
    ]);
    expect(hour.headless).toEqual({ sessions: 2, requests: 4, costMicros: 2000 });
    expect(hour.busiestHeadless()).toBe('one');
  });

  test('is a session of its own again when its person has been away for an hour', () => {
    const hour = hourOf([
      inSession('one', { querySource: 'repl_main_thread' }),
      inSession('one', { querySource: 'sdk', endedAt: minutes(61) }),
    ]);
    expect(hour.headless.sessions).toBe(1);
  });

  test('costs an unknown amount when one of it has no price', () => {
    expect(
      hourOf([inSession('one', { querySource: 'sdk', costMicros: undefined })]).headless.costMicros,
    ).toBeUndefined();
  });
});

describe('the prompts of the hour', () => {
  const ofPrompt = (promptId: string | undefined, part: Partial<CountedRequest> = {}, session: SessionId = SESSION) =>
    used({ promptId, session, ...part });

  test('cost what all requests cost that they set off', () => {
    const hour = hourOf([
      ofPrompt('one'),
      ofPrompt('one', { sequence: 1, origin: 'agent', agent: 'a1' }),
      ofPrompt('two', { sequence: 2 }),
      ofPrompt(undefined, { sequence: 3 }),
    ]);
    expect(hour.promptsOf(MODEL)).toEqual({ prompts: 2, costMicros: 1500 });
    expect(hour.promptsOf(OTHER_MODEL)).toEqual({ prompts: 0, costMicros: 0 });
  });

  test('belong to the model of the conversation, whatever its helpers run on', () => {
    const title = ofPrompt('one', { origin: 'background', model: OTHER_MODEL, costMicros: 20 });
    expect(hourOf([title]).promptsOf(OTHER_MODEL)).toEqual({ prompts: 1, costMicros: 20 });
    const hour = hourOf([title, ofPrompt('one', { sequence: 1 }), { ...title, sequence: 2 }]);
    expect(hour.promptsOf(OTHER_MODEL)).toEqual({ prompts: 0, costMicros: 0 });
    expect(hour.promptsOf(MODEL)).toEqual({ prompts: 1, costMicros: 540 });
  });

  test('stay with the model that their conversation went on with, when what came before is an hour ago', () => {
    const hour = hourOf([
      ofPrompt('one', { model: OTHER_MODEL }),
      ofPrompt('one', { endedAt: minutes(30) }),
      ofPrompt('two', { endedAt: minutes(60) }),
    ]);
    expect(hour.promptsOf(MODEL)).toEqual({ prompts: 2, costMicros: 1000 });
    expect(hour.promptsOf(OTHER_MODEL)).toEqual({ prompts: 0, costMicros: 0 });
  });

  test('do not count when a part of them has no price', () => {
    const hour = hourOf([
      ofPrompt('one'),
      ofPrompt('one', { sequence: 1, costMicros: undefined }),
      ofPrompt('two', { sequence: 2 }),
    ]);
    expect(hour.promptsOf(MODEL)).toEqual({ prompts: 1, costMicros: 500 });
  });
});
