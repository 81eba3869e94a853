import type { CacheReport } from '../model/cache-report.ts';
import type { Feed } from '../model/feed.ts';
import { type DeveloperId, type SessionId, sessionId } from '../model/ids.ts';
import { type EpochMs, epochMs, SECOND_MS } from '../model/time.ts';
import type { Commit } from './commit.ts';
import type { Database } from './database.ts';
import { createFeedStore } from './feed-store.ts';
import { createUnclaimedStore } from './unclaimed-store.ts';

/** A feed that spoke; `writtenAt` is the moment that the table has. */
interface Heard {
  readonly developer: DeveloperId;
  readonly feed: Feed;
  at: EpochMs;
  writtenAt: number;
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
  const unclaimed = createUnclaimedStore(db);
  /** When each feed was heard, and what of it the table has. */
  const heardAt = new Map<Feed, Map<DeveloperId, Heard>>();
  /** Each once, however long the transaction takes in event time. */
  const unwritten = new Set<Heard>();

  return {
    ...createFeedStore(db),
    ...unclaimed,

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

    /** Notes that a feed spoke; written with a commit, at most every half minute. */
    hear(developer: DeveloperId, feed: Feed, at: EpochMs) {
      const known = heardBy(feed).get(developer) ?? add({ developer, feed, at, writtenAt: 0 });
      if (at > known.at) known.at = at;
      if (known.at - known.writtenAt < HEARD_STEP_MS) return;
      known.writtenAt = known.at;
      unwritten.add(known);
      if (!commit.isComing) flush();
    },
    feeds(developer: DeveloperId): ReadonlyMap<Feed, EpochMs> {
      flush();
      const rows = heard.all(developer).map((row) => [row.feed, row.last_at] as const);
      const now = ([feed, at]: readonly [Feed, number]) =>
        [feed, epochMs(Math.max(at, heardAt.get(feed)?.get(developer)?.at ?? 0))] as const;
      return new Map(rows.map(now));
    },

    /** Writes what was heard; called before each commit. */
    flush,
    /** The transaction was undone. */
    forget() {
      unclaimed.forget();
      heardAt.clear();
      unwritten.clear();
    },
  };

  function heardBy(feed: Feed): Map<DeveloperId, Heard> {
    const known = heardAt.get(feed);
    if (known) return known;
    const nobody = new Map<DeveloperId, Heard>();
    heardAt.set(feed, nobody);
    return nobody;
  }

  function add(heard: Heard): Heard {
    const all = heardBy(heard.feed);
    // Whoever speaks again is written again: that is all that is lost.
    if (all.size === KEPT_DEVELOPERS) all.clear();
    all.set(heard.developer, heard);
    return heard;
  }

  function flush() {
    for (const { writtenAt: _, ...one } of unwritten) hear.run(one);
    unwritten.clear();
  }
}

/** Ages of feeds are told in minutes, and every body of everybody would be a row to write. */
const HEARD_STEP_MS = 30 * SECOND_MS;
/** Of ten thousand, and then some. */
const KEPT_DEVELOPERS = 20_000;

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
