import type { Clock } from '../clock.ts';
import { backOffMs, LONGEST_BACK_OFF_MS } from '../model/back-off.ts';

/** Trouble that every call to Slack would meet now. `unknown`: Slack may have done what was asked. */
export type Outage =
  | { readonly is: 'rate_limited'; readonly retryAfterMs: number }
  | { readonly is: 'unreachable'; readonly problem: string }
  | { readonly is: 'unknown'; readonly problem: string };

/** Leaves Slack alone as long as it asks for, or for 1 s, 2 s, 4 s … up to a minute while it is away. */
export function createSlackPause(clock: Pick<Clock, 'now'>) {
  let until = 0;
  let failuresInARow = 0;

  return {
    isOn: () => clock.now() < until,
    /** Whether it has been away for so long that the waits do not grow any more. */
    isLongest: () => backOffMs(failuresInARow) >= LONGEST_BACK_OFF_MS,
    /** Slack answered. */
    forget() {
      failuresInARow = 0;
    },
    begin(outage: Outage) {
      failuresInARow = outage.is === 'rate_limited' ? 0 : failuresInARow + 1;
      until = clock.now() + (outage.is === 'rate_limited' ? outage.retryAfterMs : backOffMs(failuresInARow));
    },
  };
}
