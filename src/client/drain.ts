import type { Connection } from './connection.ts';
import { messageFor } from './message-for.ts';
import { type Answer, post } from './post.ts';
import { forgetTrouble, lock, noteTrouble, SENDER_ENDS_WITHIN_MS, unlock } from './sender-state.ts';
import { forgetOldSessions, rememberLine } from './session-memory.ts';
import { allWaiting, keepSetAside, takeOldest, type Waiting } from './spool.ts';

interface Outcome {
  readonly isDone: boolean;
  readonly text: string;
}

/** Sends all that waits, the oldest first, and stops at the first that cannot be sent now. */
export async function drain(own: string, connection: Connection): Promise<Outcome> {
  let sent = 0;
  // What is queued while the lock is given back must not wait for the next time.
  while (allWaiting(own).length > 0) {
    if (!lock(own, Date.now())) return { isDone: false, text: 'Another process is sending.' };
    try {
      const { count, trouble } = await sendOldest(own, connection);
      sent += count;
      if (trouble) return { isDone: false, text: `Sent: ${sent}. The rest waits: ${trouble}.` };
    } finally {
      unlock(own);
    }
  }
  forgetTrouble(own);
  return { isDone: true, text: sent === 0 ? 'Nothing is waiting.' : `Sent: ${sent}.` };
}

/** The same where nobody is there to end it. Half of the time: a lock must not grow old before its owner is gone. */
export function drainUnattended(own: string, connection: Connection): Promise<Outcome> {
  setTimeout(() => process.exit(0), SENDER_ENDS_WITHIN_MS / 2).unref();
  return drain(own, connection);
}

interface Progress {
  readonly count: number;
  /** Undefined: all of it was sent. */
  readonly trouble: string | undefined;
}

async function sendOldest(own: string, connection: Connection): Promise<Progress> {
  const waiting = takeOldest(own);
  for (const [index, one] of waiting.entries()) {
    const now = Date.now();
    const message = messageFor(one, now);
    if (!message) continue;
    const answer = await post(connection, message);
    const trouble = troubleOf(answer);
    rememberAnswer(own, one, answer);
    if (!trouble) continue;
    keepSetAside(own, waiting.slice(index));
    noteTrouble(own, trouble.why, { now, atLeastMs: trouble.pauseMs });
    return { count: index, trouble: trouble.why };
  }
  keepSetAside(own, []);
  forgetOldSessions(own, Date.now());
  return { count: waiting.length, trouble: undefined };
}

/** A token that is not accepted stays so until somebody connects anew. */
const REFUSED_PAUSE_MS = 10 * 60_000;
/** What the collector will never take, however often it is sent. */
const HOPELESS = new Set([400, 413, 415]);

function troubleOf(answer: Answer): { readonly why: string; readonly pauseMs: number } | undefined {
  if (answer.is === 'failed') return { why: answer.why, pauseMs: 0 };
  if (answer.status === 200 || HOPELESS.has(answer.status)) return undefined;
  if (answer.status === 401) return { why: 'the token is not accepted', pauseMs: REFUSED_PAUSE_MS };
  return { why: `the collector answered ${answer.status}`, pauseMs: 1000 * (answer.retryAfterS ?? 0) };
}

/** The collector answers a line of text to a status line, also where it does not accept the token. */
function rememberAnswer(own: string, { path, fields }: Waiting, answer: Answer) {
  if (path !== '/v1/status-line' || answer.is !== 'answered' || ![200, 401].includes(answer.status)) return;
  const text = printable(answer.text);
  if (text !== '') rememberLine(own, String(fields.session_id), { at: Date.now(), text });
}

const MAX_LINE = 300;

/** One line that no terminal takes for a command. */
function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, MAX_LINE);
}
