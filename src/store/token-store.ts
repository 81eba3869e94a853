import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type DeveloperId, developerId } from '../model/ids.ts';
import type { EpochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** Whom a token speaks for: one person, or the team, whose bodies then say whose usage they bring. */
export type TokenOwner = { readonly of: 'developer'; readonly developer: DeveloperId } | { readonly of: 'team' };

/** A token as it may be shown: never the secret itself. */
export interface TokenInfo {
  readonly id: number;
  readonly kind: 'personal' | 'team';
  readonly email: string | undefined;
  readonly hint: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
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
  const byHash = db.prepare<[Buffer], Row>('SELECT * FROM tokens WHERE hash = ? AND revoked_at IS NULL');
  const touch = db.prepare<{ id: number; at: number }>('UPDATE tokens SET last_used_at = @at WHERE id = @id');
  const list = db.prepare<[], Row & { email: string | null }>(`
    SELECT tokens.*, developers.email
    FROM tokens LEFT JOIN developers ON developers.id = tokens.developer_id
    ORDER BY tokens.id
  `);
  const revokeById = db.prepare<{ id: number; now: number }>(`
    UPDATE tokens
    SET revoked_at = @now
    WHERE id = @id AND revoked_at IS NULL
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
      const hash = sha256(token);
      const row = byHash.get(hash);
      if (!row || !timingSafeEqual(hash, row.hash)) return undefined;
      if ((row.last_used_at ?? 0) < now - LAST_USED_STEP_MS) unsavedUses.set(row.id, now);
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

    list: (): readonly TokenInfo[] =>
      list.all().map((row) => ({
        id: row.id,
        kind: row.kind,
        email: row.email ?? undefined,
        hint: row.hint,
        createdAt: row.created_at,
        lastUsedAt: row.last_used_at ?? undefined,
        revokedAt: row.revoked_at ?? undefined,
      })),

    /** Whether there was such a token to revoke. */
    revoke: (id: number, now: EpochMs): boolean => revokeById.run({ id, now }).changes > 0,
  };
}

function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
