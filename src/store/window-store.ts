import { type AccountId, accountId, type DeveloperId, type SessionId, UNKNOWN_ACCOUNT } from '../model/ids.ts';
import type { QuotaWindow, Rise } from '../model/quota-window.ts';
import type { Reading } from '../model/reading.ts';
import { DAY_MS, type EpochMs, epochMs } from '../model/time.ts';
import { absorbReading } from '../windows/envelope.ts';
import type { Database } from './database.ts';
import type { RunningWindows } from './running-windows.ts';

export interface StoredWindow extends QuotaWindow {
  readonly id: number;
  /** When the client said that this limit is hit. */
  readonly refusedAt: EpochMs | undefined;
}

interface Row {
  id: number;
  account: string;
  kind: string;
  scope: string;
  resets_at: number;
  used_percent: number;
  last_read_at: number;
  refused_at: number | null;
}

interface Renamed {
  readonly developer: number;
  readonly account: string;
  readonly kind: string;
  readonly scope: string;
  readonly resetsAt: number;
}

/** A reading belongs to a window that is running, or that ended so recently that an idle session still repeats it. */
const KNOWN_FOR_MS = 8 * DAY_MS;

export interface WindowStoreDeps {
  readonly running: Pick<RunningWindows, 'note' | 'drop'>;
  /** Incidents name their window by its account: they were renamed in the table. */
  readonly onIncidentsRenamed: () => void;
}

export function createWindowStore(db: Database, { running, onIncidentsRenamed }: WindowStoreDeps) {
  const since = db.prepare<{ developer: number; from: number }, Row>(`
    SELECT * FROM windows
    WHERE developer_id = @developer AND resets_at >= @from
    ORDER BY resets_at
  `);
  const insert = db.prepare(`
    INSERT INTO windows (developer_id, account, kind, scope, resets_at, used_percent, last_read_at, session)
    VALUES (@developer, @account, @kind, @scope, @resetsAt, @usedPercent, @lastReadAt, @session)
  `);
  const raise = db.prepare(`
    UPDATE windows
    SET account      = @account,
        used_percent = @usedPercent,
        last_read_at = @lastReadAt,
        session      = @session
    WHERE id = @id
  `);
  const refuse = db.prepare<{ id: number; at: number }>('UPDATE windows SET refused_at = @at WHERE id = @id');
  const addReading = db.prepare(`
    INSERT INTO readings (window_id, at, used_percent, source)
    VALUES (@id, @at, @usedPercent, @source)
    ON CONFLICT (window_id, at) DO UPDATE
    SET used_percent = max(used_percent, @usedPercent)
  `);
  // What was spent counts from the reading before: with another one in between it has to be settled anew.
  const unsettle = db.prepare<{ id: number; from: number }>(`
    UPDATE readings SET spent_micros = NULL WHERE window_id = @id AND at >= @from
  `);
  // Readings may come out of order, and merged windows interleave: only what rose above all before it is a rise.
  const rises = db.prepare<{ id: number }, { at: number; used_percent: number }>(`
    SELECT at, used_percent
    FROM readings AS rise
    WHERE window_id = @id
      AND NOT EXISTS (
        SELECT 1 FROM readings
        WHERE window_id = @id AND at < rise.at AND used_percent >= rise.used_percent
      )
    ORDER BY at
  `);
  const unclaimed = db.prepare<{ developer: number; session: string }, Row>(`
    SELECT * FROM windows
    WHERE developer_id = @developer AND session = @session AND account = '${UNKNOWN_ACCOUNT}'
  `);
  // Incidents name their window by its account, which is often learnt only later. What ran away names it within.
  const OF_WINDOW = ['windowKind', 'scope', 'resetsAt'].map(
    (field) => `coalesce(evidence ->> '$.${field}', evidence ->> '$.window.${field}')`,
  );
  const renameIncidents = db.prepare<Renamed>(`
    UPDATE OR IGNORE incidents
    SET subject  = @account || substr(subject, length('${UNKNOWN_ACCOUNT}') + 1),
        evidence = json_set(evidence, iif(evidence ->> '$.window' IS NULL, '$.account', '$.window.account'), @account)
    WHERE developer_id = @developer AND subject LIKE '${UNKNOWN_ACCOUNT} %'
      AND (${OF_WINDOW.join(', ')}) = (@kind, @scope, @resetsAt)
  `);
  const mergeReadings = db.prepare<{ from: number; into: number }>(`
    UPDATE OR IGNORE readings SET window_id = @into WHERE window_id = @from
  `);
  const remove = db.prepare<[number]>('DELETE FROM windows WHERE id = ?');

  const known = (developer: DeveloperId, from: EpochMs) => since.all({ developer, from }).map(toWindow);

  return {
    /** The developer's windows that reset at `from` or later. */
    known,

    /** The percentages of a window as they rose, oldest first. */
    rises: (window: StoredWindow): readonly Rise[] =>
      rises.all({ id: window.id }).map((row) => ({ at: epochMs(row.at), usedPercent: row.used_percent })),

    /**
     * Keeps the running maximum; the answer says whether anything rose or was refused anew. A session that stays open for
     * weeks repeats what it read last: of windows that ended so long ago nothing is kept.
     */
    read(developer: DeveloperId, account: AccountId, reading: Reading): boolean {
      if (reading.resetsAt < reading.at - KNOWN_FOR_MS) return false;
      const windows = known(developer, epochMs(reading.at - KNOWN_FOR_MS));
      const { window, known: before, rose } = absorbReading(windows, account, reading);
      const id = windows.find((candidate) => candidate === before)?.id ?? add(developer, window, reading.session);
      if (before) raise.run({ ...window, id, session: reading.session });
      if (before && before.account !== window.account) rename({ ...window, developer });
      running.note(developer, id, window);
      if (rose) {
        addReading.run({ id, at: reading.at, usedPercent: reading.usedPercent, source: reading.source });
        unsettle.run({ id, from: reading.at });
      }
      if (reading.source === 'stop_failure') refuse.run({ id, at: reading.at });
      return rose || reading.source === 'stop_failure';
    },

    /** The session's account became known: the windows that it read belong to that account. */
    claim(developer: DeveloperId, session: SessionId, account: AccountId) {
      for (const row of unclaimed.all({ developer, session })) {
        const window = toWindow(row);
        const reading = { ...window, session, at: window.lastReadAt, source: 'status_line' as const };
        const others = known(developer, epochMs(window.resetsAt - DAY_MS)).filter((other) => other.account === account);
        const merged = absorbReading(others, account, reading);
        const same = others.find((other) => other === merged.known);
        rename({ ...window, developer, account });
        if (!same) {
          raise.run({ ...window, account, session });
          running.note(developer, window.id, { ...window, account });
          continue;
        }
        mergeReadings.run({ from: window.id, into: same.id });
        unsettle.run({ id: same.id, from: 0 });
        raise.run({ ...merged.window, id: same.id, session });
        running.note(developer, same.id, merged.window);
        if (window.refusedAt !== undefined) refuse.run({ id: same.id, at: window.refusedAt });
        remove.run(window.id);
        running.drop(developer, window.id);
      }
    },
  };

  function rename(renamed: Renamed) {
    if (renameIncidents.run(renamed).changes > 0) onIncidentsRenamed();
  }

  function add(developer: DeveloperId, window: QuotaWindow, session: SessionId): number {
    return Number(insert.run({ ...window, developer, session }).lastInsertRowid);
  }
}

function toWindow(row: Row): StoredWindow {
  return {
    id: row.id,
    account: accountId(row.account),
    kind: row.kind,
    scope: row.scope,
    resetsAt: epochMs(row.resets_at),
    usedPercent: row.used_percent,
    lastReadAt: epochMs(row.last_read_at),
    refusedAt: row.refused_at === null ? undefined : epochMs(row.refused_at),
  };
}
