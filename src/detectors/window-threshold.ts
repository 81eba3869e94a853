import type { WindowThreshold } from '../model/finding.ts';
import { type QuotaWindow, windowIdentity } from '../model/quota-window.ts';
import type { Forecast } from '../windows/forecast.ts';

export interface WindowThresholdRule {
  /** Percentages to tell of, once each in a window. */
  readonly levels: readonly number[];
}

/** A window passed a level. Where it jumped over several at once, only the highest is worth saying. */
export function windowThreshold(
  window: QuotaWindow,
  { earliest, pace15, pace60 }: Forecast,
  { levels }: WindowThresholdRule,
): WindowThreshold | undefined {
  const level = levels.toSorted((a, b) => a - b).findLast((candidate) => window.usedPercent >= candidate);
  if (level === undefined) return undefined;
  return {
    kind: 'window_threshold',
    severity: 'info',
    ...windowIdentity(window),
    at: window.lastReadAt,
    // A reading has no time of its own: it is as old as its arrival.
    arrivedLate: false,
    level,
    usedPercent: window.usedPercent,
    isPaceKnown: pace15 !== undefined || pace60 !== undefined,
    runsOutAt: earliest,
  };
}
