import { TAKEN_FOR_MS } from '../model/retention.ts';
import type { EpochMs } from '../model/time.ts';
import { momentOf, type UsageItem } from '../model/usage-item.ts';

/**
 * Leaves out what happened more than 90 days before `receivedAt`: nobody knows any more whether it was counted already.
 * `outdated` counts the items.
 */
export function leaveOutdated(items: readonly UsageItem[], receivedAt: EpochMs): CurrentItems {
  const current = items.filter(({ fact }) => momentOf(fact) >= receivedAt - TAKEN_FOR_MS);
  return { items: current, outdated: items.length - current.length };
}

interface CurrentItems {
  readonly items: readonly UsageItem[];
  readonly outdated: number;
}
