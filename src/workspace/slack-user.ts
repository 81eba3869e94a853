import { isFields } from './fields.ts';
import { LEAVERS, PEOPLE } from './people.ts';
import { withTimeZone } from './time-zone.ts';

/** A user of the Web API with what the emulator leaves out: time zone, who owns the workspace, who has left it. */
export function completeUser(user: unknown, timeZone: string): unknown {
  if (!isFields(user)) return user;
  const owns = PEOPLE.some(({ id, isAdmin }) => id === user.id && isAdmin);
  const deleted = LEAVERS.some(({ id }) => id === user.id);
  return withTimeZone({ ...user, deleted, is_owner: owns, is_primary_owner: owns }, timeZone);
}
