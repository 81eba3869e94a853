import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { dueWeek, type SummaryAt } from '../summary/schedule.ts';

export interface WeeklySummaryDeps {
  readonly store: Pick<Store, 'notices' | 'transaction' | 'installedAt'>;
  /** The team's zone. */
  readonly zone: string;
  readonly at: SummaryAt;
}

/** The thread follows its message: notices are sent in the order in which they are due. */
const THREAD_AFTER_MS = SECOND_MS;

/**
 * Announces the week that is due, once: the database allows one message and one thread a week, so restarts, a downtime
 * and a changed zone or time repeat nothing. Answers whether there is something new to deliver.
 */
export function createAnnounceSummary({ store, zone, at }: WeeklySummaryDeps) {
  /** Spares the database a question at every tick. */
  let lastAsked: string | undefined;

  return (now: EpochMs): boolean => {
    const week = dueWeek(now, { zone, at });
    if (!week || week.iso === lastAsked) return false;
    // A week that was over before anything was counted is nobody's news.
    const isNew = store.installedAt() < week.to && announce(week.iso, now);
    lastAsked = week.iso;
    return isNew;
  };

  function announce(week: string, now: EpochMs): boolean {
    const notice = {
      subject: { of: 'summary', week },
      audience: 'summary_channel',
      reason: 'weekly',
      severity: 'info',
      decidedAt: now,
    } as const;
    return store.transaction(() => {
      const isNew = store.notices.add({ ...notice, form: 'message', dueAt: now });
      if (isNew) store.notices.add({ ...notice, form: 'reply', dueAt: plus(now, THREAD_AFTER_MS) });
      return isNew;
    });
  }
}
