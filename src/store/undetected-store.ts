import { atOf, type SessionEvent, sessionOf } from '../detectors/session-trace.ts';
import { type DeveloperId, developerId, type SessionId, sessionId } from '../model/ids.ts';
import { type EpochMs, epochMs } from '../model/time.ts';
import type { Commit } from './commit.ts';
import type { Database } from './database.ts';

/** What came in of a session that is no event of its conversation. */
export interface Note {
  readonly session: SessionId;
  readonly at: EpochMs;
  readonly is: 'reading' | 'report' | 'error';
}

/** What detectors have not seen yet, in the order of arrival. */
interface News {
  readonly events: readonly SessionEvent[];
  /** Whether a window may look different: a reading, or a refusal. */
  readonly ofWindows: boolean;
  /** Whether the client counted its cache anew. */
  readonly ofReports: boolean;
}

/** A session that detectors have yet to look at, from this event time on. */
export interface Undetected {
  readonly developer: DeveloperId;
  readonly session: SessionId;
  readonly fromAt: EpochMs;
  /** Undefined after a restart, or for too much of it: the database has it. */
  readonly news: News | undefined;
}

interface Entry {
  readonly developer: DeveloperId;
  readonly session: SessionId;
  fromAt: EpochMs;
  /** Judging it failed: not before then. */
  retryAt: number;
  news: { events: SessionEvent[]; ofWindows: boolean; ofReports: boolean } | undefined;
  /** Whether the table has it, and whether as it is here. */
  hasRow: boolean;
  isWritten: boolean;
  isJudged: boolean;
  /** Whether nothing of it was there before this transaction. */
  isNew: boolean;
}

/** More than this of one session is read back from the database. */
const KEPT_EVENTS = 1000;

/**
 * The sessions whose new data no detector has seen. The table holds them so that a crash forgets none; the work itself is
 * handed on in memory. What comes and is judged within one transaction is never written.
 */
export function createUndetectedStore(db: Database, commit: Commit) {
  const all = db.prepare<[], { developer_id: number; session: string; from_at: number; retry_at: number }>(
    'SELECT * FROM undetected',
  );
  // By position, which takes half the time of names, because every session at work comes and goes here.
  const write = db.prepare<[number, string, number, number]>(`
    INSERT INTO undetected (developer_id, session, from_at, retry_at)
    VALUES (?, ?, ?, ?)
    ON CONFLICT (developer_id, session) DO UPDATE
    SET from_at  = min(from_at, excluded.from_at),
        retry_at = excluded.retry_at
  `);
  const remove = db.prepare<[number, string]>('DELETE FROM undetected WHERE developer_id = ? AND session = ?');

  /** Those that were judged stay until the next commit: a map that shrinks and grows with each request takes its time. */
  let entries = read();
  /** The same in the order of arrival. */
  let queue = [...entries.values()];
  let unjudged = queue.length;
  /** What came in last is mostly judged next. */
  let latest: Entry | undefined;
  /** Rows that the table still has, of sessions that were judged. */
  let judged = new Map<string, Pick<Entry, 'developer' | 'session'>>();
  let isWritten = true;

  const self = {
    /** An event came in. */
    hear(developer: DeveloperId, event: SessionEvent) {
      const { news } = touch(developer, sessionOf(event), atOf(event));
      news?.events.push(event);
      if (!commit.isComing) self.flush();
    },

    /** Something else came in; `at` is its event time. */
    note(developer: DeveloperId, { session, at, is }: Note) {
      const { news } = touch(developer, session, at);
      if (news && is === 'report') news.ofReports = true;
      else if (news) news.ofWindows = true;
      if (!commit.isComing) self.flush();
    },

    /** A session is to be judged from then on, whether or not it was: the database has it. */
    judgeAgain(developer: DeveloperId, session: SessionId, fromAt: EpochMs) {
      const entry = entryOf(developer, session, fromAt);
      entry.fromAt = epochMs(Math.min(entry.fromAt, fromAt));
      entry.news = undefined;
      entry.isWritten = false;
      isWritten = false;
      if (!commit.isComing) self.flush();
    },

    /** What this transaction brought, in the order of arrival. */
    justIn: (): readonly Undetected[] => queue.filter((entry) => entry.isNew && !entry.isJudged),

    /** What may be looked at now, oldest first. */
    next(now: EpochMs, limit: number): readonly Undetected[] {
      const due: Undetected[] = [];
      for (const entry of queue) {
        if (due.length === limit) break;
        if (!entry.isJudged && entry.retryAt <= now) due.push(entry);
      }
      return due;
    },

    /** The session was judged. */
    detected({ developer, session }: Pick<Undetected, 'developer' | 'session'>) {
      const entry = find(developer, session);
      if (!entry || entry.isJudged) return;
      entry.isJudged = true;
      if (entry.hasRow) judged.set(keyOf(developer, session), { developer, session });
      unjudged -= 1;
      if (unjudged === 0) queue = [];
      if (!commit.isComing) self.flush();
    },

    /** Judging it failed: the others go first until then. */
    postpone({ developer, session }: Pick<Undetected, 'developer' | 'session'>, retryAt: EpochMs) {
      const entry = find(developer, session);
      if (!entry || entry.isJudged) return;
      entry.retryAt = retryAt;
      entry.isWritten = false;
      isWritten = false;
      if (!commit.isComing) self.flush();
    },

    /** Writes what changed; called before each commit. */
    flush() {
      if (judged.size > 0) {
        for (const { developer, session } of judged.values()) remove.run(developer, session);
        judged = new Map();
      }
      forgetJudged();
      if (isWritten) return;
      for (const entry of queue) {
        if (entry.isWritten) continue;
        write.run(entry.developer, entry.session, entry.fromAt, entry.retryAt);
        entry.hasRow = true;
        entry.isWritten = true;
        entry.isNew = false;
      }
      isWritten = true;
    },

    /** The transaction was undone, or the table was changed from elsewhere. */
    forget() {
      entries = read();
      queue = [...entries.values()];
      unjudged = queue.length;
      latest = undefined;
      judged = new Map();
      isWritten = true;
    },
  };
  return self;

  function find(developer: DeveloperId, session: SessionId): Entry | undefined {
    if (latest?.session === session && latest.developer === developer) return latest;
    return entries.get(keyOf(developer, session));
  }

  function touch(developer: DeveloperId, session: SessionId, at: EpochMs): Entry {
    const entry = entryOf(developer, session, at);
    if (at < entry.fromAt) {
      entry.fromAt = at;
      entry.isWritten = false;
      isWritten = false;
    }
    if (entry.news && entry.news.events.length >= KEPT_EVENTS) entry.news = undefined;
    return entry;
  }

  function entryOf(developer: DeveloperId, session: SessionId, at: EpochMs): Entry {
    const known = find(developer, session);
    if (known && !known.isJudged) return known;
    latest = {
      developer,
      session,
      fromAt: at,
      retryAt: 0,
      news: { events: [], ofWindows: false, ofReports: false },
      hasRow: false,
      isWritten: false,
      isJudged: false,
      isNew: true,
    };
    entries.set(keyOf(developer, session), latest);
    queue.push(latest);
    unjudged += 1;
    isWritten = false;
    return latest;
  }

  function forgetJudged() {
    if (unjudged === queue.length && unjudged === entries.size) return;
    queue = queue.filter((entry) => !entry.isJudged);
    entries = new Map(queue.map((entry) => [keyOf(entry.developer, entry.session), entry]));
  }

  function read(): Map<string, Entry> {
    return new Map(
      all.all().map((row) => {
        const entry: Entry = {
          developer: developerId(row.developer_id),
          session: sessionId(row.session),
          fromAt: epochMs(row.from_at),
          retryAt: row.retry_at,
          news: undefined,
          hasRow: true,
          isWritten: true,
          isJudged: false,
          isNew: false,
        };
        return [keyOf(entry.developer, entry.session), entry];
      }),
    );
  }
}

function keyOf(developer: DeveloperId, session: SessionId): string {
  return `${developer} ${session}`;
}
