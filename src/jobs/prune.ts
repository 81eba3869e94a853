import type { Logger } from 'pino';
import { type EpochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import type { Passed } from '../store/retention-store.ts';
import type { Store } from '../store/store.ts';

export interface PruneDeps {
  readonly store: Pick<Store, 'retention'>;
  readonly log: Logger;
}

/** What is a few hours too old disturbs nobody. */
const REST_MS = 6 * HOUR_MS;
/** Where nothing can be written, each try makes everybody wait. */
const AFTER_FAILURE_MS = MINUTE_MS;

/**
 * Removes what is too old, in small steps: each looks at a thousand rows, so that nobody waits for it. A pass that a stop
 * interrupts begins anew.
 */
export function createPrune({ store, log }: PruneDeps) {
  let passed: Passed | undefined;
  let removed = 0;
  let restsUntil: EpochMs | undefined;

  return {
    /** One step; whether the pass has more. */
    pruneNext(now: EpochMs): boolean {
      if (restsUntil !== undefined && now < restsUntil) return false;
      restsUntil = plus(now, AFTER_FAILURE_MS);
      const step = store.retention.expire(passed, now);
      removed += step.removed;
      passed = step.next;
      restsUntil = step.next ? undefined : plus(now, REST_MS);
      if (!step.next) passOver();
      return step.next !== undefined;
    },
  };

  function passOver() {
    if (removed > 0) log.info({ removed }, 'what was too old is removed');
    removed = 0;
  }
}
