import type { Clock } from '../clock.ts';
import { COUNTED_FOR_MS, type OwnHealth, SPELL_BREAK_MS } from '../incidents/own-troubles.ts';
import { type EpochMs, plus } from '../model/time.ts';

/** What is looked up rather than told. */
export interface HealthNow {
  readonly canRead: boolean;
  readonly isSlackConnected: boolean;
  readonly sweptAt: EpochMs | undefined;
}

export type OwnHealthBook = ReturnType<typeof createOwnHealth>;

/** More than this of what is counted within an hour changes nothing any more. */
const KEPT_MOMENTS = 100;

/** Takes note of how Quota Watch's own work goes, told by those who do it. */
export function createOwnHealth(clock: Pick<Clock, 'now'>) {
  const startedAt = clock.now();
  let writtenAt = startedAt;
  let unwritable: OwnHealth['unwritable'];
  let refusing: OwnHealth['refusing'];
  let obstacle: { readonly at: EpochMs; readonly code: string } | undefined;
  let caughtUpAt: EpochMs | undefined;
  let failedJudgements: readonly EpochMs[] = [];
  const givenUp = new Map<string, readonly EpochMs[]>();

  return {
    /** Something was committed. */
    written() {
      writtenAt = clock.now();
      unwritable = undefined;
    },
    /** Nothing could be committed; SQLite's word for it. */
    notWritten(code: string) {
      obstacle = { at: clock.now(), code };
      unwritable = { since: unwritable?.since ?? obstacle.at, code };
    },
    /** When something was written last, or tried to be in vain. */
    lastWrite: (): { readonly at: EpochMs; readonly failed: boolean } => ({
      at: writtenAt,
      failed: unwritable !== undefined,
    }),
    /** A sender was sent away: 503. */
    refused() {
      const now = clock.now();
      const isLate = (at: EpochMs) => now - at >= SPELL_BREAK_MS;
      const since = refusing === undefined || isLate(refusing.last) ? now : refusing.since;
      const code = obstacle === undefined || isLate(obstacle.at) ? 'overloaded' : obstacle.code;
      refusing = { since, last: now, code };
    },
    /** Nothing is left to be judged. */
    caughtUp() {
      caughtUpAt = clock.now();
    },
    /** A session, or what only time brings, could not be judged. */
    notJudged() {
      failedJudgements = [...recent(failedJudgements), clock.now()].slice(-KEPT_MOMENTS);
    },
    /** A notice was given up; Slack's word for it. */
    gaveUp(problem: string) {
      givenUp.set(problem, [...recent(givenUp.get(problem) ?? []), clock.now()].slice(-KEPT_MOMENTS));
    },
    now: (now: HealthNow): OwnHealth => ({
      ...now,
      startedAt,
      unwritable,
      refusing,
      caughtUpAt,
      failedJudgements: recent(failedJudgements).length,
      givenUp: new Map([...givenUp].map(([problem, moments]) => [problem, recent(moments).length])),
    }),
  };

  function recent(moments: readonly EpochMs[]): readonly EpochMs[] {
    const from = plus(clock.now(), -COUNTED_FOR_MS);
    return moments.filter((at) => at > from);
  }
}
