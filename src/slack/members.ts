import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import { MINUTE_MS } from '../model/time.ts';

/** What is asked of an account: whose it is, as far as that is known. */
interface Account {
  readonly slackUser: string | undefined;
  readonly email: string | undefined;
}

/** Whether an account's person has left: it is deactivated in Slack. */
export type HasLeft = (account: Account) => boolean;

interface MembersDeps {
  readonly client: WebClient;
  readonly clock: Pick<Clock, 'now'>;
}

interface Everybody {
  readonly admins: readonly string[];
  readonly hasLeft: HasLeft;
}

/** The fields of Slack's answer that are read here. */
interface Member {
  readonly id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_admin?: boolean;
  readonly is_owner?: boolean;
  readonly is_primary_owner?: boolean;
  readonly profile?: { readonly email?: string };
}

/** The list of a large workspace takes many calls, and Slack allows 20 a minute. */
const KEPT_MS = 10 * MINUTE_MS;
/** Slack wants fewer than 1,000. */
const PAGE = 900;

/** Everybody in the workspace, asked for at most once in ten minutes. Each function throws when Slack cannot be asked. */
export function createMembers({ client, clock }: MembersDeps) {
  let known: { readonly everybody: Promise<Everybody>; readonly until: number } | undefined;

  return {
    /** Slack users who administer the workspace: the primary owner first, then owners, then admins. */
    admins: async (): Promise<readonly string[]> => (await everybody()).admins,
    /** Tells leavers from the rest; somebody of whom Slack knows nothing has not left. */
    leavers: async (): Promise<HasLeft> => (await everybody()).hasLeft,
  };

  function everybody(): Promise<Everybody> {
    if (known && clock.now() < known.until) return known.everybody;
    const asked = ask();
    const entry = { everybody: asked, until: clock.now() + KEPT_MS };
    known = entry;
    // The next one asks again.
    asked.catch(() => {
      if (known === entry) known = undefined;
    });
    return asked;
  }

  async function ask(): Promise<Everybody> {
    const members: Member[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.users.list({ limit: PAGE, ...(cursor && { cursor }) });
      members.push(...(page.members ?? []));
      cursor = page.response_metadata?.next_cursor;
    } while (cursor);
    return { admins: adminsOf(members), hasLeft: leaversOf(members) };
  }
}

function adminsOf(members: readonly Member[]): readonly string[] {
  return members
    .filter((member) => member.deleted !== true && member.is_bot !== true && rank(member) > 0)
    .toSorted((one, other) => rank(other) - rank(one))
    .flatMap(({ id }) => id ?? []);
}

function rank({ is_primary_owner, is_owner, is_admin }: Member): number {
  if (is_primary_owner === true) return 3;
  if (is_owner === true) return 2;
  return is_admin === true ? 1 : 0;
}

/** By Slack user; by email only where nobody else uses the address by now. */
function leaversOf(members: readonly Member[]): HasLeft {
  const left = members.filter(({ deleted }) => deleted === true);
  const staying = new Set(emailsOf(members.filter(({ deleted }) => deleted !== true)));
  const users = new Set(left.map(({ id }) => id));
  const emails = new Set(emailsOf(left).filter((email) => !staying.has(email)));
  return ({ slackUser, email }) =>
    slackUser === undefined ? email !== undefined && emails.has(email) : users.has(slackUser);
}

function emailsOf(members: readonly Member[]): readonly string[] {
  return members.flatMap(({ profile }) => profile?.email?.toLowerCase() ?? []);
}
