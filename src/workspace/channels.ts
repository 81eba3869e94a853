import { PEOPLE } from './people.ts';

/** A public channel of the local workspace; everybody and the bot are in it. Ids are fixed, as those of people are. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
}

/** Where alerts go, and where somebody is who has not chosen a place. */
export const CHANNEL: Channel = { id: 'C0CLAUDEQUOTA', name: 'claude-quota', topic: 'Quota incidents of Claude Code' };

export const CHANNELS: readonly Channel[] = [
  CHANNEL,
  { id: 'C00CLAUDESUMS', name: 'claude-summary', topic: 'The Monday summary' },
];

/** The channel written as `claude-quota`, `#claude-quota` or its id. */
export function findChannel(nameOrId: string): Channel | undefined {
  const name = nameOrId.replace(/^#/, '');
  return CHANNELS.find((channel) => channel.name === name || channel.id === name);
}

/** The id of the conversation written as a channel may be written, or as a direct message id. */
export function findConversation(nameOrId: string): string | undefined {
  return findChannel(nameOrId)?.id ?? PEOPLE.find((person) => person.directMessage === nameOrId)?.directMessage;
}

/** Slack's name of a conversation: `claude-quota`, or `directmessage` as slash commands call it. */
export function conversationName(id: string): string {
  return findChannel(id)?.name ?? 'directmessage';
}
