import { beforeEach, describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/model/time.ts';
import { createMembers } from '../../src/slack/members.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type Call, no, slackWebApi } from './slack-web-api.ts';

const MEMBERS = [
  { id: 'U000000ADM', is_admin: true, profile: { email: 'admin@example.com' } },
  { id: 'U000000ADA', is_admin: false, profile: { email: 'Ada@Example.com' } },
  { id: 'U00000LEFT', deleted: true, is_admin: true, profile: { email: 'Left@Example.com' } },
  { id: 'U000000OLD', deleted: true, profile: { email: 'ada@example.com' } },
  { id: 'U000000BOT', is_bot: true, is_admin: true },
  { id: 'U000000OWN', is_admin: true, is_owner: true },
  { id: 'U0000FIRST', is_admin: true, is_owner: true, is_primary_owner: true },
  { id: 'U000000BOB' },
];

let clock: FakeClock;
let calls: readonly Call[];
let isAway: boolean;
let members: ReturnType<typeof createMembers>;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  isAway = false;
  // Slack hands out the list in two pages.
  const slack = slackWebApi(({ args }) => {
    if (isAway) return no('internal_error');
    return args.cursor === 'next'
      ? { members: MEMBERS.slice(4) }
      : { members: MEMBERS.slice(0, 4), response_metadata: { next_cursor: 'next' } };
  });
  calls = slack.calls;
  members = createMembers({ client: slack.client, clock });
});

describe('the admins of a workspace', () => {
  test('are told the primary owner first, then owners, then admins; no bots, and nobody who left', async () => {
    expect(await members.admins()).toEqual(['U0000FIRST', 'U000000OWN', 'U000000ADM']);
  });
});

describe('who has left', () => {
  const email = 'x@example.com';

  test.each([
    ['is deactivated', { slackUser: 'U00000LEFT', email }, true],
    ['is at work', { slackUser: 'U000000ADA', email: 'left@example.com' }, false],
    ['is nobody whom Slack knows', { slackUser: 'U000000XXX', email }, false],
    ['is known by an address that a leaver had', { slackUser: undefined, email: 'left@example.com' }, true],
    ['is known by an address that somebody has by now', { slackUser: undefined, email: 'ada@example.com' }, false],
    ['is known by nothing', { slackUser: undefined, email: undefined }, false],
  ])('is told of somebody who %s', async (_, account, hasLeft) => {
    expect((await members.leavers())(account)).toBe(hasLeft);
  });
});

describe('the list of members', () => {
  test('is asked for once in ten minutes, whoever wants to know', async () => {
    await Promise.all([members.admins(), members.leavers(), members.admins()]);
    clock.advance(10 * MINUTE_MS - 1);
    await members.admins();
    expect(calls.map(({ method }) => method)).toEqual(['users.list', 'users.list']);
    clock.advance(1);
    await members.admins();
    expect(calls).toHaveLength(4);
  });

  test('is asked for again at once where Slack did not answer', async () => {
    isAway = true;
    await expect(members.admins()).rejects.toThrow('internal_error');
    isAway = false;
    expect(await members.admins()).toHaveLength(3);
  });
});
