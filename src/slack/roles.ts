import type { People } from './people.ts';

export interface RolesDeps {
  readonly people: Pick<People, 'person' | 'admins'>;
  /** Slack user ids of `ADMIN_USERS`; none: the admins of the workspace are ours. */
  readonly adminUsers: readonly string[];
}

export type Roles = ReturnType<typeof createRoles>;

/** Nobody needs the same message from more than a few people. */
const TOLD_ADMINS = 3;

/** Who may administer Quota Watch: those named in the settings, else the admins and owners of the Slack workspace. */
export function createRoles({ people, adminUsers }: RolesDeps) {
  return {
    /** Throws when Slack must be asked and cannot be. */
    isAdmin: async (slackUser: string): Promise<boolean> =>
      adminUsers.length > 0 ? adminUsers.includes(slackUser) : (await people.person(slackUser)).isAdmin,
    /** Whom to write to when Quota Watch needs an admin. Throws when Slack must be asked and cannot be. */
    admins: async (): Promise<readonly string[]> =>
      adminUsers.length > 0 ? adminUsers : (await people.admins()).slice(0, TOLD_ADMINS),
  };
}
