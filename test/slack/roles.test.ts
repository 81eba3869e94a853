import { describe, expect, test } from 'vitest';
import { createRoles } from '../../src/slack/roles.ts';

const [ADA, GRACE] = ['U000000ADA', 'U0000GRACE'];

/** A workspace with five admins, of whom Grace is none and Ada is the first. */
function roles(adminUsers: readonly string[]) {
  const admins = [ADA, 'U2', 'U3', 'U4', 'U5'];
  const asked: string[] = [];
  const people = {
    person: async (slackUser: string) => {
      asked.push(slackUser);
      return { slackUser, isAdmin: admins.includes(slackUser), email: undefined, name: undefined, timeZone: undefined };
    },
    admins: async () => admins,
  };
  return { ...createRoles({ people, adminUsers }), asked };
}

describe('an admin of Quota Watch', () => {
  test.each([
    [ADA, true],
    [GRACE, false],
  ])('is an admin of the workspace: %s, %s', async (user, isAdmin) => {
    expect(await roles([]).isAdmin(user)).toBe(isAdmin);
  });

  test.each([
    [GRACE, true],
    [ADA, false],
  ])('is who the settings name, and nobody else: %s, %s', async (user, isAdmin) => {
    const named = roles([GRACE]);
    expect(await named.isAdmin(user)).toBe(isAdmin);
    expect(named.asked).toEqual([]);
  });
});

describe('whom to write to', () => {
  test('are three of the workspace’s admins at most', async () => {
    expect(await roles([]).admins()).toEqual([ADA, 'U2', 'U3']);
  });

  test('are all whom the settings name', async () => {
    const four = ['U000000001', 'U000000002', 'U000000003', 'U000000004'];
    expect(await roles(four).admins()).toEqual(four);
  });
});
