/** One of the people who use the local workspace. Ids are fixed, so that they survive every restart. */
export interface Person {
  readonly id: string;
  /** The direct message between this person and the bot. */
  readonly directMessage: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  readonly isAdmin: boolean;
}

export const PEOPLE: readonly Person[] = [
  person({ name: 'ada', realName: 'Ada', isAdmin: true }),
  person({ name: 'grace', realName: 'Grace', isAdmin: false }),
  person({ name: 'alan', realName: 'Alan', isAdmin: false }),
];

export const BOT = {
  appId: 'A0QUOTAWATCH',
  botId: 'B0QUOTAWATCH',
  userId: 'U0QUOTAWATCH',
  name: 'quota-watch',
  realName: 'Quota Watch',
} as const;

export const CHANNEL = { id: 'C0CLAUDEQUOTA', name: 'claude-quota' } as const;

export const TEAM = { id: 'T000000001', domain: 'local-workspace' } as const;

/** The person with this name (`ada`), at-name (`@ada`) or id; undefined for a stranger. */
export function findPerson(nameOrId: string): Person | undefined {
  const name = nameOrId.replace(/^@/, '').toLowerCase();
  return PEOPLE.find((person) => person.name === name || person.id === nameOrId);
}

/** The id of the conversation written as `claude-quota`, `#claude-quota`, a channel id or a direct message id. */
export function findConversation(nameOrId: string): string | undefined {
  const name = nameOrId.replace(/^#/, '');
  if (name === CHANNEL.name || name === CHANNEL.id) return CHANNEL.id;
  return PEOPLE.find((person) => person.directMessage === nameOrId)?.directMessage;
}

/** Slack's name of a conversation: `claude-quota`, or `directmessage` as slash commands call it. */
export function conversationName(id: string): string {
  return id === CHANNEL.id ? CHANNEL.name : 'directmessage';
}

function person(who: Pick<Person, 'name' | 'realName' | 'isAdmin'>): Person {
  const suffix = who.name.toUpperCase().padStart(9, '0');
  return { ...who, id: `U${suffix}`, directMessage: `D${suffix}`, email: `${who.name}@example.com` };
}
