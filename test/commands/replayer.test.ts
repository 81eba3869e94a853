import { describe, expect, test } from 'vitest';
import { UnusableInput } from '../../src/commands/read-input.ts';
import { createReplayer } from '../../src/commands/replayer.ts';
import { asWebhook, type Send } from '../../src/evaluation/arrivals.ts';
import type { Recorded } from '../../src/evaluation/recording.ts';
import { asTelemetry } from '../../src/evaluation/telemetry.ts';
import { BROKEN, HEALTHY, mark, recorded, told } from '../evaluation/recorded.ts';
import { seconds } from '../support/builders.ts';

const named = (session: string, requests: Recorded['requests'], part: Partial<Recorded> = {}) =>
  recorded(
    requests.map((one) => ({ ...one, session, requestId: `${session}:${one.at}:${one.cacheReadTokens}` })),
    { session, ...part },
  );

function replayed(sessions: readonly Recorded[], send: Send = asWebhook) {
  const replayer = createReplayer(send);
  const results = sessions.map((session) => ({ session, ...replayer.replay([session]) }));
  replayer.close();
  return results.map(({ session, requests, episodes }) => ({ requests, episodes: episodes.get(session) ?? [] }));
}

describe('a replay', () => {
  test('finds what went wrong and when it was first worth a word', () => {
    const [result] = replayed([named('broken', BROKEN)]);
    expect(result?.requests).toBe(3);
    expect(result?.episodes).toMatchObject([
      {
        incident: {
          kind: 'cache_invalidation',
          openedAt: seconds(20),
          evidence: { misses: 2, rewrittenTokens: 122_000, firstMissAt: seconds(10) },
          resolved: { by: 'quiet' },
        },
        alert: { at: seconds(20), incident: { severity: 'warning', evidence: { misses: 2 } } },
      },
    ]);
  });

  test('finds the same where several share a transaction', () => {
    const sessions = ['one', 'two'].map((name) => named(name, BROKEN));
    const replayer = createReplayer(asWebhook);
    const together = replayer.together(() => sessions.map((session) => replayer.replay([session])));
    replayer.close();
    const alone = replayed(sessions);
    expect(alone).toHaveLength(2);
    expect(together.map(({ requests, episodes }) => ({ requests, episodes: [...episodes.values()].flat() }))).toEqual(
      alone,
    );
  });

  test('keeps the incident as it was when it was first said', () => {
    const longer = [...BROKEN, told(30, 14_000, 66_000), told(40, 14_000, 68_000)];
    const [result] = replayed([named('broken', longer)]);
    expect(result?.episodes[0]).toMatchObject({
      incident: { severity: 'critical', evidence: { misses: 4 } },
      alert: { at: seconds(20), incident: { severity: 'warning', evidence: { misses: 2 } } },
    });
  });

  test('notes no word for what is only recorded', () => {
    const resume = named('resumed', [told(0, 0, 42_000), told(90, 15_000, 28_000)], { markers: [mark(60, 'resume')] });
    const [result] = replayed([resume]);
    expect(result?.episodes).toMatchObject([
      { incident: { kind: 'resume_reprocess', severity: 'recorded' }, alert: undefined },
    ]);
  });

  test('knows nothing of the sessions before it, whatever their time was', () => {
    const earlier = named(
      'earlier',
      BROKEN.map((one) => ({ ...one, at: seconds((one.at - seconds(0)) / 1000 - 7200) })),
    );
    const results = replayed([named('broken', BROKEN), named('fine', HEALTHY), earlier, named('again', BROKEN)]);
    expect(results.map(({ episodes }) => episodes.length)).toEqual([1, 0, 1, 1]);
  });

  test('says the same of telemetry as of the webhook where both tell the same', () => {
    const session = named('broken', BROKEN);
    const [webhook] = replayed([session]);
    const [telemetry] = replayed([session], asTelemetry);
    expect(telemetry).toMatchObject({ requests: 3, episodes: [{ alert: { at: seconds(20) } }] });
    expect(telemetry?.episodes[0]?.incident.severity).toBe(webhook?.episodes[0]?.incident.severity);
  });

  test('names a recorded request that the collector would refuse', () => {
    const impossible = named('odd', [told(0, -1, 10)]);
    expect(() => replayed([impossible])).toThrow(UnusableInput);
    expect(() => replayed([impossible])).toThrow(/cacheReadTokens/);
  });
});

test('sessions that are replayed together keep their own incidents, in one time', () => {
  const replayer = createReplayer(asWebhook);
  const group = [named('broken', BROKEN), named('fine', HEALTHY), named('also', BROKEN)];
  const { requests, episodes } = replayer.replay(group);
  replayer.close();
  expect(requests).toBe(9);
  expect(group.map((session) => episodes.get(session)?.map(({ incident }) => incident.kind))).toEqual([
    ['cache_invalidation'],
    [],
    ['cache_invalidation'],
  ]);
});
