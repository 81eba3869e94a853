import type { IncidentKind } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** A kind that nobody is told of for a while. */
export interface Mute {
  readonly kind: IncidentKind;
  readonly until: EpochMs;
  /** Slack user id of who set it. */
  readonly by: string;
}

interface Row {
  kind: IncidentKind;
  until: number;
  by_user: string;
}

/** What somebody does not want to hear of until a moment; undefined developer: what the fleet shows. */
export function createMuteStore(db: Database) {
  const set = db.prepare(`
    INSERT INTO mutes (developer_id, kind, until, by_user, set_at)
    VALUES (@developer, @kind, @until, @by, @now)
    ON CONFLICT (coalesce(developer_id, 0), kind) DO UPDATE
    SET until   = @until,
        by_user = @by,
        set_at  = @now
  `);
  const lift = db.prepare<{ developer: number | null; kind: string }>(`
    DELETE FROM mutes WHERE developer_id IS @developer AND kind = @kind
  `);
  const one = db.prepare<{ developer: number | null; kind: string; now: number }, Row>(`
    SELECT * FROM mutes WHERE developer_id IS @developer AND kind = @kind AND until > @now
  `);
  const all = db.prepare<{ developer: number | null; now: number }, Row>(`
    SELECT * FROM mutes WHERE developer_id IS @developer AND until > @now ORDER BY until
  `);

  return {
    set: (developer: DeveloperId | undefined, mute: Mute, now: EpochMs) =>
      void set.run({ developer: developer ?? null, ...mute, now }),
    lift: (developer: DeveloperId | undefined, kind: IncidentKind) =>
      void lift.run({ developer: developer ?? null, kind }),
    /** The mute in force now. */
    find(developer: DeveloperId | undefined, kind: IncidentKind, now: EpochMs): Mute | undefined {
      const row = one.get({ developer: developer ?? null, kind, now });
      return row && toMute(row);
    },
    /** Those in force, the first to end first. */
    of: (developer: DeveloperId | undefined, now: EpochMs): readonly Mute[] =>
      all.all({ developer: developer ?? null, now }).map(toMute),
  };
}

function toMute({ kind, until, by_user: by }: Row): Mute {
  return { kind, until: epochMs(until), by };
}
