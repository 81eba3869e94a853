import type { ApiRequest } from '../model/api-request.ts';
import { type SessionId, sessionId } from '../model/ids.ts';

/** What ran without a person at a prompt. */
export interface Presence {
  /** Sessions in which nobody typed. */
  readonly sessions: number;
  readonly requests: number;
  /** Micro-dollars at API prices; undefined where a price is unknown. */
  readonly costMicros: number | undefined;
}

type Sender = Pick<ApiRequest, 'session' | 'origin' | 'querySource' | 'costMicros'>;

/** Sub-agents, helpers and `claude -p`: what runs by itself. A client too old to say is taken for a person. */
function isHeadless({ origin, querySource }: Pick<ApiRequest, 'origin' | 'querySource'>): boolean {
  return origin === 'agent' || origin === 'background' || querySource === 'sdk';
}

/** Counts headless work as requests come (`by` 1) and go (-1). A session with a person in it is theirs, agents and all. */
export function createPresence() {
  const sessions = new Map<string, { headless: number; attended: number }>();
  const sums = { sessions: 0, requests: 0, costMicros: 0, unpriced: 0 };

  return {
    count(request: Sender, by: 1 | -1) {
      const session = sessions.get(request.session) ?? { headless: 0, attended: 0 };
      sums.sessions -= Number(isUnattended(session));
      if (isHeadless(request)) {
        session.headless += by;
        sums.requests += by;
        sums.costMicros += by * (request.costMicros ?? 0);
        if (request.costMicros === undefined) sums.unpriced += by;
      } else {
        session.attended += by;
      }
      sums.sessions += Number(isUnattended(session));
      if (session.headless + session.attended === 0) sessions.delete(request.session);
      else sessions.set(request.session, session);
    },
    now: (): Presence => ({
      sessions: sums.sessions,
      requests: sums.requests,
      costMicros: sums.unpriced > 0 ? undefined : sums.costMicros,
    }),
    /** The session in which nobody typed that sent most; of several the one that was heard of first. */
    busiest(): SessionId | undefined {
      let most: { name: string; headless: number } | undefined;
      for (const [name, session] of sessions) {
        if (isUnattended(session) && session.headless > (most?.headless ?? 0))
          most = { name, headless: session.headless };
      }
      return most && sessionId(most.name);
    },
  };
}

function isUnattended({ headless, attended }: { headless: number; attended: number }): boolean {
  return headless > 0 && attended === 0;
}
