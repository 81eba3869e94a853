import { CHANNELS, type Channel, conversationName, findChannel } from './channels.ts';
import type { Ledger } from './ledger.ts';
import type { Modals } from './modals.ts';
import { BOT, PEOPLE, type Person } from './people.ts';
import type { SocketMode } from './socket-mode.ts';
import type { PostedMessage, View } from './workspace-state.ts';

/** Everything the page shows to one person. */
export interface PageState {
  readonly isConnected: boolean;
  readonly botName: string;
  readonly person: Person;
  readonly people: readonly Person[];
  readonly channels: readonly PageChannel[];
  /** Oldest first: those of the channels and of the person's direct message, ephemeral ones only if meant for them. */
  readonly messages: readonly PostedMessage[];
  /** Types of blocks that the workspace refuses. */
  readonly refusedBlocks: readonly string[];
  readonly home?: View | undefined;
  readonly modal?: View | undefined;
}

export interface PageChannel extends Channel {
  readonly isArchived: boolean;
}

/** A message as `/workspace/messages` lists it. */
export interface MessageListing extends Omit<PostedMessage, 'only_for'> {
  readonly channel_name: string;
}

/** Where the page's data comes from. */
export interface PageSources {
  readonly ledger: Ledger;
  readonly modals: Modals;
  readonly socketMode: SocketMode;
}

/** What this person sees now. */
export function pageState({ ledger, modals, socketMode }: PageSources, person: Person): PageState {
  return {
    isConnected: socketMode.isConnected(),
    botName: BOT.realName,
    person,
    people: PEOPLE,
    channels: CHANNELS.map((channel) => ({ ...channel, isArchived: ledger.isArchived(channel.id) })),
    messages: ledger.messages().filter((message) => isVisibleTo(person, message)),
    refusedBlocks: ledger.refusedBlocks(),
    home: ledger.home(person.id),
    modal: modals.top(person.id),
  };
}

/** The messages of one conversation, or of all, oldest first. Ephemeral answers belong to no conversation. */
export function listMessages(ledger: Ledger, channel: string | undefined): readonly MessageListing[] {
  return ledger
    .messages()
    .filter((message) => message.only_for === undefined)
    .filter((message) => channel === undefined || message.channel === channel)
    .map(({ only_for: _onlyFor, ...message }) => ({ ...message, channel_name: conversationName(message.channel) }));
}

/** Whether this person may see the message, and so act on it. */
export function isVisibleTo(person: Person, message: PostedMessage): boolean {
  if (message.only_for !== undefined) return message.only_for === person.id;
  return message.channel === person.directMessage || findChannel(message.channel) !== undefined;
}
