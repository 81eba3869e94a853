import type { OwnTrouble } from '../incidents/own-troubles.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** Something that keeps Quota Watch from its work, for admins to mend. */
export interface AdminReport {
  readonly id: number;
  readonly problem: AdminProblem;
  readonly at: EpochMs;
}

/** `cannot_post`: Slack refuses messages to a channel; `code` is Slack's own word, such as `is_archived`. */
export type AdminProblem = { readonly is: 'cannot_post'; readonly channel: string; readonly code: string } | OwnTrouble;

interface Row {
  id: number;
  detail: string;
  at: number;
}

export function createAdminReportStore(db: Database) {
  const insert = db.prepare<{ problem: string; detail: string; now: number }>(`
    INSERT INTO admin_reports (problem, detail, at) VALUES (@problem, @detail, @now)
  `);
  const known = db.prepare<{ problem: string; detail: string; from: number }, { id: number }>(`
    SELECT id FROM admin_reports WHERE problem = @problem AND detail = @detail AND at > @from LIMIT 1
  `);
  const byId = db.prepare<[number], Row>('SELECT * FROM admin_reports WHERE id = ?');

  return {
    add: (problem: AdminProblem, now: EpochMs): number =>
      Number(insert.run({ ...rowOf(problem), now }).lastInsertRowid),
    /** Whether the same was reported after `from`. */
    isKnown: (problem: AdminProblem, from: EpochMs): boolean => known.get({ ...rowOf(problem), from }) !== undefined,
    find(id: number): AdminReport | undefined {
      const row = byId.get(id);
      // What `rowOf` wrote.
      return row && { id: row.id, problem: JSON.parse(row.detail) as AdminProblem, at: epochMs(row.at) };
    },
  };
}

function rowOf(problem: AdminProblem) {
  return { problem: problem.is, detail: JSON.stringify(problem) };
}
