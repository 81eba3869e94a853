import type { Developer } from '../model/developer.ts';
import type { Store } from '../store/store.ts';
import type { People } from './people.ts';

export interface DeveloperOfDeps {
  readonly store: { readonly developers: Pick<Store['developers'], 'findBySlackUser'> };
  readonly people: Pick<People, 'developer'>;
}

/** The developer of a Slack user, from the database alone where they are known there: no answer waits for Slack. */
export async function developerOf({ store, people }: DeveloperOfDeps, slackUser: string): Promise<Developer> {
  return store.developers.findBySlackUser(slackUser) ?? (await people.developer(slackUser));
}
