import type { Emulator } from './emulator.ts';
import { textField } from './fields.ts';
import type { IdTranslation } from './id-translation.ts';
import type { Person } from './people.ts';
import type { View } from './workspace-state.ts';

/** Trigger ids live for 3 seconds, so only the last ones matter. */
const REMEMBERED = 100;

/** Slack's permission to open a modal for somebody who just did something. */
export interface Triggers {
  /** A new trigger id, from on top of a modal if one is given. */
  create(person: Person, modal?: View): Promise<string>;
  /** Whose it is. */
  userOf(triggerId: string): string | undefined;
}

/** The emulator makes the ids, and checks their age and single use. */
export function createTriggers(emulator: Emulator, ids: IdTranslation): Triggers {
  const users = new Map<string, string>();
  return {
    async create(person, modal) {
      const args = { user_id: person.id, ...(modal ? { view_id: modal.id } : {}) };
      const triggerId =
        textField(await emulator.call('views.generateTriggerId', ids.toEmulator(args)), 'trigger_id') ?? '';
      users.set(triggerId, person.id);
      for (const old of [...users.keys()].slice(0, -REMEMBERED)) users.delete(old);
      return triggerId;
    },
    userOf: (triggerId) => users.get(triggerId),
  };
}
