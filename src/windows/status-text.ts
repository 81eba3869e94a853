import { DateTime } from 'luxon';
import type { CacheReport } from '../model/cache-report.ts';
import { type QuotaWindow, windowName } from '../model/quota-window.ts';
import { DAY_MS, type EpochMs, MINUTE_MS } from '../model/time.ts';

export interface StatusFacts {
  /** Those that hold now. */
  readonly windows: readonly QuotaWindow[];
  /** The session's newest counters; undefined for clients before 2.1.251. */
  readonly report: CacheReport | undefined;
  /** Tokens that a broken cache of this session rewrote so far; undefined while it is not known to be broken. */
  readonly rewrittenTokens: number | undefined;
  readonly now: EpochMs;
  readonly zone: string;
}

/** A cold cache that costs less than this is not worth a warning. */
const WORTH_WARNING_TOKENS = 20_000;
const RECENT_MISS_MS = 5 * MINUTE_MS;
const LAWFUL_CAUSE = /ttl_expired|model_changed/;
const WARN_BEFORE_COLD_MS = 5 * MINUTE_MS;

/** The one line for the status bar, e.g. `5h 58% left, resets 14:10 · week 71% left · cache ok`. No markup, no colour. */
export function statusText(facts: StatusFacts): string {
  const windows = facts.windows.map((window) => windowText(window, facts));
  const known = windows.length > 0 ? windows : ['quota not known yet'];
  return [...known, ...cacheText(facts)].join(' · ');
}

function windowText(window: QuotaWindow, { now, zone }: StatusFacts): string {
  const name = SHORT_NAMES.get(window.kind) ?? windowName(window.kind, '');
  const scope = window.scope === '' ? '' : ` ${window.scope}`;
  const isUsedUp = window.usedPercent >= 100;
  const left = Math.max(1, Math.round(100 - window.usedPercent));
  const isSoon = window.resetsAt - now < DAY_MS;
  const isShort = window.kind === 'five_hour';
  const at = DateTime.fromMillis(window.resetsAt, { zone }).toFormat(isSoon ? 'HH:mm' : 'ccc HH:mm', { locale: 'en' });
  const resets = isShort || isUsedUp ? `, resets ${at}` : '';
  return isUsedUp ? `${name}${scope} used up${resets}` : `${name}${scope} ${left}% left${resets}`;
}

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['five_hour', '5h'],
  ['seven_day', 'week'],
  ['spend_limit', 'spend'],
]);

function cacheText({ report, rewrittenTokens, now }: StatusFacts): readonly string[] {
  if (rewrittenTokens !== undefined) return [`cache broken, ${thousands(rewrittenTokens)} rewritten: start afresh`];
  if (!report) return [];
  if (missedLately(report, now))
    return [`cache missed ${report.misses}×, ${thousands(report.missRecacheTokens)} rewritten`];
  const { expiresAt, recacheTokensIfCold = 0 } = report;
  if (expiresAt === undefined || recacheTokensIfCold < WORTH_WARNING_TOKENS) return ['cache ok'];
  const left = expiresAt - now;
  if (left <= 0) return [`cache cold, ≈${thousands(recacheTokensIfCold)} to rewrite`];
  if (left >= WARN_BEFORE_COLD_MS) return ['cache ok'];
  return [`cache cold in ${Math.ceil(left / MINUTE_MS)} min, then ≈${thousands(recacheTokensIfCold)} to rewrite`];
}

/** The client's own count comes seconds before its telemetry: the line must not call a cache fine that just missed. */
function missedLately({ lastMissAt, lastMissCause = '' }: CacheReport, now: EpochMs): boolean {
  return lastMissAt !== undefined && now - lastMissAt < RECENT_MISS_MS && !LAWFUL_CAUSE.test(lastMissCause);
}

function thousands(tokens: number): string {
  return `${Math.round(tokens / 1000)}k`;
}
