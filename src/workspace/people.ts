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

/** They were here once: Slack keeps their accounts, deactivated. Nobody can act as them. */
export const LEAVERS: readonly Person[] = [person({ name: 'joan', realName: 'Joan', isAdmin: false })];

export const BOT = {
  appId: 'A0QUOTAWATCH',
  botId: 'B0QUOTAWATCH',
  userId: 'U0QUOTAWATCH',
  name: 'quota-watch',
  realName: 'Quota Watch',
} as const;

export const TEAM = { id: 'T000000001', domain: 'local-workspace' } as const;

/** The person with this name (`ada`), at-name (`@ada`) or id; undefined for a stranger. */
export function findPerson(nameOrId: string): Person | undefined {
  const name = nameOrId.replace(/^@/, '').toLowerCase();
  return PEOPLE.find((person) => person.name === name || person.id === nameOrId);
}

function person(who: Pick<Person, 'name' | 'realName' | 'isAdmin'>): Person {
  const suffix = who.name.toUpperCase().padStart(9, '0');
  return { ...who, id: `U${suffix}`, directMessage: `D${suffix}`, email: `${who.name}@example.com` };
}
