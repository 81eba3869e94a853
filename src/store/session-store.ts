import type { ApiError } from '../model/api-error.ts';
import {
  type AccountId,
  accountId,
  type DeveloperId,
  developerId,
  type SessionId,
  UNKNOWN_ACCOUNT,
} from '../model/ids.ts';
import type { Marker, MarkerKind } from '../model/marker.ts';
import { type EpochMs, epochMs, SECOND_MS } from '../model/time.ts';
import type { Commit, Settle } from './commit.ts';
import type { Database } from './database.ts';
import { ALL_PARTS, createParted, type Part } from './parts.ts';

/** What a body told of a session itself. */
export interface SessionSeen {
  readonly session: SessionId;
  readonly at: EpochMs;
  readonly account?: AccountId | undefined;
  readonly clientVersion?: string | undefined;
  readonly startType?: string | undefined;
}

interface Row {
  account: string;
  start_type: string | null;
  client_version: string | null;
  first_seen_at: number;
  last_seen_at: number;
  counted_until: number;
}

interface Known extends Row {
  readonly developer: DeveloperId;
  readonly session: SessionId;
  isWritten: boolean;
  /** What `counted_until` will be once the sums are written: both are, or none. */
  countedUntil: EpochMs;
}

/** Sessions kept in memory between commits: every request looks at its own. */
const KEPT_SESSIONS = 5000;
/** When a session was last seen is written no more often: nothing asks for it by the second. */
const SEEN_EVERY_MS = 10 * SECOND_MS;

export function createSessionStore(db: Database, commit: Commit, settleRequests: Settle) {
  // By position, which takes half the time of names, because every session at work comes through here.
  const write = db.prepare<(number | string | null)[]>(`
    INSERT INTO sessions (
      developer_id, session, account, start_type, client_version, first_seen_at, last_seen_at, counted_until
    )
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (developer_id, session) DO UPDATE
    SET account        = excluded.account,
        start_type     = excluded.start_type,
        client_version = excluded.client_version,
        first_seen_at  = excluded.first_seen_at,
        last_seen_at   = excluded.last_seen_at,
        counted_until  = excluded.counted_until
  `);
  const read = db.prepare<{ developer: number; session: string }, Row>(`
    SELECT account, start_type, client_version, first_seen_at, last_seen_at, counted_until
    FROM sessions
    WHERE developer_id = @developer AND session = @session
  `);
  const owner = db.prepare<[string], { developer_id: number }>(`
    SELECT developer_id FROM sessions WHERE session = ? ORDER BY last_seen_at DESC LIMIT 1
  `);
  const developersOn = db.prepare<{ clientVersion: string; from: number }, { developers: number }>(`
    SELECT count(DISTINCT developer_id) AS developers
    FROM sessions
    WHERE client_version = @clientVersion AND last_seen_at >= @from
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
      WHERE requests.developer_id = @developer AND ended_at > api_errors.at AND ended_at - duration_ms > api_errors.at
    )
    ORDER BY at DESC
    LIMIT 1
  `);

  /** Longest known first. */
  const known = new Map<string, Known>();
  /** Everything that is asked of one request is asked of the same session. */
  let last: Known | undefined;
  let unwritten: Known[] = [];
  /** Those with turns that the sums do not count yet. */
  const counted = createParted<Known, Known>();

  return {
    see(developer: DeveloperId, { session, at, account, clientVersion, startType }: SessionSeen) {
      const row = find(developer, session) ?? add(developer, session, at);
      const seen = {
        account: account ?? row.account,
        start_type: row.start_type ?? startType ?? null,
        client_version: clientVersion ?? row.client_version,
        first_seen_at: Math.min(row.first_seen_at, at),
        last_seen_at: at >= row.last_seen_at + SEEN_EVERY_MS ? at : row.last_seen_at,
      };
      if (isSame(row, seen)) return;
      Object.assign(row, seen);
      change(row);
    },
    account: (developer: DeveloperId, session: SessionId): AccountId =>
      accountId(find(developer, session)?.account ?? UNKNOWN_ACCOUNT),
    /** The client that last spoke for it; undefined where none told. */
    clientVersion: (developer: DeveloperId, session: SessionId): string | undefined =>
      find(developer, session)?.client_version ?? undefined,
    /** Whether nothing is known of the session before `at`, and no turn of it was ever judged. */
    beganAt(developer: DeveloperId, session: SessionId, at: EpochMs): boolean {
      const row = find(developer, session);
      return row?.first_seen_at === at && row.countedUntil === 0;
    },
    /** How many developers were seen with a client version since `from`. */
    developersOn(clientVersion: string, from: EpochMs): number {
      flush();
      return developersOn.get({ clientVersion, from })?.developers ?? 0;
    },
    /** Up to when the session's turns are counted in the rates of client versions. */
    countedUntil: (developer: DeveloperId, session: SessionId): EpochMs =>
      find(developer, session)?.countedUntil ?? epochMs(0),
    setCountedUntil(developer: DeveloperId, session: SessionId, at: EpochMs) {
      const row = find(developer, session);
      if (!row || row.countedUntil >= at) return;
      row.countedUntil = at;
      counted.set(row, row);
      if (!commit.isComing) settle(ALL_PARTS);
    },
    /** The sums of some parts are about to be written: so is up to where they count each session. */
    settle,
    /** Whose session this is; undefined until telemetry named it. */
    owner(session: SessionId): DeveloperId | undefined {
      flush();
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
      flush();
      const asked = { developer, account, from };
      // Mostly none failed, and it does not matter which went through.
      if (!lastThrottled.get(asked)) return undefined;
      settleRequests(developer);
      const row = lastThrottled.get(asked);
      return row && epochMs(row.at);
    },

    /** Writes what was seen; called before each commit. */
    flush,
    /** The transaction was undone, or the table was changed from elsewhere. */
    forget() {
      known.clear();
      last = undefined;
      unwritten = [];
      counted.clear();
    },
  };

  function find(developer: DeveloperId, session: SessionId): Known | undefined {
    if (last?.session === session && last.developer === developer) return last;
    const found = known.get(`${developer} ${session}`) ?? lookUp(developer, session);
    last = found ?? last;
    return found;
  }

  function lookUp(developer: DeveloperId, session: SessionId): Known | undefined {
    const row = read.get({ developer, session });
    if (!row) return undefined;
    const found = { ...row, developer, session, isWritten: true, countedUntil: epochMs(row.counted_until) };
    known.set(`${developer} ${session}`, found);
    return found;
  }

  function add(developer: DeveloperId, session: SessionId, at: EpochMs): Known {
    const row: Known = {
      developer,
      session,
      account: UNKNOWN_ACCOUNT,
      start_type: null,
      client_version: null,
      first_seen_at: at,
      last_seen_at: at,
      counted_until: 0,
      isWritten: true,
      countedUntil: epochMs(0),
    };
    known.set(`${developer} ${session}`, row);
    change(row);
    return row;
  }

  function change(row: Known) {
    if (row.isWritten) unwritten.push(row);
    row.isWritten = false;
    if (!commit.isComing) flush();
  }

  function settle(parts: Iterable<Part>) {
    counted.take(parts, (row) => {
      row.counted_until = row.countedUntil;
      change(row);
    });
  }

  function flush() {
    for (const row of unwritten) {
      write.run(
        row.developer,
        row.session,
        row.account,
        row.start_type,
        row.client_version,
        row.first_seen_at,
        row.last_seen_at,
        row.counted_until,
      );
      row.isWritten = true;
    }
    unwritten = [];
    for (const [key, row] of known) {
      if (known.size <= KEPT_SESSIONS) return;
      if (counted.get(row.developer, row)) continue;
      last = undefined;
      known.delete(key);
    }
  }
}

function isSame(row: Row, seen: Omit<Row, 'counted_until'>): boolean {
  return (
    row.account === seen.account &&
    row.start_type === seen.start_type &&
    row.client_version === seen.client_version &&
    row.first_seen_at === seen.first_seen_at &&
    row.last_seen_at === seen.last_seen_at
  );
}
