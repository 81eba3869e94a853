import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** What is written down: a look at somebody else's data, or a change of what the team shares. */
export type AuditAction =
  | 'quota_seen'
  | 'details_seen'
  | 'settings_changed'
  | 'team_token_created'
  | 'token_revoked'
  | 'tokens_seen'
  | 'forgotten'
  | 'sample_sent';

export interface AuditRow {
  readonly at: EpochMs;
  /** Slack user id. */
  readonly by: string;
  readonly action: AuditAction;
  /** Whose data it was. */
  readonly developer?: DeveloperId | undefined;
  readonly detail?: string | undefined;
}

/** Who looked at whose data, and who changed what. */
export function createAuditStore(db: Database) {
  const insert = db.prepare(`
    INSERT INTO audit (at, by_user, action, developer_id, detail)
    VALUES (@at, @by, @action, @developer, @detail)
  `);
  const recent = db.prepare<
    { limit: number },
    { at: number; by_user: string; action: AuditAction; developer_id: number | null; detail: string | null }
  >('SELECT * FROM audit ORDER BY id DESC LIMIT @limit');

  return {
    add: ({ developer, detail, ...row }: AuditRow) =>
      void insert.run({ ...row, developer: developer ?? null, detail: detail ?? null }),
    /** Newest first. */
    recent: (limit: number): readonly AuditRow[] =>
      recent.all({ limit }).map((row) => ({
        at: epochMs(row.at),
        by: row.by_user,
        action: row.action,
        developer: row.developer_id === null ? undefined : (row.developer_id as DeveloperId),
        detail: row.detail ?? undefined,
      })),
  };
}
