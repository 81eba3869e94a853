import type { AccountId } from './ids.ts';
import type { EpochMs } from './time.ts';

/** A quota window of an account, as known from its readings. */
export interface QuotaWindow {
  readonly account: AccountId;
  readonly kind: string;
  readonly scope: string;
  readonly resetsAt: EpochMs;
  /** The highest percentage read: idle sessions repeat stale, lower ones. */
  readonly usedPercent: number;
  readonly lastReadAt: EpochMs;
}

/** What makes a window the one it is, as findings carry it. */
export function windowIdentity({ account, kind, scope, resetsAt }: QuotaWindow) {
  return { account, windowKind: kind, scope, resetsAt };
}

/** A moment at which a window's percentage rose. */
export interface Rise {
  readonly at: EpochMs;
  readonly usedPercent: number;
}

/** Window kinds in the words of a reader; kinds are open-ended, so others show their own name. */
export function windowName(kind: string, scope: string): string {
  const name = WINDOW_NAMES.get(kind) ?? kind.replaceAll('_', ' ');
  return scope === '' ? name : `${name} (${scope})`;
}

const WINDOW_NAMES: ReadonlyMap<string, string> = new Map([
  ['five_hour', 'five-hour'],
  ['seven_day', 'weekly'],
  ['spend_limit', 'spend limit'],
]);
