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
  'api_errors',
  'markers',
  'windows',
  'cache_reports',
  'feeds',
  'undetected',
  'incidents',
  'exchange_rates',
  'mutes',
  'audit',
] as const;

/** Tables of sums, whose rows are added up. */
const SUMS = ['usage_hours', 'prompts', 'version_days'] as const;

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
    INSERT INTO feeds (developer_id, feed, last_at, announced_at)
    SELECT @into, feed, last_at, announced_at FROM feeds WHERE developer_id = @from
    ON CONFLICT (developer_id, feed) DO UPDATE
    SET last_at      = max(last_at, excluded.last_at),
        announced_at = coalesce(announced_at, excluded.announced_at)
  `);
  // Of two mutes the longer one holds.
  const foldMutes = db.prepare<Merge>(`
    UPDATE mutes AS kept
    SET until   = duplicate.until,
        by_user = duplicate.by_user,
        set_at  = duplicate.set_at
    FROM mutes AS duplicate
    WHERE kept.developer_id = @into AND duplicate.developer_id = @from AND kept.kind = duplicate.kind
      AND kept.until < duplicate.until
  `);
  const foldUndetected = db.prepare<Merge>(`
    INSERT INTO undetected (developer_id, session, from_at)
    SELECT @into, session, from_at FROM undetected WHERE developer_id = @from
    ON CONFLICT (developer_id, session) DO UPDATE
    SET from_at = min(from_at, excluded.from_at)
  `);
  // Requests that came under both names were counted under both: sums may then be too high, and are never too low.
  const foldHours = db.prepare<Merge>(`
    INSERT INTO usage_hours
    SELECT
      @into, hour_at, model, requests, input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens,
      cost_micros, unpriced_requests
    FROM usage_hours
    WHERE developer_id = @from
    ON CONFLICT (developer_id, hour_at, model) DO UPDATE
    SET requests              = requests              + excluded.requests,
        input_tokens          = input_tokens          + excluded.input_tokens,
        output_tokens         = output_tokens         + excluded.output_tokens,
        cache_read_tokens     = cache_read_tokens     + excluded.cache_read_tokens,
        cache_creation_tokens = cache_creation_tokens + excluded.cache_creation_tokens,
        cost_micros           = cost_micros           + excluded.cost_micros,
        unpriced_requests     = unpriced_requests     + excluded.unpriced_requests
  `);
  const foldPrompts = db.prepare<Merge>(`
    INSERT INTO prompts
    SELECT @into, prompt_id, session, model, started_at, ended_at, requests, cost_micros, unpriced_requests
    FROM prompts
    WHERE developer_id = @from
    ON CONFLICT (developer_id, prompt_id) DO UPDATE
    SET started_at        = min(started_at, excluded.started_at),
        ended_at          = max(ended_at, excluded.ended_at),
        requests          = requests          + excluded.requests,
        cost_micros       = cost_micros       + excluded.cost_micros,
        unpriced_requests = unpriced_requests + excluded.unpriced_requests
  `);
  const foldVersions = db.prepare<Merge>(`
    INSERT INTO version_days
    SELECT
      day_at, client_version, @into, boundaries, boundary_misses, mid_turns, mid_turn_misses, resumes, resume_rewrites
    FROM version_days
    WHERE developer_id = @from
    ON CONFLICT (day_at, client_version, developer_id) DO UPDATE
    SET boundaries      = boundaries      + excluded.boundaries,
        boundary_misses = boundary_misses + excluded.boundary_misses,
        mid_turns       = mid_turns       + excluded.mid_turns,
        mid_turn_misses = mid_turn_misses + excluded.mid_turn_misses,
        resumes         = resumes         + excluded.resumes,
        resume_rewrites = resume_rewrites + excluded.resume_rewrites
  `);
  // Beside those of the one who stays: some of both may have ended in the same millisecond.
  const SHIFTED = 'nth + (SELECT coalesce(max(nth) + 1, 0) FROM requests WHERE developer_id = @into)';
  const moveRequestNames = db.prepare<Merge>(`
    UPDATE OR IGNORE request_names SET developer_id = @into, nth = ${SHIFTED} WHERE developer_id = @from
  `);
  const removeSameRequests = db.prepare<{ from: number }>(`
    DELETE FROM requests
    WHERE developer_id = @from
      AND (ended_at, nth) IN (SELECT ended_at, nth FROM request_names WHERE developer_id = @from)
  `);
  const removeSameNames = db.prepare<{ from: number }>('DELETE FROM request_names WHERE developer_id = @from');
  const moveOtherRequests = db.prepare<Merge>(`
    UPDATE requests SET developer_id = @into, nth = ${SHIFTED} WHERE developer_id = @from
  `);
  const move = OWNED.map((table) =>
    db.prepare<Merge>(`UPDATE OR IGNORE ${table} SET developer_id = @into WHERE developer_id = @from`),
  );
  // Only the open incidents of one subject are left by now: what was said of either was said of the one that stays, and
  // so was what people did about it.
  const SAME_INCIDENTS = `
    incidents AS duplicate JOIN incidents AS kept
      ON kept.kind = duplicate.kind AND kept.subject = duplicate.subject
        AND duplicate.developer_id = @from AND kept.developer_id = @into AND kept.resolved_at IS NULL
  `;
  const moveNotices = db.prepare<Merge>(`
    UPDATE OR IGNORE notices
    SET incident_id = kept.id
    FROM ${SAME_INCIDENTS}
    WHERE notices.incident_id = duplicate.id
  `);
  const moveEvents = db.prepare<Merge>(`
    UPDATE incident_events
    SET incident_id = kept.id
    FROM ${SAME_INCIDENTS}
    WHERE incident_events.incident_id = duplicate.id
  `);
  const foldDeeds = db.prepare<Merge>(`
    UPDATE incidents
    SET acknowledged_at = coalesce(incidents.acknowledged_at, duplicate.acknowledged_at),
        acknowledged_by = coalesce(incidents.acknowledged_by, duplicate.acknowledged_by),
        feedback        = coalesce(incidents.feedback, duplicate.feedback),
        feedback_at     = coalesce(incidents.feedback_at, duplicate.feedback_at),
        feedback_by     = coalesce(incidents.feedback_by, duplicate.feedback_by)
    FROM ${SAME_INCIDENTS}
    WHERE incidents.id = kept.id
  `);
  const moveFirstData = db.prepare<{ from: string; into: string }>(`
    UPDATE OR IGNORE notices SET key = @into WHERE subject = 'first_data' AND about = @from
  `);
  const removeFirstData = db.prepare<{ from: string }>(`
    DELETE FROM notices WHERE subject = 'first_data' AND about = @from
  `);
  const moveInFleets = db.prepare<Merge>(`
    UPDATE incidents
    SET evidence = json_set(evidence, '$.developers', json((
      SELECT json_group_array(DISTINCT iif(value = @from, CAST(@into AS INTEGER), value))
      FROM json_each(evidence, '$.developers')
    )))
    WHERE developer_id IS NULL AND EXISTS (SELECT 1 FROM json_each(evidence, '$.developers') WHERE value = @from)
  `);
  const removeNotices = db.prepare<{ from: number }>(`
    DELETE FROM notices
    WHERE incident_id IN (SELECT id FROM incidents WHERE developer_id = @from)
  `);
  const remove = [...OWNED, ...SUMS].map((table) =>
    db.prepare<{ from: number }>(`DELETE FROM ${table} WHERE developer_id = @from`),
  );
  const keepChoices = db.prepare<Merge>(`
    UPDATE developers
    SET names_consented_at = coalesce(names_consented_at, (SELECT names_consented_at FROM developers WHERE id = @from)),
        plan               = coalesce(plan, (SELECT plan FROM developers WHERE id = @from))
    WHERE id = @into
  `);
  // Both or neither: a beginning of one and an end of the other would be nobody's choice.
  const keepQuietHours = db.prepare<Merge>(`
    UPDATE developers
    SET quiet_from  = gone.quiet_from,
        quiet_until = gone.quiet_until
    FROM developers AS gone
    WHERE developers.id = @into AND gone.id = @from AND developers.quiet_from IS NULL
  `);
  const removeDeveloper = db.prepare<{ from: number }>('DELETE FROM developers WHERE id = @from');

  const foldWindows = [foldReadings, foldRefusals, foldPercentages, removeFolded];
  // What both spent up to a reading is the sum of what either did: it is added up anew.
  const unsettle = db.prepare<Merge>(`
    UPDATE readings SET spent_micros = NULL WHERE window_id IN (SELECT id FROM windows WHERE developer_id = @into)
  `);
  const foldSums = [foldHours, foldPrompts, foldVersions];

  const folds = [...foldWindows, ...foldSums, foldFeeds, foldMutes, foldUndetected];
  const moves = [...move, moveNotices, moveEvents, foldDeeds, moveInFleets, unsettle];

  return (from: number, into: number) => {
    moveRequests({ from, into });
    for (const step of [...folds, ...moves]) step.run({ from, into });
    moveFirstData.run({ from: String(from), into: String(into) });
    removeFirstData.run({ from: String(from) });
    for (const end of [removeNotices, ...remove]) end.run({ from });
    for (const keep of [keepChoices, keepQuietHours]) keep.run({ from, into });
    removeDeveloper.run({ from });
  };

  /** What has a name under both is the same request; its names go first, as long as they tell whose the other one is. */
  function moveRequests(merge: Merge) {
    moveRequestNames.run(merge);
    for (const end of [removeSameRequests, removeSameNames]) end.run({ from: merge.from });
    moveOtherRequests.run(merge);
  }
}
