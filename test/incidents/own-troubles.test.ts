import { describe, expect, test } from 'vitest';
import { notReady, type OwnHealth, ownTroubles } from '../../src/incidents/own-troubles.ts';
import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/model/time.ts';
import { NOON } from '../support/builders.ts';

const ago = (ms: number) => plus(NOON, -ms);

const well = (changes: Partial<OwnHealth> = {}): OwnHealth => ({
  startedAt: ago(HOUR_MS),
  canRead: true,
  unwritable: undefined,
  refusing: undefined,
  isSlackConnected: true,
  sweptAt: ago(5 * SECOND_MS),
  caughtUpAt: ago(5 * SECOND_MS),
  failedJudgements: 0,
  givenUp: new Map(),
  ...changes,
});

const full = (since: number, code = 'SQLITE_FULL') => ({ unwritable: { since: ago(since), code } });

test('who does all of its work is ready and has no troubles', () => {
  expect(notReady(well(), NOON)).toEqual([]);
  expect(ownTroubles(well(), NOON)).toEqual([]);
});

describe('not ready, in words,', () => {
  test.each<[what: string, changes: Partial<OwnHealth>, reasons: readonly string[]]>([
    ['when nothing can be read', { canRead: false }, ['the database cannot be read']],
    [
      'when the disk is full',
      full(90 * SECOND_MS),
      ['the database could not be written for 90 s: the disk is full (SQLITE_FULL)'],
    ],
    [
      'when SQLite says more than its first word',
      full(SECOND_MS, 'SQLITE_IOERR_FSYNC'),
      ['the database could not be written for 1 s: its disk reports errors (SQLITE_IOERR_FSYNC)'],
    ],
    [
      'when SQLite says what nobody knows',
      full(0, 'SQLITE_ODD'),
      ['the database could not be written for 1 s: SQLITE_ODD'],
    ],
    ['without Slack', { isSlackConnected: false }, ['the Slack socket is not connected']],
    ['before the first sweep', { sweptAt: undefined }, ['nothing was swept yet']],
    ['a minute after the last', { sweptAt: ago(MINUTE_MS) }, ['the last sweep is overdue: it ended 60 s ago']],
    [
      'when detection is behind',
      { caughtUpAt: ago(2 * MINUTE_MS) },
      ['detection is behind: for 120 s something has been waiting to be judged'],
    ],
    [
      'when detection never caught up',
      { caughtUpAt: undefined, startedAt: ago(3 * MINUTE_MS) },
      ['detection is behind: for 180 s something has been waiting to be judged'],
    ],
    [
      'for each reason at once',
      { canRead: false, isSlackConnected: false },
      ['the database cannot be read', 'the Slack socket is not connected'],
    ],
  ])('%s', (_, changes, reasons) => {
    expect(notReady(well(changes), NOON)).toEqual(reasons);
  });

  test.each<[what: string, changes: Partial<OwnHealth>]>([
    ['just short of a minute since the last sweep', { sweptAt: ago(MINUTE_MS - 1) }],
    ['just short of two minutes behind', { caughtUpAt: ago(2 * MINUTE_MS - 1) }],
    ['a start a moment ago, with nothing judged yet', { caughtUpAt: undefined, startedAt: ago(SECOND_MS) }],
    ['a burst that is over its limit, which is told by 503 alone', refusing(10 * MINUTE_MS, 0)],
  ])('but ready after %s', (_, changes) => {
    expect(notReady(well(changes), NOON)).toEqual([]);
  });
});

describe('an admin hears', () => {
  test.each<[what: string, changes: Partial<OwnHealth>, troubles: readonly object[]]>([
    ['of a full disk after three minutes', full(3 * MINUTE_MS), [{ is: 'ingest_failing', code: 'SQLITE_FULL' }]],
    ['nothing of a shorter one', full(3 * MINUTE_MS - 1), []],
    [
      'of senders that were sent away for five minutes',
      refusing(5 * MINUTE_MS, 0),
      [{ is: 'ingest_failing', code: 'overloaded' }],
    ],
    ['nothing of fewer minutes', refusing(5 * MINUTE_MS - 1, 0), []],
    ['nothing once nobody was sent away for a minute', refusing(10 * MINUTE_MS, MINUTE_MS), []],
    [
      'what stood in the way, where small writes succeed in between',
      refusing(5 * MINUTE_MS, 0, 'SQLITE_FULL'),
      [{ is: 'ingest_failing', code: 'SQLITE_FULL' }],
    ],
    [
      'of words by which Slack refuses three messages an hour',
      { givenUp: new Map([['invalid_blocks', 3]]) },
      [{ is: 'slack_refuses', code: 'invalid_blocks' }],
    ],
    [
      'of each such word by itself, and of none that came twice',
      {
        givenUp: new Map([
          ['invalid_blocks', 4],
          ['msg_too_long', 2],
          ['no_text', 3],
        ]),
      },
      [
        { is: 'slack_refuses', code: 'invalid_blocks' },
        { is: 'slack_refuses', code: 'no_text' },
      ],
    ],
    [
      'nothing of messages that people deleted, or that no words were found for',
      {
        givenUp: new Map([
          ['message_not_found', 9],
          ['Cannot read properties of undefined', 9],
        ]),
      },
      [],
    ],
    [
      'of detection that is behind for five minutes',
      { caughtUpAt: ago(5 * MINUTE_MS) },
      [{ is: 'detection_failing', why: 'stuck' }],
    ],
    ['nothing of fewer', { caughtUpAt: ago(5 * MINUTE_MS - 1) }, []],
    [
      'of a detection that never worked',
      { caughtUpAt: undefined, startedAt: ago(5 * MINUTE_MS) },
      [{ is: 'detection_failing', why: 'stuck' }],
    ],
    ['of many sessions that cannot be judged', { failedJudgements: 30 }, [{ is: 'detection_failing', why: 'failing' }]],
    ['nothing of one that is tried again and again', { failedJudgements: 12 }, []],
    [
      'of everything at once',
      { ...full(HOUR_MS), caughtUpAt: ago(HOUR_MS) },
      [
        { is: 'ingest_failing', code: 'SQLITE_FULL' },
        { is: 'detection_failing', why: 'stuck' },
      ],
    ],
  ])('%s', (_, changes, troubles) => {
    expect(ownTroubles(well(changes), NOON)).toEqual(troubles);
  });
});

function refusing(sinceMs: number, lastMs: number, code = 'overloaded'): Partial<OwnHealth> {
  return { refusing: { since: ago(sinceMs), last: ago(lastMs), code } };
}
