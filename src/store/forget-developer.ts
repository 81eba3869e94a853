import type { DeveloperId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import type { Database } from './database.ts';

interface Id {
  readonly id: number;
}

interface At extends Id {
  readonly now: number;
}

/** A message of the channel that tells of several people. */
interface Shared {
  readonly subject: 'incident' | 'digest';
  readonly about: string;
  readonly now: number;
}

/** Tables whose rows belong to one developer; readings go with their windows. */
const OWNED = [
  'tokens',
  'sessions',
  'requests',
  'request_names',
  'api_errors',
  'markers',
  'windows',
  'cache_reports',
  'feeds',
  'undetected',
  'exchange_rates',
  'usage_hours',
  'prompts',
  'version_days',
  'mutes',
] as const;

/**
 * Removes a developer from every table, inside the caller's transaction. Messages about them alone are left in
 * `removals`, to be deleted in Slack; those that tell of others too are brought up to date. What stays is the audit of
 * what they did themselves: nobody may wipe that out.
 */
export function createForgetDeveloper(db: Database) {
  const identity = db.prepare<Id, { slack_user: string | null }>('SELECT slack_user FROM developers WHERE id = @id');
  const fleets = db.prepare<Id, Id>(`
    SELECT id FROM incidents
    WHERE developer_id IS NULL AND EXISTS (SELECT 1 FROM json_each(evidence, '$.developers') WHERE value = @id)
  `);
  const leaveFleet = db.prepare<{ fleet: number } & Id>(`
    UPDATE incidents
    SET evidence = json_set(evidence, '$.developers', json(
      (SELECT json_group_array(value) FROM json_each(evidence, '$.developers') WHERE value <> @id)
    ))
    WHERE id = @fleet
  `);
  const isOfNobody = db.prepare<Id>(`
    SELECT 1 FROM incidents WHERE id = @id AND evidence ->> '$.developers' = '[]'
  `);
  const incidents = db.prepare<Id, Id>('SELECT id FROM incidents WHERE developer_id = @id');
  const digestsOf = db.prepare<Id, Id>(`
    SELECT DISTINCT digest_id AS id FROM notices WHERE incident_id = @id AND digest_id IS NOT NULL
  `);
  const isDigestEmpty = db.prepare<Id>('SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM notices WHERE digest_id = @id)');

  const SAID = 'INSERT INTO removals (channel, ts, due_at) SELECT slack_channel, slack_ts, @now FROM notices';
  const unsayIncident = db.prepare<At>(`
    ${SAID} WHERE incident_id = @id AND slack_ts IS NOT NULL ON CONFLICT DO NOTHING
  `);
  // A thread tells what befell each of them, and what was said there is not said anew.
  const unsayReplies = db.prepare<At>(`
    ${SAID} WHERE incident_id = @id AND form = 'reply' AND slack_ts IS NOT NULL ON CONFLICT DO NOTHING
  `);
  const unsayOther = db.prepare<{ subject: string; about: string; now: number }>(`
    ${SAID} WHERE subject = @subject AND about = @about AND slack_ts IS NOT NULL ON CONFLICT DO NOTHING
  `);
  const unsayToPerson = db.prepare<{ slackUser: string | null; now: number }>(`
    ${SAID} WHERE recipient = @slackUser AND slack_ts IS NOT NULL ON CONFLICT DO NOTHING
  `);
  const sayAnew = db.prepare<Shared>(`
    INSERT INTO notices (subject, incident_id, key, audience, form, reason, severity, state, decided_at, due_at)
    SELECT subject, incident_id, key, audience, form, 'answered', severity, 'waiting', @now, @now
    FROM notices
    WHERE subject = @subject AND about = @about AND audience = 'channel' AND form = 'message'
      AND state = 'sent' AND slack_ts IS NOT NULL
    ORDER BY id DESC
    LIMIT 1
    ON CONFLICT DO NOTHING
  `);

  const removeIncident = [
    'DELETE FROM incident_events WHERE incident_id = @id',
    'DELETE FROM notices WHERE incident_id = @id',
    'UPDATE incidents SET part_of = NULL WHERE part_of = @id',
    'DELETE FROM incidents WHERE id = @id',
  ].map((sql) => db.prepare<Id>(sql));
  const removeNotices = db.prepare<{ subject: string; about: string }>(`
    DELETE FROM notices WHERE subject = @subject AND about = @about
  `);
  const removeDigest = db.prepare<Id>('DELETE FROM digests WHERE id = @id');
  // Nobody knows yet whose they are, but for those of sessions that are known.
  const removeUnclaimed = db.prepare<Id>(`
    DELETE FROM unclaimed_reports WHERE session IN (SELECT session FROM sessions WHERE developer_id = @id)
  `);
  // Nobody else's: no two developers share a caller.
  const removeCallers = db.prepare<Id>(`
    DELETE FROM callers WHERE id IN (SELECT caller_id FROM requests WHERE developer_id = @id)
  `);
  const removeOwned = OWNED.map((table) => db.prepare<Id>(`DELETE FROM ${table} WHERE developer_id = @id`));
  const closeAudit = db.prepare<Id>('UPDATE audit SET detail = NULL WHERE developer_id = @id');
  const removeDeeds = [
    'DELETE FROM notices WHERE recipient = @slackUser',
    'DELETE FROM homes WHERE slack_user = @slackUser',
    'DELETE FROM mutes WHERE by_user = @slackUser',
    'UPDATE incident_events SET by_user = NULL WHERE by_user = @slackUser',
    'UPDATE incidents SET acknowledged_at = NULL, acknowledged_by = NULL WHERE acknowledged_by = @slackUser',
    'UPDATE incidents SET feedback = NULL, feedback_at = NULL, feedback_by = NULL WHERE feedback_by = @slackUser',
  ].map((sql) => db.prepare<{ slackUser: string | null }>(sql));
  const removeDeveloper = db.prepare<Id>('DELETE FROM developers WHERE id = @id');

  return (id: DeveloperId, now: EpochMs): void => {
    // What is deleted is overwritten in the file, too.
    db.pragma('secure_delete = ON');
    const slackUser = identity.get({ id })?.slack_user ?? null;
    const about = [...incidents.all({ id }), ...leaveFleets(id, now)];
    const digests = new Set(about.flatMap((incident) => digestsOf.all(incident)).map((digest) => digest.id));
    for (const incident of about) {
      unsayIncident.run({ ...incident, now });
      for (const remove of removeIncident) remove.run(incident);
    }
    for (const digest of digests) leaveDigest(digest, now);
    forgetWelcome(id, now);
    unsayToPerson.run({ slackUser, now });
    for (const remove of removeDeeds) remove.run({ slackUser });
    for (const remove of [removeUnclaimed, removeCallers, ...removeOwned, closeAudit, removeDeveloper])
      remove.run({ id });
    db.pragma('secure_delete = OFF');
  };

  /** Takes them out of the fleet's incidents; answers those that nobody else is part of. */
  function leaveFleets(id: DeveloperId, now: EpochMs): readonly Id[] {
    return fleets.all({ id }).filter((fleet) => {
      leaveFleet.run({ id, fleet: fleet.id });
      if (isOfNobody.get(fleet)) return true;
      unsayReplies.run({ ...fleet, now });
      sayAnew.run({ subject: 'incident', about: String(fleet.id), now });
      return false;
    });
  }

  function leaveDigest(id: number, now: EpochMs) {
    const key = { subject: 'digest', about: String(id) } as const;
    if (!isDigestEmpty.get({ id })) return void sayAnew.run({ ...key, now });
    unsayOther.run({ ...key, now });
    removeNotices.run(key);
    removeDigest.run({ id });
  }

  function forgetWelcome(id: DeveloperId, now: EpochMs) {
    const key = { subject: 'first_data', about: String(id) };
    unsayOther.run({ ...key, now });
    removeNotices.run(key);
  }
}
