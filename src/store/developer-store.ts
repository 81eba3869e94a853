import type { Developer } from '../model/developer.ts';
import { type DeveloperId, developerId } from '../model/ids.ts';
import { PLANS, type Plan } from '../model/plans.ts';
import type { EpochMs } from '../model/time.ts';
import type { Database } from './database.ts';
import { createMergeDevelopers } from './merge-developers.ts';

interface Row {
  id: number;
  email: string | null;
  slack_user: string | null;
  name: string | null;
  time_zone: string | null;
  plan: string | null;
  names_consented_at: number | null;
}

/** What Slack knows of a person. */
export interface SlackProfile {
  readonly slackUser: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly timeZone: string | undefined;
}

export function createDeveloperStore(db: Database) {
  const byId = db.prepare<[number], Row>('SELECT * FROM developers WHERE id = ?');
  const byEmail = db.prepare<[string], Row>('SELECT * FROM developers WHERE email = ?');
  const bySlackUser = db.prepare<[string], Row>('SELECT * FROM developers WHERE slack_user = ?');
  const everyone = db.prepare<[], Row>('SELECT * FROM developers ORDER BY id');
  const count = db.prepare<[], { developers: number }>('SELECT count(*) AS developers FROM developers');
  const insert = db.prepare<{ email: string | null; name: string | null; now: number }>(`
    INSERT INTO developers (email, name, created_at)
    VALUES (@email, @name, @now)
  `);
  const rename = db.prepare<{ id: number; name: string }>('UPDATE developers SET name = @name WHERE id = @id');
  const link = db.prepare<{
    id: number;
    slackUser: string;
    email: string | null;
    name: string | null;
    timeZone: string | null;
  }>(`
    UPDATE developers
    SET slack_user = @slackUser,
        email      = coalesce(@email, email),
        name       = coalesce(@name, name),
        time_zone  = coalesce(@timeZone, time_zone)
    WHERE id = @id
  `);
  const consent = db.prepare<{ id: number; at: number | null }>(`
    UPDATE developers
    SET names_consented_at = @at
    WHERE id = @id
  `);
  const setPlan = db.prepare<{ id: number; plan: Plan }>('UPDATE developers SET plan = @plan WHERE id = @id');
  const merge = createMergeDevelopers(db);

  return {
    find: (id: DeveloperId) => developer(byId.get(id)),
    findBySlackUser: (slackUser: string) => developer(bySlackUser.get(slackUser)),
    count: (): number => count.get()?.developers ?? 0,
    all: (): readonly Developer[] => everyone.all().map(toDeveloper),

    /** The developer with this email, created when new. */
    forEmail(email: string, { now, name }: { now: EpochMs; name?: string | undefined }): DeveloperId {
      const known = byEmail.get(email.toLowerCase());
      if (known && name !== undefined) rename.run({ id: known.id, name });
      if (known) return developerId(known.id);
      return developerId(Number(insert.run({ email: email.toLowerCase(), name: name ?? null, now }).lastInsertRowid));
    },

    /** The developer of a Slack user, merged with the one that telemetry knows by the same email. */
    forSlackUser: db.transaction((profile: SlackProfile, now: EpochMs): DeveloperId => {
      const email = profile.email?.toLowerCase() ?? null;
      const linked = bySlackUser.get(profile.slackUser);
      const named = email === null ? undefined : byEmail.get(email);
      const id = named?.id ?? linked?.id ?? Number(insert.run({ email, name: null, now }).lastInsertRowid);
      if (linked && linked.id !== id) merge(linked.id, id);
      const { slackUser, name = null, timeZone = null } = profile;
      link.run({ id, slackUser, email, name, timeZone });
      return developerId(id);
    }).immediate,

    consentToNames: (id: DeveloperId, at: EpochMs) => void consent.run({ id, at }),
    withdrawConsent: (id: DeveloperId) => void consent.run({ id, at: null }),
    setPlan: (id: DeveloperId, plan: Plan) => void setPlan.run({ id, plan }),
  };
}

function developer(row: Row | undefined): Developer | undefined {
  return row && toDeveloper(row);
}

function toDeveloper(row: Row): Developer {
  return {
    id: developerId(row.id),
    email: row.email ?? undefined,
    slackUser: row.slack_user ?? undefined,
    name: row.name ?? undefined,
    timeZone: row.time_zone ?? undefined,
    plan: PLANS.find((plan) => plan === row.plan),
    hasConsentedToNames: row.names_consented_at !== null,
  };
}
