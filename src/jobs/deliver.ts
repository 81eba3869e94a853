import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type EpochMs, MINUTE_MS, plus, SECOND_MS } from '../model/time.ts';
import type { Notice, SlackMessage } from '../store/notice-store.ts';
import type { Store } from '../store/store.ts';

/** What a notice says now, and where; or why it need not be said, and where it would have been: a crash may have left it there. */
export type Composed =
  | { readonly is: 'message'; readonly channel: string; readonly message: Message }
  | { readonly is: 'skip'; readonly why: string; readonly channel?: string };

interface Message {
  readonly text: string;
  readonly blocks: readonly object[];
}

/** How Slack answered. `unknown`: it may or may not have taken the message. */
export type Answer =
  | { readonly is: 'sent'; readonly at: SlackMessage }
  | { readonly is: 'rate_limited'; readonly retryAfterMs: number }
  | { readonly is: 'unreachable'; readonly problem: string }
  | { readonly is: 'unknown'; readonly problem: string }
  | { readonly is: 'gone' }
  | { readonly is: 'refused'; readonly problem: string; readonly isMendable: boolean };

/** A channel, or a thread in it. */
interface Where {
  readonly channel: string;
  readonly threadTs?: string | undefined;
}

/** Slack, as far as delivery needs it. `notice` marks the message, so that it can be found again. */
export interface Messenger {
  post(to: Where, message: Message, notice: string): Promise<Answer>;
  update(at: SlackMessage, message: Message, notice: string): Promise<Answer>;
  /** Looks for a message by its mark; undefined: Slack does not have it. Throws when Slack cannot be asked. */
  find(where: Where & { since: EpochMs }, notice: string): Promise<SlackMessage | undefined>;
}

export interface DeliverDeps {
  readonly store: Pick<Store, 'notices' | 'transaction'>;
  readonly messenger: Messenger;
  /** Renders a notice as its subject stands now. Throws when Slack is needed for it and cannot be asked. */
  readonly compose: (notice: Notice, now: EpochMs) => Promise<Composed>;
  readonly clock: Clock;
  readonly log: Logger;
}

const NO_THREAD: Composed = { is: 'skip', why: 'its message was never said' };
/** Slack allows about one message a second in a channel. */
const BETWEEN_MESSAGES_MS = SECOND_MS;
const LONGEST_BACK_OFF_MS = MINUTE_MS;
/** A channel that the bot was not invited to, a token that was revoked: people mend it, so asking again soon is no use. */
const MENDABLE_AGAIN_MS = 5 * MINUTE_MS;

/**
 * Sends what waits in the outbox: claim, send, mark. What was claimed and not marked is looked up in Slack's history
 * before anything is posted again, so a crash at any moment repeats no message. One at a time, oldest first, so each
 * channel hears things in order.
 */
export function createDeliver({ store, messenger, compose, clock, log }: DeliverDeps) {
  /** Nothing is sent before this: Slack asked for a pause, or is away. */
  let pausedUntil = 0;
  let failuresInARow = 0;
  const channelFreeAt = new Map<string, number>();

  return {
    /** Sends one notice; whether another may be sent at once. */
    async deliverNext(): Promise<boolean> {
      if (clock.now() < pausedUntil) return false;
      const [unsettled] = store.notices.unsettled();
      if (unsettled) return await settle(unsettled);
      const busy = new Set<string>();
      for (const notice of store.notices.due(clock.now())) {
        if (await deliver(notice, busy)) return true;
        if (clock.now() < pausedUntil) return false;
      }
      return false;
    },
  };

  /** Whether it was dealt with; false: its channel must wait, and with it all that follows there. */
  async function deliver(notice: Notice, busy: Set<string>): Promise<boolean> {
    const hasPlace = notice.form === 'message' || store.notices.message(notice.subject, notice.audience) !== undefined;
    // A reply waits for its message; where none will come any more, it has no place.
    if (!hasPlace && store.notices.isComing(notice.subject, notice.audience)) return false;
    const composed = hasPlace ? await composeSafely(notice) : NO_THREAD;
    if (composed?.is === 'message' && (busy.has(composed.channel) || clock.now() < freeAt(composed.channel))) {
      busy.add(composed.channel);
      return false;
    }
    if (!store.notices.claim(notice.id)) return true;
    if (!composed) {
      // Others must not wait behind what only this one needs to ask.
      store.notices.postpone(notice.id, plus(clock.now(), LONGEST_BACK_OFF_MS), 'slack cannot be asked');
      return false;
    }
    if (composed.is === 'skip') {
      store.notices.skipped(notice.id, clock.now(), composed.why);
      log.info({ notice: notice.id, reason: notice.reason, why: composed.why }, 'notice skipped');
      return true;
    }
    channelFreeAt.set(composed.channel, clock.now() + BETWEEN_MESSAGES_MS);
    await conclude(notice, await send(notice, composed));
    return true;
  }

  function freeAt(channel: string): number {
    return channelFreeAt.get(channel) ?? 0;
  }

  async function send(notice: Notice, { channel, message }: Composed & { is: 'message' }): Promise<Answer> {
    const standing = store.notices.message(notice.subject, notice.audience);
    if (notice.form === 'reply')
      return await messenger.post({ channel, threadTs: standing?.ts }, message, mark(notice));
    if (!standing) return await messenger.post({ channel }, message, mark(notice));
    const answer = await messenger.update(standing, message, mark(notice));
    // Somebody deleted the message: the news is posted anew.
    return answer.is === 'gone' ? await messenger.post({ channel }, message, mark(notice)) : answer;
  }

  async function conclude(notice: Notice, answer: Answer): Promise<void> {
    const now = clock.now();
    const fields = { notice: notice.id, subject: notice.subject, audience: notice.audience, reason: notice.reason };
    failuresInARow = answer.is === 'unreachable' || answer.is === 'unknown' ? failuresInARow + 1 : 0;
    switch (answer.is) {
      case 'sent':
        store.notices.sent(notice.id, now, answer.at);
        log.info({ ...fields, slack: answer.at }, 'notice sent');
        return;
      case 'rate_limited':
        pausedUntil = now + answer.retryAfterMs;
        // Due as before: the pause holds all, and it must not fall behind what was decided later.
        store.notices.postpone(notice.id, notice.decidedAt, 'rate_limited');
        log.warn({ ...fields, retryAfterMs: answer.retryAfterMs }, 'slack asks to wait');
        return;
      case 'unreachable':
        pausedUntil = now + backOffMs();
        store.notices.postpone(notice.id, notice.decidedAt, answer.problem);
        log.warn({ ...fields, problem: answer.problem }, 'slack cannot be reached');
        return;
      case 'unknown':
        // Stays claimed: the next step asks Slack's history what became of it.
        pausedUntil = now + backOffMs();
        log.warn({ ...fields, problem: answer.problem }, 'slack did not answer');
        return;
      case 'gone':
        store.notices.failed(notice.id, now, 'message_not_found');
        return;
      case 'refused':
        refuse(notice, answer);
    }
  }

  function refuse(notice: Notice, { problem, isMendable }: Answer & { is: 'refused' }) {
    const fields = { notice: notice.id, subject: notice.subject, audience: notice.audience, problem };
    if (isMendable) {
      store.notices.postpone(notice.id, plus(clock.now(), MENDABLE_AGAIN_MS), problem);
      log.error(fields, 'slack refuses until somebody mends it');
      return;
    }
    store.notices.failed(notice.id, clock.now(), problem);
    log.error(fields, 'slack refuses this message');
  }

  /** A notice that was claimed when the program died, or that Slack did not answer: what became of it? */
  async function settle(notice: Notice): Promise<boolean> {
    const found = await findSent(notice);
    if (found === 'unknown') return false;
    if (found) {
      store.notices.sent(notice.id, clock.now(), found);
      log.info({ notice: notice.id, slack: found }, 'notice found in slack');
    } else {
      store.notices.postpone(notice.id, notice.decidedAt, 'not found in slack');
    }
    return true;
  }

  async function findSent(notice: Notice): Promise<SlackMessage | undefined | 'unknown'> {
    const composed = await composeSafely(notice);
    if (!composed) return 'unknown';
    const standing = notice.form === 'reply' ? store.notices.message(notice.subject, notice.audience) : undefined;
    const channel = standing?.channel ?? composed.channel;
    if (channel === undefined) return undefined;
    const where = { channel, threadTs: standing?.ts, since: notice.decidedAt };
    try {
      return await messenger.find(where, mark(notice));
    } catch (error) {
      pause(error);
      return 'unknown';
    }
  }

  async function composeSafely(notice: Notice): Promise<Composed | undefined> {
    try {
      return await compose(notice, clock.now());
    } catch (error) {
      pause(error);
      return undefined;
    }
  }

  function pause(error: unknown) {
    failuresInARow++;
    pausedUntil = clock.now() + backOffMs();
    log.warn({ err: error }, 'slack cannot be asked');
  }

  /** 1 s, 2 s, 4 s … up to a minute. */
  function backOffMs(): number {
    return Math.min(LONGEST_BACK_OFF_MS, SECOND_MS * 2 ** Math.max(0, failuresInARow - 1));
  }
}

function mark(notice: Notice): string {
  return String(notice.id);
}
