import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import type { Store } from '../store/store.ts';

export interface FirstDataDeps {
  readonly store: Pick<Store, 'reports' | 'notices' | 'transaction'>;
}

/** Telemetry and the status line of one prompt come seconds apart: they are told together. */
const TOLD_TOGETHER_MS = 15 * SECOND_MS;
const AT_ONCE = 100;

/**
 * Notes the first data of each feed, to tell whoever connected it that it works: one message, brought up to date as
 * further feeds come. That it is to be told and that it is noted are written together, so it is told exactly once.
 */
export function createFirstData({ store }: FirstDataDeps) {
  /** Whether anything was new. */
  return (now: EpochMs): boolean => {
    const untold = store.reports.unannounced(AT_ONCE);
    if (untold.length === 0) return false;
    store.transaction(() => {
      for (const { developer, isAwaited } of untold) {
        // Whom the team's token connected never asked for a word.
        if (isAwaited) tell(developer, now);
        store.reports.announce(developer, now);
      }
    });
    return true;
  };

  function tell(developer: DeveloperId, now: EpochMs) {
    const subject = { of: 'first_data', developer } as const;
    const isKnown =
      store.notices.isComing(subject, 'developer') || store.notices.message(subject, 'developer') !== undefined;
    store.notices.add({
      subject,
      audience: 'developer',
      form: 'message',
      reason: isKnown ? 'grown' : 'opened',
      severity: 'info',
      decidedAt: now,
      dueAt: plus(now, TOLD_TOGETHER_MS),
    });
  }
}
