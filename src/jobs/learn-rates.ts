import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';

export interface LearnRatesDeps {
  readonly store: Pick<Store, 'rates' | 'developers' | 'transaction'>;
}

/** Telemetry comes seconds after the requests it tells of; the status line with the percentage comes before it. */
const SETTLED_AFTER_MS = 2 * MINUTE_MS;
/** A rate is the median of weeks: it moves slowly. */
const LEARN_EVERY_MS = HOUR_MS;
/** Work of one tick: others get their turn between two. */
const READINGS_AT_ONCE = 200;
const DEVELOPERS_AT_ONCE = 10;

/** Learns from new readings what dollars take of each developer's windows. */
export function createLearnRates({ store }: LearnRatesDeps) {
  const learntAt = new Map<DeveloperId, EpochMs>();
  /** At the start everybody: what was settled before the last stop may not have been learnt. */
  const toLearn = new Set<DeveloperId>(store.developers.all().map(({ id }) => id));

  return {
    /** Settles readings and learns a few developers' rates anew; whether more readings wait. */
    sweep(now: EpochMs): boolean {
      const settled = store.transaction(() => store.rates.settle(plus(now, -SETTLED_AFTER_MS), READINGS_AT_ONCE));
      for (const developer of settled) toLearn.add(developer);
      const due = dueBy(now);
      store.transaction(() => {
        for (const developer of due) store.rates.learn(developer, now);
      });
      for (const developer of due) {
        toLearn.delete(developer);
        learntAt.set(developer, now);
      }
      return settled.length === READINGS_AT_ONCE;
    },
  };

  function dueBy(now: EpochMs): readonly DeveloperId[] {
    return [...toLearn]
      .filter((developer) => now - (learntAt.get(developer) ?? 0) >= LEARN_EVERY_MS)
      .slice(0, DEVELOPERS_AT_ONCE);
  }
}
