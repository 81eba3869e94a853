import { detectInWindow } from '../detectors/all.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs, MINUTE_MS } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { StoredWindow } from '../store/window-store.ts';
import { currentWindows } from '../windows/current-windows.ts';
import type { DetectUsage } from './detect-usage.ts';
import type { IncidentBook } from './incident-book.ts';
import { PAST_MS } from './usage-people.ts';

export interface JudgeWindowsDeps {
  readonly store: Pick<Store, 'windows' | 'sessions' | 'settings' | 'transaction'>;
  readonly book: Pick<IncidentBook, 'absorb'>;
  readonly usage: Pick<DetectUsage, 'judgeWindow'>;
}

/** A refusal tells of a window only while it is fresh. */
const REFUSAL_MS = 15 * MINUTE_MS;

/** Judges a developer's windows as they stand now. */
export function createJudgeWindows({ store, book, usage }: JudgeWindowsDeps) {
  return (developer: DeveloperId, now: EpochMs) => {
    for (const window of currentWindows(store.windows.known(developer, now), now)) {
      const throttledAt = store.sessions.lastThrottled(developer, window.account, epochMs(now - REFUSAL_MS));
      const refusals = { refusedAt: window.refusedAt, throttledAt, arrivedLate: false };
      const earlier = () => earlierRises(developer, window);
      const history = { window, rises: store.windows.rises(window), earlier };
      for (const finding of detectInWindow(history, refusals, store.settings.current().levels))
        store.transaction(() => book.absorb(developer, finding, now));
      usage.judgeWindow(developer, window, now);
    }
  };

  function earlierRises(developer: DeveloperId, window: StoredWindow) {
    const isEarlier = (other: StoredWindow) =>
      other.id !== window.id &&
      other.kind === window.kind &&
      other.scope === window.scope &&
      other.account === window.account;
    const from = epochMs(window.lastReadAt - PAST_MS);
    return store.windows.known(developer, from).filter(isEarlier).map(store.windows.rises);
  }
}
