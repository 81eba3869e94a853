import { DEFAULT_SETTINGS, Settings } from '../model/settings.ts';
import type { Database } from './database.ts';

/** What admins chose for the team; kept in memory, because every finding and every message asks for it. */
export function createSettingsStore(db: Database) {
  const read = db.prepare<[], { settings: string }>('SELECT settings FROM settings');
  const write = db.prepare<[string]>(`
    INSERT INTO settings (id, settings)
    VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE
    SET settings = excluded.settings
  `);

  let current: Settings | undefined;

  return {
    current(): Settings {
      current ??= parsed(read.get()?.settings);
      return current;
    },
    save(settings: Settings) {
      write.run(JSON.stringify(settings));
      current = settings;
    },
    /** A transaction was undone. */
    forget() {
      current = undefined;
    },
  };
}

function parsed(text: string | undefined): Settings {
  return text === undefined ? DEFAULT_SETTINGS : Settings.parse(JSON.parse(text));
}
