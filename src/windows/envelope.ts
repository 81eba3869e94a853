import { type AccountId, UNKNOWN_ACCOUNT } from '../model/ids.ts';
import type { QuotaWindow } from '../model/quota-window.ts';
import type { Reading } from '../model/reading.ts';
import { type EpochMs, epochMs, MINUTE_MS } from '../model/time.ts';

/** What a reading changes in the windows known so far. */
export interface Absorbed {
  /** The window of the reading, after it. */
  readonly window: QuotaWindow;
  /** The known window that the reading belongs to; undefined when the reading opens a new one. */
  readonly known: QuotaWindow | undefined;
  /** Whether the percentage rose: only then is there something new to tell. */
  readonly rose: boolean;
}

/** Reset times of one window jitter by seconds; the first reading's stands. */
export const SAME_RESET_MS = MINUTE_MS;

/**
 * Keeps the running maximum of a window: idle sessions push stale percentages, and a true value never falls inside a window.
 * A reset time more than 60 s off is another window, even before the old one ended: the server may reset early.
 * A session's first status line comes before the telemetry that names its account: where only one window fits, it is that one.
 * @param known the developer's windows of any account, kind and reset time
 */
export function absorbReading(known: readonly QuotaWindow[], account: AccountId, reading: Reading): Absorbed {
  const fitting = known.filter((window) => isOf(window, reading));
  const same = fitting.find((window) => window.account === account) ?? onlyCandidate(fitting, account);
  if (!same) {
    const { kind, scope, resetsAt, usedPercent, at } = reading;
    return { window: { account, kind, scope, resetsAt, usedPercent, lastReadAt: at }, known: undefined, rose: true };
  }
  const rose = reading.usedPercent > same.usedPercent;
  const usedPercent = Math.max(reading.usedPercent, same.usedPercent);
  const named = same.account === UNKNOWN_ACCOUNT ? account : same.account;
  const window = { ...same, account: named, usedPercent, lastReadAt: lastReadAt(same, reading) };
  return { window, known: same, rose };
}

/** Nobody knows whose reading or whose window it is: it is the one that fits, unless several do. */
function onlyCandidate(fitting: readonly QuotaWindow[], account: AccountId): QuotaWindow | undefined {
  if (account !== UNKNOWN_ACCOUNT) return fitting.find((window) => window.account === UNKNOWN_ACCOUNT);
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** A lower value is an idle session's memory, whenever it came: it says nothing about how the window stands now. */
function lastReadAt(window: QuotaWindow, reading: Reading): EpochMs {
  if (reading.usedPercent > window.usedPercent) return reading.at;
  if (reading.usedPercent < window.usedPercent) return window.lastReadAt;
  return epochMs(Math.max(reading.at, window.lastReadAt));
}

function isOf(window: QuotaWindow, reading: Reading): boolean {
  return (
    window.kind === reading.kind &&
    window.scope === reading.scope &&
    Math.abs(window.resetsAt - reading.resetsAt) <= SAME_RESET_MS
  );
}
