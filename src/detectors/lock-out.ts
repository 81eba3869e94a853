import type { LockOut } from '../model/finding.ts';
import { type QuotaWindow, windowIdentity } from '../model/quota-window.ts';
import type { EpochMs } from '../model/time.ts';

export interface LockOutRule {
  /** A bare 429 may be throttling: it counts only with a window at least this full. */
  readonly fullPercent: number;
}

/** When the server refused work, as far as it is known. */
export interface Refusals {
  /** The client said that this window's limit is hit. */
  readonly refusedAt: EpochMs | undefined;
  /** The newest request that failed with status 429. */
  readonly throttledAt: EpochMs | undefined;
  readonly arrivedLate: boolean;
}

/** The server refuses work because this window is used up. The newest refusal counts: an older one may be over. */
export function lockOut(window: QuotaWindow, refusals: Refusals, rule: LockOutRule): LockOut | undefined {
  const newest = newestRefusal(window, refusals, rule);
  if (!newest) return undefined;
  return {
    kind: 'lock_out',
    severity: 'info',
    ...windowIdentity(window),
    ...newest,
    arrivedLate: refusals.arrivedLate,
  };
}

function newestRefusal(
  window: QuotaWindow,
  { refusedAt, throttledAt }: Refusals,
  { fullPercent }: LockOutRule,
): Pick<LockOut, 'at' | 'source'> | undefined {
  const isThrottledFull =
    throttledAt !== undefined && throttledAt < window.resetsAt && window.usedPercent >= fullPercent;
  if (isThrottledFull && throttledAt > (refusedAt ?? 0)) return { at: throttledAt, source: 'status_429' };
  return refusedAt === undefined ? undefined : { at: refusedAt, source: 'stop_failure' };
}
