import { expect, test } from 'vitest';
import { leaveOut } from '../../../src/client/backfill/leave-out.ts';
import type { Pending } from '../../../src/client/backfill/request-book.ts';
import { requestOf } from '../../../src/client/backfill/transcript-request.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');
const MINUTE_MS = 60_000;

/** A request that ended so many minutes after noon; without a name: its client wrote no request id. */
function pending(name: string | undefined, minutes: number, session = 's'): Pending {
  const texts = { sessionId: session, timestamp: new Date(NOON + minutes * MINUTE_MS).toISOString(), model: 'm' };
  const line = {
    type: 'assistant' as const,
    isSidechain: false,
    text: (field: string) => ({ ...texts, requestId: name })[field],
    count: () => 1,
  };
  const request = requestOf(line, { messageId: undefined, requestId: name }, { session, promptId: undefined });
  if (!request) throw new Error('no request');
  return { request, messageId: `m${minutes}`, requestId: name, isSidechain: false };
}

const told = (requests: number) => [{ session: 's', from: NOON, to: NOON + 10 * MINUTE_MS, requests }];

test.each<
  [rule: string, day: readonly Pending[], coverage: ReturnType<typeof told> | undefined, left: readonly number[]]
>([
  ['all where telemetry told nothing', [pending('a', 1), pending(undefined, 2)], [], [0, 1]],
  ['nothing of what telemetry told', [pending('a', 1), pending(undefined, 2)], told(2), []],
  ['nothing where telemetry told more than a transcript does', [pending('a', 1)], told(5), []],
  ['what came before and after telemetry', [pending('a', -1), pending('b', 5), pending('c', 11)], told(1), [0, 2]],
  ['other sessions of the same time', [pending('a', 5), pending('b', 5, 'other')], told(1), [1]],
  [
    'what has a name, where telemetry lost some',
    [pending('a', 1), pending(undefined, 2), pending('b', 3)],
    told(2),
    [0, 2],
  ],
  ['nothing that ended in the seconds around', [pending('a', -0.1), pending('b', 10.1)], told(2), []],
  ['what has a name, where nobody can say', [pending('a', 1), pending(undefined, 2)], undefined, [0]],
])('sends %s', (_, day, coverage, left) => {
  expect(leaveOut(day, coverage)).toEqual(left.map((nth) => day[nth]));
});
