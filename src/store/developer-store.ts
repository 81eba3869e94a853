import type { Developer } from '../model/developer.ts';
import { type DeveloperId, developerId } from '../model/ids.ts';
import { PLANS, type Plan } from '../model/plans.ts';
import type { QuietHours } from '../model/settings.ts';
import type { EpochMs } from '../model/time.ts';
import type { Database } from './database.ts';
import { createForgetDeveloper } from './forget-developer.ts';
import { createMergeDevelopers } from './merge-developers.ts';

interface Row {
  id: number;
  email: string | null;
  slack_user: string | null;
  name: string | null;
  time_zone: string | null;
  plan: string | null;
  names_consented_at: number | null;
  quiet_from: number | null;
  quiet_until: number | null;
}

/** What Slack knows of a person. */
export interface SlackProfile {
  readonly slackUser: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly timeZone: string | undefined;
}

/** Of a large company, and then some. */
const KEPT_EMAILS = 50_000;

export function createDeveloperStore(db: Database) {
  const byId = db.prepare<[number], Row>('SELECT * FROM developers WHERE id = ?');
  const byEmail = db.prepare<[string], Row>('SELECT * FROM developers WHERE email = ?');
  const bySlackUser = db.prepare<[string], Row>('SELECT * FROM developers WHERE slack_user = ?');
  const everyone = db.prepare<[], Row>('SELECT * FROM developers ORDER BY id');
  const count = db.prepare<[], { developers: number }>('SELECT count(*) AS developers FROM developers');
  const insert = db.prepare<{ email: string | null; name: string | null; now: number; highestGone: number }>(`
    INSERT INTO developers (id, email, name, created_at)
    VALUES (max(@highestGone, (SELECT coalesce(max(id), 0) FROM developers)) + 1, @email, @name, @now)
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
  const setQuiet = db.prepare<{ id: number; from: number | null; until: number | null }>(`
    UPDATE developers
    SET quiet_from  = @from,
        quiet_until = @until
    WHERE id = @id
  `);
  const merge = createMergeDevelopers(db);
  const forget = createForgetDeveloper(db);

  /** Asked with every request. Nobody but this process makes two developers one, or forgets one. */
  const idsByEmail = new Map<string, DeveloperId>();

  /** An id is given once while the program runs: much of what it remembers of people goes by it. */
  let highestGone = 0;
  const add = (email: string | null, name: string | null, now: EpochMs) =>
    developerId(Number(insert.run({ email, name, now, highestGone }).lastInsertRowid));
  const gone = (id: number) => {
    highestGone = Math.max(highestGone, id);
  };

  return {
    find: (id: DeveloperId) => developer(byId.get(id)),
    findBySlackUser: (slackUser: string) => developer(bySlackUser.get(slackUser)),
    findByEmail: (email: string) => developer(byEmail.get(email.toLowerCase())),
    count: (): number => count.get()?.developers ?? 0,
    all: (): readonly Developer[] => everyone.all().map(toDeveloper),

    /** The developer with this email, created when new. */
    forEmail(email: string, { now, name }: { now: EpochMs; name?: string | undefined }): DeveloperId {
      const known = idsByEmail.get(email) ?? byEmail.get(email.toLowerCase())?.id;
      if (known !== undefined && name !== undefined) rename.run({ id: known, name });
      const id = known === undefined ? add(email.toLowerCase(), name ?? null, now) : developerId(known);
      if (idsByEmail.size >= KEPT_EMAILS) idsByEmail.clear();
      idsByEmail.set(email, id);
      return id;
    },

    /** The developer of a Slack user of whom Slack tells nothing that is not known; undefined: there is something to write. */
    knownSlackUser({ slackUser, email, name, timeZone }: SlackProfile): DeveloperId | undefined {
      const row = bySlackUser.get(slackUser);
      const isKnown = (told: string | undefined, known: string | null) => told === undefined || told === known;
      if (!row || !isKnown(email?.toLowerCase(), row.email)) return undefined;
      return isKnown(name, row.name) && isKnown(timeZone, row.time_zone) ? developerId(row.id) : undefined;
    },

    /** The developer of a Slack user, merged with the one that telemetry knows by the same email. */
    forSlackUser: db.transaction((profile: SlackProfile, now: EpochMs): DeveloperId => {
      const email = profile.email?.toLowerCase() ?? null;
      const linked = bySlackUser.get(profile.slackUser);
      const named = email === null ? undefined : byEmail.get(email);
      const id = named?.id ?? linked?.id ?? add(email, null, now);
      if (linked && linked.id !== id) {
        merge(linked.id, id);
        gone(linked.id);
      }
      const { slackUser, name = null, timeZone = null } = profile;
      link.run({ id, slackUser, email, name, timeZone });
      return developerId(id);
    }).immediate,

    /** Removes them from every table, inside the caller's transaction. */
    forget(id: DeveloperId, now: EpochMs) {
      forget(id, now);
      gone(id);
    },

    /** Somebody is another now, or gone, or the transaction was undone and they never came. */
    forgetEmails: () => idsByEmail.clear(),

    consentToNames: (id: DeveloperId, at: EpochMs) => void consent.run({ id, at }),
    withdrawConsent: (id: DeveloperId) => void consent.run({ id, at: null }),
    setPlan: (id: DeveloperId, plan: Plan) => void setPlan.run({ id, plan }),
    /** When their direct messages wait, in their own zone. */
    setQuietHours: (id: DeveloperId, { from, until }: QuietHours) => void setQuiet.run({ id, from, until }),
    clearQuietHours: (id: DeveloperId) => void setQuiet.run({ id, from: null, until: null }),
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
    quietHours: quietHours(row),
  };
}

function quietHours({ quiet_from: from, quiet_until: until }: Row): QuietHours | undefined {
  return from === null || until === null ? undefined : { from, until };
}
