import type { ApiRequest } from '../model/api-request.ts';
import { type Caller, callerOf, isSameCaller } from '../model/caller.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { Database } from './database.ts';

interface NumberedCaller extends Caller {
  readonly id: number;
  readonly developer: DeveloperId;
}

/** Sessions whose callers are kept in memory: those of all others are written again. */
const KEPT_SESSIONS = 5000;
/** Of one session: a conversation with a few sub-agents at work on one prompt. */
const KEPT_CALLERS = 8;

/** Names callers by a number, so that a request need not repeat half a dozen texts. */
export function createCallers(db: Database) {
  const add = db.prepare<(string | null)[]>(`
    INSERT INTO callers (session, prompt_id, origin, agent, query_source, model, client_version)
    VALUES (?, ?, ?, ?, ?, ?, ?)
  `);

  /** Newest last; oldest session first. */
  const recent = new Map<string, NumberedCaller[]>();

  return {
    /** The number of a request's caller. */
    of(developer: DeveloperId, request: ApiRequest): number {
      const callers = ofSession(request.session);
      for (let index = callers.length - 1; index >= 0; index--) {
        const caller = callers[index];
        if (caller?.developer === developer && isSameCaller(caller, request)) return caller.id;
      }
      const caller = { ...callerOf(request), developer, id: write(request) };
      if (callers.length === KEPT_CALLERS) callers.shift();
      callers.push(caller);
      return caller.id;
    },

    /** These are not in the table any more. */
    drop(ids: readonly number[]) {
      const gone = new Set(ids);
      for (const [session, callers] of recent) {
        if (callers.some(({ id }) => gone.has(id))) recent.delete(session);
      }
    },

    /** A transaction was undone, or the table was changed from elsewhere. */
    forget: () => recent.clear(),
  };

  function write({ session, promptId, origin, agent, querySource, model, clientVersion }: Caller): number {
    const { lastInsertRowid } = add.run(
      session,
      promptId ?? null,
      origin,
      agent ?? null,
      querySource ?? null,
      model,
      clientVersion ?? null,
    );
    return Number(lastInsertRowid);
  }

  function ofSession(session: string): NumberedCaller[] {
    const known = recent.get(session);
    if (known) return known;
    const callers: NumberedCaller[] = [];
    recent.set(session, callers);
    if (recent.size > KEPT_SESSIONS) forgetOldest();
    return callers;
  }

  function forgetOldest() {
    const oldest = recent.keys().next();
    if (!oldest.done) recent.delete(oldest.value);
  }
}
