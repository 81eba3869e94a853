import type { ApiError } from '../model/api-error.ts';
import {
  type AccountId,
  accountId,
  type DeveloperId,
  developerId,
  type SessionId,
  sessionId,
  UNKNOWN_ACCOUNT,
} from '../model/ids.ts';
import type { Marker, MarkerKind } from '../model/marker.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Database } from './database.ts';

/** What a body told of a session itself. */
export interface SessionSeen {
  readonly session: SessionId;
  readonly at: EpochMs;
  readonly account?: AccountId | undefined;
  readonly clientVersion?: string | undefined;
  readonly startType?: string | undefined;
}

/** A session that detectors have yet to look at, from this event time on. */
export interface Undetected {
  readonly developer: DeveloperId;
  readonly session: SessionId;
  readonly fromAt: EpochMs;
}

export function createSessionStore(db: Database) {
  const see = db.prepare(`
    INSERT INTO sessions (developer_id, session, account, start_type, client_version, first_seen_at, last_seen_at)
    VALUES (@developer, @session, coalesce(@account, 'unknown'), @startType, @clientVersion, @at, @at)
    ON CONFLICT (developer_id, session) DO UPDATE
    SET account        = coalesce(@account, account),
        start_type     = coalesce(start_type, @startType),
        client_version = coalesce(@clientVersion, client_version),
        first_seen_at  = min(first_seen_at, @at),
        last_seen_at   = max(last_seen_at, @at)
  `);
  const account = db.prepare<{ developer: number; session: string }, { account: string }>(`
    SELECT account FROM sessions WHERE developer_id = @developer AND session = @session
  `);
  const owner = db.prepare<[string], { developer_id: number }>(`
    SELECT developer_id FROM sessions WHERE session = ? ORDER BY last_seen_at DESC LIMIT 1
  `);
  const addMarker = db.prepare(`
    INSERT INTO markers (developer_id, session, at, kind)
    VALUES (@developer, @session, @at, @kind)
    ON CONFLICT DO NOTHING
  `);
  const markers = db.prepare<{ developer: number; session: string; from: number }, { at: number; kind: MarkerKind }>(`
    SELECT at, kind
    FROM markers
    WHERE developer_id = @developer AND session = @session AND at >= @from
    ORDER BY at
  `);
  const addError = db.prepare(`
    INSERT INTO api_errors (developer_id, session, at, received_at, status_code, model)
    VALUES (@developer, @session, @at, @receivedAt, @statusCode, @model)
    ON CONFLICT DO NOTHING
  `);
  const lastThrottled = db.prepare<{ developer: number; from: number; account: string }, { at: number }>(`
    SELECT at
    FROM api_errors LEFT JOIN sessions USING (developer_id, session)
    WHERE developer_id = @developer AND at >= @from AND status_code = 429
      AND (account = @account OR '${UNKNOWN_ACCOUNT}' IN (coalesce(account, '${UNKNOWN_ACCOUNT}'), @account))
      AND NOT EXISTS (
      SELECT 1 FROM requests
      WHERE requests.developer_id = @developer AND ended_at > api_errors.at AND started_at > api_errors.at
    )
    ORDER BY at DESC
    LIMIT 1
  `);
  const touch = db.prepare<{ developer: number; session: string; from: number }>(`
    INSERT INTO undetected (developer_id, session, from_at)
    VALUES (@developer, @session, @from)
    ON CONFLICT (developer_id, session) DO UPDATE
    SET from_at = min(from_at, @from)
  `);
  const undetected = db.prepare<
    { now: number; limit: number },
    { developer_id: number; session: string; from_at: number }
  >(`
    SELECT * FROM undetected WHERE retry_at <= @now LIMIT @limit
  `);
  const postpone = db.prepare<{ developer: number; session: string; retryAt: number }>(`
    UPDATE undetected SET retry_at = @retryAt WHERE developer_id = @developer AND session = @session
  `);
  const detected = db.prepare<{ developer: number; session: string }>(`
    DELETE FROM undetected WHERE developer_id = @developer AND session = @session
  `);

  return {
    see(developer: DeveloperId, { session, at, ...seen }: SessionSeen) {
      const { account = null, clientVersion = null, startType = null } = seen;
      see.run({ developer, session, at, account, clientVersion, startType });
    },
    account: (developer: DeveloperId, session: SessionId): AccountId =>
      accountId(account.get({ developer, session })?.account ?? 'unknown'),
    /** Whose session this is; undefined until telemetry named it. */
    owner(session: SessionId): DeveloperId | undefined {
      const row = owner.get(session);
      return row && developerId(row.developer_id);
    },

    /** Whether the marker is new. */
    addMarker: (developer: DeveloperId, { session, at, kind }: Marker): boolean =>
      addMarker.run({ developer, session, at, kind }).changes > 0,
    markers: (developer: DeveloperId, session: SessionId, from: EpochMs): readonly Marker[] =>
      markers.all({ developer, session, from }).map(({ at, kind }) => ({ session, at: epochMs(at), kind })),

    /** Whether the error is new. Connection errors have no status: they are kept as 0. */
    addError: (
      developer: DeveloperId,
      { session, at, statusCode = 0, model }: ApiError,
      receivedAt: EpochMs,
    ): boolean => addError.run({ developer, session, at, receivedAt, statusCode, model: model ?? null }).changes > 0,
    /** When a request of the account last failed with status 429, at `from` or later, and none went through since. */
    lastThrottled(developer: DeveloperId, account: AccountId, from: EpochMs): EpochMs | undefined {
      const row = lastThrottled.get({ developer, account, from });
      return row && epochMs(row.at);
    },

    touch: (developer: DeveloperId, session: SessionId, from: EpochMs) => void touch.run({ developer, session, from }),
    undetected: (now: EpochMs, limit: number): readonly Undetected[] =>
      undetected.all({ now, limit }).map((row) => ({
        developer: developerId(row.developer_id),
        session: sessionId(row.session),
        fromAt: epochMs(row.from_at),
      })),
    /** Judging it failed: the others go first until then. */
    postpone: (developer: DeveloperId, session: SessionId, retryAt: EpochMs) =>
      void postpone.run({ developer, session, retryAt }),
    detected: (developer: DeveloperId, session: SessionId) => void detected.run({ developer, session }),
  };
}
