import { findChannel } from './channels.ts';
import type { Fields } from './fields.ts';
import type { Ledger } from './ledger.ts';
import type { Person } from './people.ts';
import { RequestError } from './request-error.ts';
import type { WebApi } from './web-api.ts';
import type { PostedMessage } from './workspace-state.ts';

/** What people do to the workspace itself, behind the app's back. */
export interface ModerationParts {
  readonly webApi: WebApi;
  readonly ledger: Ledger;
}

export type Moderation = ReturnType<typeof createModeration>;

/** Lets people remove messages and close channels, as Slack lets them. Throws a RequestError for the person to read. */
export function createModeration({ webApi, ledger }: ModerationParts) {
  return {
    /** Takes an ephemeral answer off the person's screen; any other message is deleted for everybody, by admins. */
    async remove(person: Person, { channel, ts, only_for }: PostedMessage): Promise<void> {
      if (only_for !== undefined) return ledger.remove(channel, ts);
      insistOnAdmin(person, 'delete messages of an app');
      await call('chat.delete', { channel, ts });
    },

    /** Nobody, no app either, can write there from now on. */
    async archive(person: Person, channel: string): Promise<void> {
      insistOnAdmin(person, 'archive a channel');
      await call('conversations.archive', { channel: channelNamed(channel) });
    },

    async unarchive(person: Person, channel: string): Promise<void> {
      insistOnAdmin(person, 'bring a channel back');
      await call('conversations.unarchive', { channel: channelNamed(channel) });
    },

    /** Makes the workspace one that does not know these types of blocks. */
    refuseBlocks: (types: readonly string[]) => ledger.refuseBlocks(types),
  };

  async function call(method: string, args: Fields): Promise<void> {
    const answer = await webApi.call(method, args);
    if (!answer.ok) throw new RequestError(409, `Slack would say no: ${answer.error}`);
  }
}

function insistOnAdmin({ realName, isAdmin }: Person, deed: string): void {
  if (!isAdmin) throw new RequestError(403, `Only admins can ${deed}, and ${realName} is none.`);
}

function channelNamed(name: string): string {
  const channel = findChannel(name);
  if (channel) return channel.id;
  throw new RequestError(400, `There is no channel "${name}".`);
}
