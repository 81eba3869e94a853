import { z } from 'zod';
import { CHANNELS } from './channels.ts';
import type { Emulator } from './emulator.ts';
import type { Answer, Fields } from './fields.ts';
import type { IdTranslation } from './id-translation.ts';
import type { Ledger } from './ledger.ts';
import { BOT, LEAVERS, PEOPLE } from './people.ts';
import { type PostedMessage, View } from './workspace-state.ts';

const Named = z.object({ id: z.string(), name: z.string() });
const Members = z.object({ members: z.array(Named) });
const Channels = z.object({ channels: z.array(Named) });
const Opened = z.object({ channel: z.object({ id: z.string() }) });

/** What the restoring needs of the workspace. */
interface Parts {
  readonly emulator: Emulator;
  readonly ids: IdTranslation;
  readonly ledger: Ledger;
}

/** Builds the emulator's world anew from the ledger, and learns which of its ids mean which of ours. */
export async function restore({ emulator, ids, ledger }: Parts): Promise<void> {
  const ask = async (method: string, args: Fields = {}): Promise<Answer> => {
    const answer = await emulator.call(method, ids.toEmulator(args));
    if (!answer.ok) throw new Error(`The workspace could not be restored: ${method} answered ${answer.error}`);
    return answer;
  };

  // The seed fixes the bot's id, unlike everybody else's.
  ids.pair(BOT.userId, BOT.userId);
  const { members } = Members.parse(await ask('users.list'));
  for (const person of [...PEOPLE, ...LEAVERS]) ids.pair(person.id, idOf(person.name, members));
  const { channels } = Channels.parse(await ask('conversations.list'));
  for (const channel of CHANNELS) {
    ids.pair(channel.id, idOf(channel.name, channels));
    await ask('conversations.join', { channel: channel.id });
  }

  for (const person of PEOPLE) {
    const { channel } = Opened.parse(await ask('conversations.open', { users: person.id }));
    ids.pair(person.directMessage, channel.id);
    const home = ledger.home(person.id);
    if (!home) continue;
    const published = await ask('views.publish', { user_id: person.id, view: home });
    ledger.setHome(person.id, View.parse(published.view));
  }

  for (const message of ledger.messages()) {
    const { method, args } = replay(message);
    const { ts, message_ts } = await ask(method, args);
    ids.pair(message.ts, String(ts ?? message_ts));
  }

  for (const { id } of CHANNELS) {
    if (ledger.isArchived(id)) await ask('conversations.archive', { channel: id });
  }
}

function replay(message: PostedMessage): { method: string; args: Fields } {
  const { ts: _ts, edited: _edited, only_for: user, ...content } = message;
  // An edit may empty a message, but nobody can post an empty one.
  const args = content.text === '' && !content.blocks?.length ? { ...content, text: ' ' } : content;
  return user === undefined
    ? { method: 'chat.postMessage', args }
    : { method: 'chat.postEphemeral', args: { ...args, user } };
}

function idOf(name: string, candidates: readonly z.infer<typeof Named>[]): string {
  const found = candidates.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`The emulator does not know ${name}`);
  return found.id;
}
