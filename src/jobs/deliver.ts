import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { LONGEST_BACK_OFF_MS } from '../model/back-off.ts';
import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import type { Later, Notice, SlackMessage } from '../store/notice.ts';
import type { Store } from '../store/store.ts';
import type { Hold } from './hold.ts';
import type { Answer, Found, Message, Messenger } from './messenger.ts';
import { createNoticeOutcome, fieldsOf, type NoticeMeter, problemOf } from './notice-outcome.ts';
import { createSlackPause, type Outage } from './slack-pause.ts';
import type { TakeIntoDigest } from './take-into-digest.ts';

/** What a notice says now, and where; or why it need not be said, and where it would have been: a crash may have left it there. */
export type Composed =
  | { readonly is: 'message'; readonly channel: string; readonly message: Message }
  | { readonly is: 'skip'; readonly why: string; readonly channel?: string };

export interface DeliverDeps {
  readonly store: Pick<Store, 'notices' | 'removals'>;
  readonly messenger: Messenger;
  /** Why a message that would ring is not said now. */
  readonly hold: Hold;
  /** Whether a digest tells it instead. */
  readonly takeIntoDigest: TakeIntoDigest;
  /** Told when Slack refuses messages to a channel for a reason that people can mend. */
  readonly cannotPost: (channel: string, code: string) => void;
  readonly meter: NoticeMeter;
  /** Renders a notice as its subject stands now. An outage: Slack is needed for it. What it throws concerns this notice alone. */
  readonly compose: (notice: Notice, now: EpochMs) => Promise<Composed | Outage>;
  readonly clock: Clock;
  readonly log: Logger;
}

const NO_THREAD: Composed = { is: 'skip', why: 'its message was never said' };
/** Slack allows about one message a second in a channel. */
const BETWEEN_MESSAGES_MS = SECOND_MS;

/**
 * Sends what waits in the outbox: claim, send, mark. What was claimed and not marked is looked up in Slack's history
 * before anything is posted again, so a crash at any moment repeats no message. One at a time, oldest first, so each
 * channel hears things in order. Outages hold everything; whatever else goes wrong holds one notice alone, for a while.
 */
export function createDeliver(deps: DeliverDeps) {
  const { messenger, compose, clock, log } = deps;
  const { notices } = deps.store;
  const pause = createSlackPause(clock);
  const outcome = createNoticeOutcome({ ...deps, pause });
  const channelFreeAt = new Map<string, number>();

  return {
    /** Sends one notice; whether another may be sent at once. */
    async deliverNext(): Promise<boolean> {
      if (pause.isOn()) return false;
      const [unsettled] = notices.unsettled(clock.now());
      if (unsettled) {
        await settle(unsettled);
        return true;
      }
      const busy = new Set<string>();
      for (const notice of notices.due(clock.now())) {
        if (await deliver(notice, busy)) return true;
        if (pause.isOn()) return false;
      }
      return false;
    },
  };

  /** Whether something was said or settled; false: the next notice is looked at. */
  async function deliver(notice: Notice, busy: Set<string>): Promise<boolean> {
    const standing = notices.message(notice.subject, notice.audience, notice.recipient);
    if (mustWait(notice, standing)) return false;
    const rings = notice.form === 'reply' || isFirstWord(notice, standing);
    if (rings && isHeld(notice)) return false;
    const composed = notice.form !== 'message' && !standing ? NO_THREAD : await composeSafely(notice, 'waiting');
    if (composed === 'broken') return false;
    if (composed.is !== 'message' && composed.is !== 'skip') {
      // Others must not wait behind what only this one needs to ask.
      outcome.outage(notice, composed);
      outcome.putOff(notice, {
        state: 'waiting',
        dueAt: plus(clock.now(), LONGEST_BACK_OFF_MS),
        problem: problemOf(composed),
      });
      return false;
    }
    if (composed.is === 'message' && (busy.has(composed.channel) || clock.now() < freeAt(composed.channel))) {
      busy.add(composed.channel);
      return false;
    }
    if (composed.is === 'message' && isFirstWord(notice, standing) && deps.takeIntoDigest(notice, clock.now())) {
      log.info(fieldsOf(notice), 'notice told by a digest');
      deps.meter.settled('digested');
      return true;
    }
    if (!notices.claim(notice.id, composed.channel)) return true;
    if (composed.is === 'skip') {
      outcome.skipped(notice, composed.why);
      return true;
    }
    channelFreeAt.set(composed.channel, clock.now() + BETWEEN_MESSAGES_MS);
    outcome.of(notice, await send(notice, composed, standing), composed.channel);
    return true;
  }

  /** A reply waits for its message, and a message for the answer whether it stands in Slack already. */
  function mustWait({ form, subject, audience }: Notice, standing: SlackMessage | undefined): boolean {
    if (form === 'message') return notices.isBeingSent(subject, audience);
    return !standing && notices.isComing(subject, audience);
  }

  /** What is held waits for its time, or need not be said any more. */
  function isHeld(notice: Notice): boolean {
    const held = deps.hold(notice, clock.now());
    if (!held) return false;
    if (held.is === 'until') {
      outcome.putOff(notice, { state: 'waiting', dueAt: held.at, problem: held.why });
      return true;
    }
    if (notices.claim(notice.id)) outcome.skipped(notice, held.why);
    return true;
  }

  function freeAt(channel: string): number {
    return channelFreeAt.get(channel) ?? 0;
  }

  async function send(
    notice: Notice,
    { channel, message }: Composed & { is: 'message' },
    standing: SlackMessage | undefined,
  ): Promise<Answer> {
    if (notice.form !== 'message')
      return await messenger.post({ channel, threadTs: standing?.ts }, message, mark(notice));
    if (!standing) return await messenger.post({ channel }, message, mark(notice));
    const answer = await messenger.update(standing, message, mark(notice));
    // Somebody deleted the message: the news is posted anew, once. Who deletes that too wants no more of it.
    if (answer.is !== 'gone' || notices.postsOf(notice.subject, notice.audience) > 1) return answer;
    return await messenger.post({ channel }, message, mark(notice));
  }

  /** A notice that was claimed when the program died, or that Slack did not answer: what became of it? */
  async function settle(notice: Notice): Promise<void> {
    const found = await lookUp(notice);
    if (found === 'broken') return;
    switch (found.is) {
      case 'found':
        return outcome.sent(notice, found.at, 'notice found in slack');
      case 'missing':
        return outcome.putOff(notice, { state: 'waiting', dueAt: notice.decidedAt, problem: 'not found in slack' });
      case 'refused':
        return outcome.setBack(notice, {
          setback: found.isMendable ? 'mendable' : 'broken',
          state: 'sending',
          problem: found.problem,
        });
      default:
        outcome.outage(notice, found);
        if (!pause.isLongest()) return;
        // Perhaps Slack fails at this question alone: others get a turn.
        outcome.putOff(notice, {
          state: 'sending',
          dueAt: plus(clock.now(), 2 * LONGEST_BACK_OFF_MS),
          problem: problemOf(found),
        });
    }
  }

  async function lookUp(notice: Notice): Promise<Found | 'broken'> {
    const composed = await composeSafely(notice, 'sending');
    if (composed === 'broken') return 'broken';
    if (composed.is !== 'message' && composed.is !== 'skip') return composed;
    const standing =
      notice.form !== 'message' ? notices.message(notice.subject, notice.audience, notice.recipient) : undefined;
    const channel = standing?.channel ?? notice.claimedIn ?? composed.channel;
    if (channel === undefined) return { is: 'missing' };
    return await messenger.find({ channel, threadTs: standing?.ts, since: notice.decidedAt }, mark(notice));
  }

  async function composeSafely(notice: Notice, state: Later['state']): Promise<Composed | Outage | 'broken'> {
    try {
      return await compose(notice, clock.now());
    } catch (error) {
      log.error({ ...fieldsOf(notice), err: error }, 'notice cannot be put into words');
      outcome.setBack(notice, {
        setback: 'broken',
        state,
        problem: error instanceof Error ? error.message : String(error),
      });
      return 'broken';
    }
  }
}

function isFirstWord({ form }: Notice, standing: SlackMessage | undefined): boolean {
  return form === 'message' && !standing;
}

function mark(notice: Notice): string {
  return String(notice.id);
}
