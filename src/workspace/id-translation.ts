import { type Fields, isFields } from './fields.ts';

/** Two-way translation between the ids the app sees, which survive restarts, and those of this run's emulator. */
export interface IdTranslation {
  /** Declares that both ids mean the same user, conversation or message. */
  pair(stable: string, emulated: string): void;
  /** True for an id the app may see. */
  knows(stable: string): boolean;
  /** Arguments of a call, with the emulator's ids. Unknown ids stay as they are. */
  toEmulator(args: Fields): Fields;
  /** An answer of the emulator, with the app's ids. */
  toApp(answer: Fields): Fields;
}

/** The only arguments that name a user, a conversation or a message. */
const ID_ARGUMENTS = new Set(['channel', 'user', 'users', 'user_id', 'ts', 'thread_ts', 'message_ts']);

/** What the app wrote is handed back untouched: a button's value may look like an id. */
const APP_CONTENT = new Set(['text', 'blocks', 'attachments', 'metadata', 'private_metadata', 'state']);

/** An empty table. */
export function createIdTranslation(): IdTranslation {
  const emulatedByStable = new Map<string, string>();
  const stableByEmulated = new Map<string, string>();

  const emulated = (id: string) => emulatedByStable.get(id) ?? id;
  const argument = (value: unknown): unknown => {
    if (typeof value === 'string') return value.split(',').map(emulated).join(',');
    return Array.isArray(value) ? value.map(argument) : value;
  };
  const translated = (value: unknown): unknown => {
    if (typeof value === 'string') return stableByEmulated.get(value) ?? value;
    if (Array.isArray(value)) return value.map(translated);
    return isFields(value) ? toApp(value) : value;
  };

  function toApp(answer: Fields): Fields {
    return mapFields(answer, (name, value) => (APP_CONTENT.has(name) ? value : translated(value)));
  }

  return {
    pair(stable, emulatedId) {
      emulatedByStable.set(stable, emulatedId);
      stableByEmulated.set(emulatedId, stable);
    },
    knows: (stable) => emulatedByStable.has(stable),
    toEmulator: (args) => mapFields(args, (name, value) => (ID_ARGUMENTS.has(name) ? argument(value) : value)),
    toApp,
  };
}

function mapFields(fields: Fields, map: (name: string, value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, map(name, value)]));
}
