import type { CacheReport } from '../model/cache-report.ts';
import { type DeveloperId, type SessionId, sessionId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Fact } from '../model/usage-item.ts';
import type { Commit } from './commit.ts';
import type { Database } from './database.ts';

/** Where data comes from. */
export type Feed = 'telemetry' | 'status_line' | 'hook' | 'webhook';

/** Facts of a session whose developer telemetry has yet to name. */
export interface UnclaimedReport {
  readonly id: number;
  readonly receivedAt: EpochMs;
  readonly facts: readonly Fact[];
}

interface Row {
  session: string;
  at: number;
  model: string | null;
  requests: number;
  misses: number;
  expected_rebuilds: number;
  miss_recache_tokens: number;
  last_miss_at: number | null;
  last_miss_cause: string | null;
  ttl: string | null;
  expires_at: number | null;
  recache_tokens_if_cold: number | null;
}

/** What clients report of themselves: their cache counters, when each feed last spoke, and reports that wait for an owner. */
export function createReportStore(db: Database, commit: Commit) {
  const last = db.prepare<{ developer: number; session: string }, Row>(`
    SELECT * FROM cache_reports
    WHERE developer_id = @developer AND session = @session
    ORDER BY at DESC
    LIMIT 1
  `);
  const lastCause = db.prepare<{ developer: number; session: string; from: number }, { last_miss_cause: string }>(`
    SELECT last_miss_cause
    FROM cache_reports
    WHERE developer_id = @developer AND session = @session AND last_miss_cause IS NOT NULL AND last_miss_at >= @from
    ORDER BY at DESC
    LIMIT 1
  `);
  const since = db.prepare<{ developer: number; session: string; from: number }, Row>(`
    SELECT * FROM cache_reports
    WHERE developer_id = @developer AND session = @session AND at >= @from
    ORDER BY at
  `);
  const insert = db.prepare(`
    INSERT INTO cache_reports (
      developer_id, session, at, model, requests, misses, expected_rebuilds, miss_recache_tokens, last_miss_at,
      last_miss_cause, ttl, expires_at, recache_tokens_if_cold
    )
    VALUES (
      @developer, @session, @at, @model, @requests, @misses, @expectedRebuilds, @missRecacheTokens, @lastMissAt,
      @lastMissCause, @ttl, @expiresAt, @recacheTokensIfCold
    )
    ON CONFLICT DO NOTHING
  `);
  const hear = db.prepare(`
    INSERT INTO feeds (developer_id, feed, last_at)
    VALUES (@developer, @feed, @at)
    ON CONFLICT (developer_id, feed) DO UPDATE
    SET last_at = max(last_at, @at)
  `);
  const heard = db.prepare<[number], { feed: Feed; last_at: number }>(
    'SELECT feed, last_at FROM feeds WHERE developer_id = ?',
  );
  const hold = db.prepare<{ session: string; at: number; report: string }>(`
    INSERT INTO unclaimed_reports (session, received_at, report)
    VALUES (@session, @at, @report)
  `);
  const held = db.prepare<[string], { id: number; received_at: number; report: string }>(`
    SELECT id, received_at, report FROM unclaimed_reports WHERE session = ? ORDER BY id
  `);
  const release = db.prepare<[string]>('DELETE FROM unclaimed_reports WHERE session = ?');
  const expire = db.prepare<[number]>('DELETE FROM unclaimed_reports WHERE received_at < ?');

  const unwritten = new Map<string, { developer: DeveloperId; feed: Feed; at: EpochMs }>();

  return {
    /** Keeps the client's counters when they changed; whether they did. */
    addCacheReport(developer: DeveloperId, report: CacheReport): boolean {
      const { session, requests, misses, expiresAt } = report;
      const before = last.get({ developer, session });
      const isKnown = before?.requests === requests && before.misses === misses;
      if (isKnown && before.expires_at === (expiresAt ?? null)) return false;
      const { model = null, lastMissAt = null, lastMissCause = null, ttl = null, recacheTokensIfCold = null } = report;
      const nullable = { model, lastMissAt, lastMissCause, ttl, expiresAt: expiresAt ?? null, recacheTokensIfCold };
      return insert.run({ ...report, ...nullable, developer }).changes > 0;
    },
    lastCacheReport(developer: DeveloperId, session: SessionId): CacheReport | undefined {
      const row = last.get({ developer, session });
      return row && toReport(row);
    },
    /** The client's counters as they changed, oldest first, from a moment on. */
    cacheReports: (developer: DeveloperId, session: SessionId, from: EpochMs): readonly CacheReport[] =>
      since.all({ developer, session, from }).map(toReport),
    /** What the client named as the cause of its newest miss since `from`. */
    cause: (developer: DeveloperId, session: SessionId, from: EpochMs): string | undefined =>
      lastCause.get({ developer, session, from })?.last_miss_cause,

    /** Notes that a feed spoke; written once a commit. */
    hear(developer: DeveloperId, feed: Feed, at: EpochMs) {
      const key = `${developer} ${feed}`;
      unwritten.set(key, { developer, feed, at: epochMs(Math.max(at, unwritten.get(key)?.at ?? 0)) });
      if (!commit.isComing) flush();
    },
    feeds(developer: DeveloperId): ReadonlyMap<Feed, EpochMs> {
      flush();
      return new Map(heard.all(developer).map((row) => [row.feed, epochMs(row.last_at)]));
    },

    hold: (session: SessionId, facts: readonly Fact[], at: EpochMs) =>
      void hold.run({ session, at, report: JSON.stringify(facts) }),
    /** Hands out what waited for this session's owner, once. */
    release(session: SessionId): readonly UnclaimedReport[] {
      const rows = held.all(session);
      if (rows.length > 0) release.run(session);
      // The rows hold what `hold` wrote, so their shape is known.
      return rows.map((row) => ({
        id: row.id,
        receivedAt: epochMs(row.received_at),
        facts: JSON.parse(row.report) as Fact[],
      }));
    },
    /** Drops what nobody claimed; answers how many. */
    expire: (before: EpochMs): number => expire.run(before).changes,

    /** Writes what was heard; called before each commit. */
    flush,
    /** The transaction was undone. */
    forget: () => unwritten.clear(),
  };

  function flush() {
    for (const one of unwritten.values()) hear.run(one);
    unwritten.clear();
  }
}

function toReport(row: Row): CacheReport {
  return {
    session: sessionId(row.session),
    at: epochMs(row.at),
    model: row.model ?? undefined,
    requests: row.requests,
    misses: row.misses,
    expectedRebuilds: row.expected_rebuilds,
    missRecacheTokens: row.miss_recache_tokens,
    lastMissAt: row.last_miss_at === null ? undefined : epochMs(row.last_miss_at),
    lastMissCause: row.last_miss_cause ?? undefined,
    ttl: row.ttl ?? undefined,
    expiresAt: row.expires_at === null ? undefined : epochMs(row.expires_at),
    recacheTokensIfCold: row.recache_tokens_if_cold ?? undefined,
  };
}
