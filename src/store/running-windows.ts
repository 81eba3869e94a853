import { accountId, type DeveloperId, developerId } from '../model/ids.ts';
import type { QuotaWindow } from '../model/quota-window.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import { type RunningWindow, standing } from '../windows/standing.ts';
import type { Database } from './database.ts';

type Row = readonly [id: number, developer: number, account: string, kind: string, resetsAt: number, used: number];

export type RunningWindows = ReturnType<typeof createRunningWindows>;

interface Kept extends RunningWindow {
  readonly id: number;
}

interface Person {
  windows: readonly Kept[];
  /** Where they stand until a moment; undefined: to be looked at anew. */
  stands: { readonly rank: number | undefined; readonly until: number } | undefined;
}

/** Somebody with a window that runs, and where they stand. */
export interface Standing {
  readonly developer: DeveloperId;
  readonly rank: number;
}

/**
 * The windows of everybody that run, except those of one model. They are read once, when somebody first asks for the
 * team, and then kept as readings come; where somebody stands changes with a reading or a reset alone.
 */
export function createRunningWindows(db: Database) {
  const all = db
    .prepare<{ now: number }>(`
      SELECT id, developer_id, account, kind, resets_at, used_percent
      FROM windows INDEXED BY windows_running
      WHERE resets_at > @now AND scope = ''
    `)
    .raw();

  let people: Map<DeveloperId, Person> | undefined;
  /** What was over by then is forgotten: a clock that is set back has it read again. */
  let askedAt = epochMs(0);

  return {
    /** Everybody with a window that runs, in no order. */
    standings(now: EpochMs): readonly Standing[] {
      if (!people || now < askedAt) people = read(now);
      askedAt = now;
      const found: Standing[] = [];
      for (const [developer, person] of people) {
        const { stands } = person;
        const { rank } = stands && now < stands.until ? stands : lookAt(person, now);
        if (rank !== undefined) found.push({ developer, rank });
      }
      return found;
    },

    /** A window was written as it is here. */
    note(developer: DeveloperId, id: number, { account, kind, scope, resetsAt, usedPercent }: QuotaWindow) {
      if (!people || scope !== '') return;
      const person = personOf(people, developer);
      const others = person.windows.filter((window) => window.id !== id);
      person.windows = [...others, { id, account, kind, resetsAt, usedPercent }];
      person.stands = undefined;
    },

    /** A window was removed. */
    drop(developer: DeveloperId, id: number) {
      if (!people) return;
      const person = personOf(people, developer);
      person.windows = person.windows.filter((window) => window.id !== id);
      person.stands = undefined;
    },

    /** A transaction was undone, or the table was changed from elsewhere. */
    forget() {
      people = undefined;
    },
  };

  function read(now: EpochMs): Map<DeveloperId, Person> {
    const found = new Map<DeveloperId, Person>();
    for (const row of all.all({ now })) {
      // better-sqlite3 knows no types of raw rows; these are the columns above.
      const [id, developer, account, kind, resetsAt, usedPercent] = row as Row;
      const person = personOf(found, developerId(developer));
      const window = { id, account: accountId(account), kind, resetsAt: epochMs(resetsAt), usedPercent };
      person.windows = [...person.windows, window];
    }
    return found;
  }
}

function personOf(people: Map<DeveloperId, Person>, developer: DeveloperId): Person {
  const known = people.get(developer);
  if (known) return known;
  const person: Person = { windows: [], stands: undefined };
  people.set(developer, person);
  return person;
}

function lookAt(person: Person, now: EpochMs): NonNullable<Person['stands']> {
  person.windows = person.windows.filter(({ resetsAt }) => resetsAt > now);
  const resets = person.windows.map(({ resetsAt }) => resetsAt);
  // Until the next of them ends, time alone changes nothing.
  person.stands = { rank: standing(person.windows, now), until: Math.min(...resets) };
  return person.stands;
}
