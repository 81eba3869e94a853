import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { LONGEST_BACK_OFF_MS } from '../model/back-off.ts';
import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import type { Later, Notice, SlackMessage } from '../store/notice-store.ts';
import type { Store } from '../store/store.ts';
import { createSlackPause, type Outage } from './slack-pause.ts';
import { type Setback, tryAgainAt } from './try-again.ts';

/** What a notice says now, and where; or why it need not be said, and where it would have been: a crash may have left it there. */
export type Composed =
  | { readonly is: 'message'; readonly channel: string; readonly message: Message }
  | { readonly is: 'skip'; readonly why: string; readonly channel?: string };

interface Message {
  readonly text: string;
  readonly blocks: readonly object[];
}

/** Slack took the request and said no: this concerns one notice alone. */
interface Refused {
  readonly is: 'refused';
  readonly problem: string;
  readonly isMendable: boolean;
}

/** How Slack answered. `gone`: the message to be edited cannot be edited any more. */
export type Answer = { readonly is: 'sent'; readonly at: SlackMessage } | { readonly is: 'gone' } | Outage | Refused;

/** What Slack's history knows of a notice. */
export type Found = { readonly is: 'found'; readonly at: SlackMessage } | { readonly is: 'missing' } | Outage | Refused;

/** A channel, or a thread in it. */
interface Where {
  readonly channel: string;
  readonly threadTs?: string | undefined;
}

/** Slack, as far as delivery needs it. `notice` marks the message, so that it can be found again. */
export interface Messenger {
  post(to: Where, message: Message, notice: string): Promise<Answer>;
  update(at: SlackMessage, message: Message, notice: string): Promise<Answer>;
  /** Looks for a message by its mark. */
  find(where: Where & { since: EpochMs }, notice: string): Promise<Found>;
}

export interface DeliverDeps {
  readonly store: Pick<Store, 'notices'>;
  readonly messenger: Messenger;
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
export function createDeliver({ store: { notices }, messenger, compose, clock, log }: DeliverDeps) {
  const pause = createSlackPause(clock);
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
    const standing = notices.message(notice.subject, notice.audience);
    if (mustWait(notice, standing)) return false;
    const composed = notice.form === 'reply' && !standing ? NO_THREAD : await composeSafely(notice, 'waiting');
    if (composed === 'broken') return false;
    if (composed.is !== 'message' && composed.is !== 'skip') {
      // Others must not wait behind what only this one needs to ask.
      hold(notice, composed);
      putOff(notice, { state: 'waiting', dueAt: plus(clock.now(), LONGEST_BACK_OFF_MS), problem: problemOf(composed) });
      return false;
    }
    if (composed.is === 'message' && (busy.has(composed.channel) || clock.now() < freeAt(composed.channel))) {
      busy.add(composed.channel);
      return false;
    }
    if (!notices.claim(notice.id)) return true;
    if (composed.is === 'skip') {
      notices.skipped(notice.id, clock.now(), composed.why);
      log.info({ ...fieldsOf(notice), why: composed.why }, 'notice skipped');
      return true;
    }
    channelFreeAt.set(composed.channel, clock.now() + BETWEEN_MESSAGES_MS);
    conclude(notice, await send(notice, composed, standing));
    return true;
  }

  /** A reply waits for its message, and a message for the answer whether it stands in Slack already. */
  function mustWait({ form, subject, audience }: Notice, standing: SlackMessage | undefined): boolean {
    if (form === 'message') return notices.isBeingSent(subject, audience);
    return !standing && notices.isComing(subject, audience);
  }

  function freeAt(channel: string): number {
    return channelFreeAt.get(channel) ?? 0;
  }

  async function send(
    notice: Notice,
    { channel, message }: Composed & { is: 'message' },
    standing: SlackMessage | undefined,
  ): Promise<Answer> {
    if (notice.form === 'reply')
      return await messenger.post({ channel, threadTs: standing?.ts }, message, mark(notice));
    if (!standing) return await messenger.post({ channel }, message, mark(notice));
    const answer = await messenger.update(standing, message, mark(notice));
    // Somebody deleted the message: the news is posted anew.
    return answer.is === 'gone' ? await messenger.post({ channel }, message, mark(notice)) : answer;
  }

  function conclude(notice: Notice, answer: Answer) {
    if (answer.is === 'sent' || answer.is === 'gone' || answer.is === 'refused') pause.forget();
    switch (answer.is) {
      case 'sent':
        notices.sent(notice.id, clock.now(), answer.at);
        log.info({ ...fieldsOf(notice), slack: answer.at }, 'notice sent');
        return;
      case 'gone':
        return giveUp(notice, 'message_not_found');
      case 'refused':
        if (!answer.isMendable) return giveUp(notice, answer.problem);
        return setBack(notice, { setback: 'mendable', state: 'waiting', problem: answer.problem });
      case 'unknown':
        // Stays claimed: the next step asks Slack's history what became of it.
        return hold(notice, answer);
      case 'rate_limited':
      case 'unreachable':
        hold(notice, answer);
        // Due as before: the pause holds all, and it must not fall behind what was decided later.
        putOff(notice, { state: 'waiting', dueAt: notice.decidedAt, problem: problemOf(answer) });
    }
  }

  /** A notice that was claimed when the program died, or that Slack did not answer: what became of it? */
  async function settle(notice: Notice): Promise<void> {
    const found = await lookUp(notice);
    if (found === 'broken') return;
    switch (found.is) {
      case 'found':
        notices.sent(notice.id, clock.now(), found.at);
        log.info({ ...fieldsOf(notice), slack: found.at }, 'notice found in slack');
        return;
      case 'missing':
        return putOff(notice, { state: 'waiting', dueAt: notice.decidedAt, problem: 'not found in slack' });
      case 'refused':
        return setBack(notice, {
          setback: found.isMendable ? 'mendable' : 'broken',
          state: 'sending',
          problem: found.problem,
        });
      default:
        hold(notice, found);
        if (!pause.isLongest()) return;
        // Perhaps Slack fails at this question alone: others get a turn.
        putOff(notice, {
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
    const standing = notice.form === 'reply' ? notices.message(notice.subject, notice.audience) : undefined;
    const channel = standing?.channel ?? composed.channel;
    if (channel === undefined) return { is: 'missing' };
    return await messenger.find({ channel, threadTs: standing?.ts, since: notice.decidedAt }, mark(notice));
  }

  async function composeSafely(notice: Notice, state: Later['state']): Promise<Composed | Outage | 'broken'> {
    try {
      return await compose(notice, clock.now());
    } catch (error) {
      log.error({ ...fieldsOf(notice), err: error }, 'notice cannot be put into words');
      setBack(notice, { setback: 'broken', state, problem: error instanceof Error ? error.message : String(error) });
      return 'broken';
    }
  }

  function hold(notice: Notice, outage: Outage) {
    pause.begin(outage);
    log.warn({ ...fieldsOf(notice), outage }, 'slack is left alone for a while');
  }

  /** It went wrong by itself, once more. */
  function setBack(
    notice: Notice,
    { setback, state, problem }: { setback: Setback } & Pick<Later, 'state' | 'problem'>,
  ) {
    const attempts = notice.attempts + 1;
    const dueAt = tryAgainAt(setback, attempts, clock.now());
    if (dueAt === undefined) return giveUp(notice, problem);
    notices.postpone(notice.id, { state, dueAt, problem, attempts });
    log.error({ ...fieldsOf(notice), problem, isMendable: setback === 'mendable' }, 'notice must wait');
  }

  /** It is no fault of its own. */
  function putOff(notice: Notice, later: Omit<Later, 'attempts'>) {
    notices.postpone(notice.id, { ...later, attempts: notice.attempts });
  }

  function giveUp(notice: Notice, problem: string) {
    // Only what is claimed can be settled; mostly it is already.
    notices.claim(notice.id);
    notices.failed(notice.id, clock.now(), problem);
    log.error({ ...fieldsOf(notice), problem }, 'notice given up');
  }
}

function fieldsOf({ id, subject, audience, reason }: Notice) {
  return { notice: id, subject, audience, reason };
}

function problemOf(outage: Outage): string {
  return outage.is === 'rate_limited' ? outage.is : outage.problem;
}

function mark(notice: Notice): string {
  return String(notice.id);
}
