import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Later, Notice, SlackMessage } from '../store/notice.ts';
import type { Store } from '../store/store.ts';
import type { Answer } from './messenger.ts';
import type { createSlackPause, Outage } from './slack-pause.ts';
import { type Setback, tryAgainAt } from './try-again.ts';

/** What became of a notice: said, not worth saying any more, to be tried again, or given up. */
type Fate = 'sent' | 'skipped' | 'digested' | 'put_off' | 'failed';

/** Whoever counts what becomes of notices. */
export interface NoticeMeter {
  settled(fate: Fate): void;
  /** A call to Slack failed, by its word or the network's. */
  slackFailed(problem: string): void;
  /** A notice was given up. */
  refusedForGood(problem: string): void;
}

export interface NoticeOutcomeDeps {
  readonly store: Pick<Store, 'notices' | 'removals'>;
  readonly pause: ReturnType<typeof createSlackPause>;
  /** Told when Slack refuses messages to a channel for a reason that people can mend. */
  readonly cannotPost: (channel: string, code: string) => void;
  readonly meter: NoticeMeter;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** Writes down what became of a notice, and decides when it is tried again. */
export function createNoticeOutcome({
  store: { notices, removals },
  pause,
  cannotPost,
  meter,
  clock,
  log,
}: NoticeOutcomeDeps) {
  return { of: answered, sent, skipped, putOff, setBack, outage };

  /** Slack answered. */
  function answered(notice: Notice, answer: Answer, channel: string) {
    if (answer.is === 'sent' || answer.is === 'gone' || answer.is === 'refused') pause.forget();
    switch (answer.is) {
      case 'sent':
        return sent(notice, answer.at, 'notice sent');
      case 'gone':
        return giveUp(notice, 'message_not_found');
      case 'refused':
        if (!answer.isMendable) return giveUp(notice, answer.problem);
        cannotPost(channel, answer.problem);
        return setBack(notice, { setback: 'mendable', state: 'waiting', problem: answer.problem });
      case 'unknown':
        // Stays claimed: the next step asks Slack's history what became of it.
        return outage(notice, answer);
      case 'rate_limited':
      case 'unreachable':
        outage(notice, answer);
        // Due as before: the pause holds all, and it must not fall behind what was decided later.
        putOff(notice, { state: 'waiting', dueAt: notice.decidedAt, problem: problemOf(answer) });
    }
  }

  function sent(notice: Notice, at: SlackMessage, message: 'notice sent' | 'notice found in slack') {
    // Whom it speaks of wants to be forgotten, since it went out.
    if (!notices.sent(notice.id, clock.now(), at)) removals.add(at, clock.now());
    log.info({ ...fieldsOf(notice), slack: at }, message);
    meter.settled('sent');
  }

  /** There is nothing to say (any more). */
  function skipped(notice: Notice, why: string) {
    notices.skipped(notice.id, clock.now(), why);
    log.info({ ...fieldsOf(notice), why }, 'notice skipped');
    meter.settled('skipped');
  }

  /** All others would meet it now as well. */
  function outage(notice: Notice, trouble: Outage) {
    pause.begin(trouble);
    log.warn({ ...fieldsOf(notice), outage: trouble }, 'slack is left alone for a while');
    meter.slackFailed(problemOf(trouble));
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
    meter.slackFailed(problem);
    meter.settled('put_off');
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
    meter.settled('failed');
    meter.refusedForGood(problem);
    log.error({ ...fieldsOf(notice), problem }, 'notice given up');
  }
}

/** What the log tells of a notice. */
export function fieldsOf({ id, subject, audience, reason }: Notice) {
  return { notice: id, subject, audience, reason };
}

export function problemOf(outage: Outage): string {
  return outage.is === 'rate_limited' ? outage.is : outage.problem;
}
