import type { AccountId } from '../model/ids.ts';
import type { QuotaWindow } from '../model/quota-window.ts';
import type { EpochMs } from '../model/time.ts';

/** What of a window tells how much is left. */
export type RunningWindow = Pick<QuotaWindow, 'account' | 'kind' | 'resetsAt' | 'usedPercent'>;

export const FULL_PERCENT = 100;

/**
 * Where somebody stands among the team, the one with most left first: the percentage used of the fullest window of their
 * freest account; 100 and more is the moment, in epoch ms, at which that account has something again. Undefined: none of
 * their windows runs. Of an account's windows of one kind the one counts that resets last: an early reset leaves the old
 * one behind.
 */
export function standing(windows: readonly RunningWindow[], now: EpochMs): number | undefined {
  const current = windows.filter((window) => window.resetsAt > now && !isReplaced(window, windows));
  if (current.length === 0) return undefined;
  return Math.min(...current.map(({ account }) => rankOf(account, current)));
}

function isReplaced({ account, kind, resetsAt }: RunningWindow, windows: readonly RunningWindow[]): boolean {
  return windows.some((other) => other.resetsAt > resetsAt && other.kind === kind && other.account === account);
}

/** Any moment is more than any percentage. */
function rankOf(account: AccountId, current: readonly RunningWindow[]): number {
  const own = current.filter((window) => window.account === account);
  return Math.max(...own.map(({ usedPercent, resetsAt }) => (usedPercent >= FULL_PERCENT ? resetsAt : usedPercent)));
}
