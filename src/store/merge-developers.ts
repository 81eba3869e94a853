import { SAME_RESET_MS } from '../windows/envelope.ts';
import type { Database } from './database.ts';

interface Merge {
  /** Row id of the developer who ends. */
  readonly from: number;
  /** Row id of the developer who stays. */
  readonly into: number;
}

/** Tables whose rows follow a developer who turns out to be the same person as another. */
const OWNED = [
  'tokens',
  'sessions',
  'requests',
  'api_errors',
  'markers',
  'windows',
  'cache_reports',
  'feeds',
  'undetected',
  'incidents',
] as const;

/** Two developers become one, inside the caller's transaction. What both have is kept once: the same data came under two names. */
export function createMergeDevelopers(db: Database) {
  const SAME_WINDOWS = `
    SELECT kept.id AS kept_id, duplicate.*
    FROM windows AS duplicate JOIN windows AS kept USING (kind, scope, account)
    WHERE duplicate.developer_id = @from AND kept.developer_id = @into
      AND abs(kept.resets_at - duplicate.resets_at) <= ${SAME_RESET_MS}
  `;
  const foldReadings = db.prepare<Merge>(`
    INSERT INTO readings (window_id, at, used_percent, source)
    SELECT same.kept_id, readings.at, readings.used_percent, readings.source
    FROM readings JOIN (${SAME_WINDOWS}) AS same ON same.id = readings.window_id
    WHERE TRUE
    ON CONFLICT (window_id, at) DO UPDATE
    SET used_percent = max(used_percent, excluded.used_percent)
  `);
  const foldRefusals = db.prepare<Merge>(`
    UPDATE windows
    SET refused_at = max(coalesce(windows.refused_at, 0), same.refused_at)
    FROM (${SAME_WINDOWS}) AS same
    WHERE windows.id = same.kept_id AND same.refused_at IS NOT NULL
  `);
  const foldPercentages = db.prepare<Merge>(`
    UPDATE windows
    SET used_percent = same.used_percent,
        last_read_at = same.last_read_at,
        session      = same.session
    FROM (${SAME_WINDOWS}) AS same
    WHERE windows.id = same.kept_id
      AND (same.used_percent, same.last_read_at) > (windows.used_percent, windows.last_read_at)
  `);
  const removeFolded = db.prepare<Merge>(`DELETE FROM windows WHERE id IN (SELECT id FROM (${SAME_WINDOWS}))`);
  const foldFeeds = db.prepare<Merge>(`
    INSERT INTO feeds (developer_id, feed, last_at)
    SELECT @into, feed, last_at FROM feeds WHERE developer_id = @from
    ON CONFLICT (developer_id, feed) DO UPDATE
    SET last_at = max(last_at, excluded.last_at)
  `);
  const foldUndetected = db.prepare<Merge>(`
    INSERT INTO undetected (developer_id, session, from_at)
    SELECT @into, session, from_at FROM undetected WHERE developer_id = @from
    ON CONFLICT (developer_id, session) DO UPDATE
    SET from_at = min(from_at, excluded.from_at)
  `);
  const move = OWNED.map((table) =>
    db.prepare<Merge>(`UPDATE OR IGNORE ${table} SET developer_id = @into WHERE developer_id = @from`),
  );
  // Only the open incidents of one subject are left by now: what was said of either was said of the one that stays.
  const moveNotices = db.prepare<Merge>(`
    UPDATE OR IGNORE notices
    SET incident_id = kept.id
    FROM incidents AS duplicate JOIN incidents AS kept USING (kind, subject)
    WHERE notices.incident_id = duplicate.id AND duplicate.developer_id = @from
      AND kept.developer_id = @into AND kept.resolved_at IS NULL
  `);
  const removeNotices = db.prepare<{ from: number }>(`
    DELETE FROM notices
    WHERE incident_id IN (SELECT id FROM incidents WHERE developer_id = @from)
  `);
  const remove = OWNED.map((table) => db.prepare<{ from: number }>(`DELETE FROM ${table} WHERE developer_id = @from`));
  const keepConsent = db.prepare<Merge>(`
    UPDATE developers
    SET names_consented_at = coalesce(names_consented_at, (SELECT names_consented_at FROM developers WHERE id = @from))
    WHERE id = @into
  `);
  const removeDeveloper = db.prepare<{ from: number }>('DELETE FROM developers WHERE id = @from');

  const foldWindows = [foldReadings, foldRefusals, foldPercentages, removeFolded];

  return (from: number, into: number) => {
    for (const fold of [...foldWindows, foldFeeds, foldUndetected, ...move, moveNotices]) fold.run({ from, into });
    for (const end of [removeNotices, ...remove]) end.run({ from });
    keepConsent.run({ from, into });
    removeDeveloper.run({ from });
  };
}
