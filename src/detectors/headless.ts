import type { Caller } from '../model/caller.ts';
import { type SessionId, sessionId } from '../model/ids.ts';
import type { Used } from './usage-minute.ts';

/** What ran without a person at a prompt. */
export interface Presence {
  /** Sessions in which nobody typed. */
  readonly sessions: number;
  readonly requests: number;
  /** Micro-dollars at API prices; undefined where a price is unknown. */
  readonly costMicros: number | undefined;
}

type Sender = Pick<Caller, 'session' | 'origin' | 'querySource'>;

type Sent = Pick<Used, 'requests' | 'costMicros' | 'unpriced'>;

/** Sub-agents, helpers and `claude -p`: what runs by itself. A client too old to say is taken for a person. */
function isHeadless({ origin, querySource }: Sender): boolean {
  return origin === 'agent' || origin === 'background' || querySource === 'sdk';
}

/** Counts headless work as it comes (`by` 1) and goes (-1). A session with a person in it is theirs, agents and all. */
export function createPresence() {
  const sessions = new Map<string, { headless: number; attended: number }>();
  const priced = { costMicros: 0, unpriced: 0 };
  const now = { sessions: 0, requests: 0, costMicros: 0 as number | undefined } satisfies Presence;

  return {
    count(sender: Sender, { requests, costMicros, unpriced }: Sent, by: 1 | -1) {
      const session = sessionOf(sender.session);
      now.sessions -= Number(isUnattended(session));
      if (isHeadless(sender)) {
        session.headless += by * requests;
        now.requests += by * requests;
        priced.costMicros += by * costMicros;
        priced.unpriced += by * unpriced;
        now.costMicros = priced.unpriced > 0 ? undefined : priced.costMicros;
      } else {
        session.attended += by * requests;
      }
      now.sessions += Number(isUnattended(session));
      if (session.headless + session.attended === 0) sessions.delete(sender.session);
    },
    /** What is counted by now: it changes with the next. */
    now,
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

  function sessionOf(name: SessionId) {
    const known = sessions.get(name);
    if (known) return known;
    const session = { headless: 0, attended: 0 };
    sessions.set(name, session);
    return session;
  }
}

function isUnattended({ headless, attended }: { headless: number; attended: number }): boolean {
  return headless > 0 && attended === 0;
}
