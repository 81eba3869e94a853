import type { Finding } from '../model/finding.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time.ts';
import { forecast } from '../windows/forecast.ts';
import { type BurnRateRule, burnRate, type WindowHistory } from './burn-rate.ts';
import { type CacheInvalidationRule, cacheInvalidation } from './cache-invalidation.ts';
import { type LockOutRule, lockOut, type Refusals } from './lock-out.ts';
import { type ResumeReprocessRule, resumeReprocess } from './resume-reprocess.ts';
import type { Turn } from './turn.ts';
import { type WindowThresholdRule, windowThreshold } from './window-threshold.ts';

/**
 * Every threshold, with where it comes from. "Measured" means on 380 real sessions with 30,419 requests of
 * January to July 2026 (client 2.0.64 to 2.1.218), almost all of them healthy.
 */
export const POLICY = {
  // Measured: two misses in a row touch 1 healthy session in 380, three none; 300,000 tokens an hour touch 3, one
  // rewrite of 300,000 none. One single miss touches a quarter of them and means nothing.
  cacheInvalidation: {
    warnAfter: 2,
    warnWithinMs: 5 * MINUTE_MS,
    criticalAfter: 3,
    tokensPerHour: 300_000,
    oneRewriteTokens: 300_000,
    // Claude Code itself counts no miss that writes 2,000 tokens or fewer: what is no larger than that is not worth a word.
    flat: { requests: 3, tolerance: 0.005, writtenShare: 0.3, negligibleTokens: 2000 },
  },
  // Measured: 32 of 36 resumes inside the TTL rewrote at least 20,000 tokens, on every version; the size is what matters.
  resumeReprocess: { readShare: 0.5, recordedTokens: 20_000, infoTokens: 50_000, warningTokens: 150_000 },
  lockOut: { fullPercent: 99 },
  // The levels that users asked for most often (anthropics/claude-code#17431, #26177, #41822).
  windowThreshold: { levels: [80, 90, 100] },
  // Reported runaways emptied a window in 5 to 90 minutes. On a small plan 30 % of ordinary hours are that fast, hence
  // the developer's own history; until there are 20 active hours of it, 25 minutes: 1 % of ordinary hours on that plan.
  burnRate: {
    fiveHour: {
      usedUpBeforeResetMs: HOUR_MS,
      fullWindowMs: 90 * MINUTE_MS,
      usualQuantile: 0.95,
      usualHours: 20,
      strangerFullWindowMs: 25 * MINUTE_MS,
    },
    sevenDay: { usedUpBeforeResetMs: 24 * HOUR_MS, timesUsual: 3, usualDays: 5 },
    leastPoints: 10,
  },
} as const satisfies {
  readonly cacheInvalidation: CacheInvalidationRule;
  readonly resumeReprocess: ResumeReprocessRule;
  readonly lockOut: LockOutRule;
  readonly windowThreshold: WindowThresholdRule;
  readonly burnRate: BurnRateRule;
};

/** What the newest turn of a stream shows; `turns` are the stream's last hour, oldest first. */
export function detectInStream(turns: readonly Turn[]): readonly Finding[] {
  return [cacheInvalidation(turns, POLICY.cacheInvalidation), resumeReprocess(turns, POLICY.resumeReprocess)].filter(
    (finding) => finding !== undefined,
  );
}

/** What a window shows now. A lock-out is the stronger word for a window at 100 %, so it silences that level. */
export function detectInWindow(history: WindowHistory, refusals: Refusals): readonly Finding[] {
  const { window, rises } = history;
  const locked = lockOut(window, refusals, POLICY.lockOut);
  if (locked) return [locked];
  return [
    windowThreshold(window, forecast(window, rises), POLICY.windowThreshold),
    burnRate(history, POLICY.burnRate),
  ].filter((finding) => finding !== undefined);
}
