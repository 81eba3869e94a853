import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type DeveloperId, developerId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** Whom a token speaks for: one person, or the team, whose bodies then say whose usage they bring. */
export type TokenOwner = { readonly of: 'developer'; readonly developer: DeveloperId } | { readonly of: 'team' };

/** A token as it may be shown: never the secret itself. */
export interface TokenInfo {
  readonly id: number;
  readonly kind: 'personal' | 'team';
  /** Whose it is; undefined: the team's. */
  readonly developer: DeveloperId | undefined;
  readonly email: string | undefined;
  readonly slackUser: string | undefined;
  readonly name: string | undefined;
  /** How it begins; one secret has hardly ever the hint of another. */
  readonly hint: string;
  readonly createdAt: EpochMs;
  readonly lastUsedAt: EpochMs | undefined;
  readonly revokedAt: EpochMs | undefined;
}

interface Row {
  id: number;
  hash: Buffer;
  kind: 'personal' | 'team';
  developer_id: number | null;
  hint: string;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
}

interface OwnedRow extends Row {
  email: string | null;
  slack_user: string | null;
  name: string | null;
}

const PREFIX = 'qw_';
const SECRET_BYTES = 32;
/** Written at most this often for each token: the time of last use serves people, not detection. */
const LAST_USED_STEP_MS = 60_000;

export function createTokenStore(db: Database) {
  /** Uses that wait for the next commit, by token. What a crash loses is noted again at the next use. */
  const unsavedUses = new Map<number, EpochMs>();
  const insert = db.prepare<{ hash: Buffer; kind: string; developer: number | null; hint: string; now: number }>(`
    INSERT INTO tokens (hash, kind, developer_id, hint, created_at)
    VALUES (@hash, @kind, @developer, @hint, @now)
  `);
  /** Tokens that were used, by their hash, until any may have changed: each body of everybody brings one. */
  const known = new Map<string, Row>();
  let knownIn: unknown;
  let isCompared = false;
  // Changes when another process has written, `npm run token` say.
  const dataVersion = db.prepare('PRAGMA data_version').pluck();
  const byHash = db.prepare<[Buffer], Row>('SELECT * FROM tokens WHERE hash = ? AND revoked_at IS NULL');
  const touch = db.prepare<{ id: number; at: number }>('UPDATE tokens SET last_used_at = @at WHERE id = @id');
  const OWNED = `
    SELECT tokens.*, email, slack_user, name
    FROM tokens LEFT JOIN developers ON developers.id = tokens.developer_id
  `;
  const list = db.prepare<[], OwnedRow>(`${OWNED} ORDER BY tokens.id`);
  const inUse = db.prepare<[], OwnedRow>(`${OWNED} WHERE revoked_at IS NULL ORDER BY tokens.id`);
  const byId = db.prepare<[number], OwnedRow>(`${OWNED} WHERE tokens.id = ?`);
  const ofDeveloper = db.prepare<[number], OwnedRow>(`
    ${OWNED} WHERE developer_id = ? AND revoked_at IS NULL ORDER BY tokens.id
  `);
  const revokeById = db.prepare<{ id: number; now: number }>(`
    UPDATE tokens
    SET revoked_at = @now
    WHERE id = @id AND revoked_at IS NULL
  `);

  const revokeOf = db.prepare<{ developer: number; now: number }>(`
    UPDATE tokens
    SET revoked_at = @now
    WHERE developer_id = @developer AND revoked_at IS NULL
  `);
  const forTeam = db.prepare("SELECT 1 FROM tokens WHERE kind = 'team' AND revoked_at IS NULL LIMIT 1");

  return {
    /** Creates a token; the answer is the only time that the secret is seen. */
    create(owner: TokenOwner, now: EpochMs): string {
      const token = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
      insert.run({
        hash: sha256(token),
        kind: owner.of === 'team' ? 'team' : 'personal',
        developer: owner.of === 'team' ? null : owner.developer,
        hint: token.slice(0, PREFIX.length + 4),
        now,
      });
      return token;
    },

    /** Whom a token speaks for; undefined for a wrong or revoked one. Only reads: a full disk must not refuse a token. */
    owner(token: string, now: EpochMs): TokenOwner | undefined {
      const digest = sha256(token);
      const row = find(digest);
      if (!row || !timingSafeEqual(digest, row.hash)) return undefined;
      if ((row.last_used_at ?? 0) < now - LAST_USED_STEP_MS) {
        unsavedUses.set(row.id, now);
        row.last_used_at = now;
      }
      return row.developer_id === null ? { of: 'team' } : { of: 'developer', developer: developerId(row.developer_id) };
    },

    /** Writes when tokens were used since the last call; belongs into a transaction that is written anyway. */
    saveUses() {
      if (unsavedUses.size === 0) return;
      for (const [id, at] of unsavedUses) touch.run({ id, at });
      unsavedUses.clear();
    },

    /** Whether a whole team may send with one token. */
    isForTeam: (): boolean => forTeam.get() !== undefined,

    list: (): readonly TokenInfo[] => list.all().map(toInfo),
    /** Those that are not revoked, oldest first. */
    inUse: (): readonly TokenInfo[] => inUse.all().map(toInfo),
    find(id: number): TokenInfo | undefined {
      const row = byId.get(id);
      return row && toInfo(row);
    },

    /** Somebody's own that are not revoked, oldest first. */
    of: (developer: DeveloperId): readonly TokenInfo[] => ofDeveloper.all(developer).map(toInfo),
    /** Revokes all that somebody has; answers how many. */
    revokeOf(developer: DeveloperId, now: EpochMs): number {
      known.clear();
      return revokeOf.run({ developer, now }).changes;
    },
    /** Whether there was such a token to revoke. */
    revoke(id: number, now: EpochMs): boolean {
      known.clear();
      return revokeById.run({ id, now }).changes > 0;
    },

    /** The transaction was undone, or the table was changed from elsewhere. */
    forget() {
      unsavedUses.clear();
      known.clear();
    },
  };

  function find(digest: Buffer): Row | undefined {
    forgetChanged();
    const key = digest.toString('latin1');
    const row = known.get(key) ?? byHash.get(digest);
    if (row) known.set(key, row);
    return row;
  }

  /** Once for all bodies that come together: to ask the database takes a tenth of the time of all else that a request takes. */
  function forgetChanged() {
    if (isCompared) return;
    isCompared = true;
    setImmediate(() => {
      isCompared = false;
    });
    const version = dataVersion.get();
    if (version !== knownIn) known.clear();
    knownIn = version;
  }
}

function toInfo(row: OwnedRow): TokenInfo {
  return {
    id: row.id,
    kind: row.kind,
    developer: row.developer_id === null ? undefined : developerId(row.developer_id),
    email: row.email ?? undefined,
    slackUser: row.slack_user ?? undefined,
    name: row.name ?? undefined,
    hint: row.hint,
    createdAt: epochMs(row.created_at),
    lastUsedAt: row.last_used_at === null ? undefined : epochMs(row.last_used_at),
    revokedAt: row.revoked_at === null ? undefined : epochMs(row.revoked_at),
  };
}

function sha256(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
