import type { ClientCount, Finding } from '../model/finding.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time.ts';
import { forecast } from '../windows/forecast.ts';
import { type BurnRateRule, burnRate, type WindowHistory } from './burn-rate.ts';
import { type CacheInvalidationRule, cacheInvalidation } from './cache-invalidation.ts';
import type { CacheReadStormRule } from './cache-read-storm.ts';
import { type ClientCountRule, type CountedSession, clientCount } from './client-count.ts';
import type { CostInflationRule } from './cost-inflation.ts';
import type { DataSilenceRule } from './data-silence.ts';
import type { FleetRegressionRule } from './fleet-regression.ts';
import { type LockOutRule, lockOut, type Refusals } from './lock-out.ts';
import type { PromptSpikeRule } from './prompt-spike.ts';
import { type ResumeReprocessRule, resumeReprocess } from './resume-reprocess.ts';
import type { RunawayRule } from './runaway.ts';
import { type TtlDowngradeRule, ttlDowngrade } from './ttl-downgrade.ts';
import type { Turn } from './turn.ts';
import type { WindowSharesRule } from './window-shares.ts';
import { windowThreshold } from './window-threshold.ts';

/**
 * Every threshold, with where it comes from. "Measured" means on 380 real sessions with 30,419 requests of
 * January to July 2026 (client 2.0.64 to 2.1.218), almost all of them healthy, or on 219 of them where it says so.
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
  // The client counts what it expected to read and did not, so two that nothing explains are as sure as two in the tokens.
  clientCount: { warnAfter: 2, criticalAfter: 3, withinRequests: 5, withinMs: HOUR_MS },
  // Measured: 32 of 36 resumes inside the TTL rewrote at least 20,000 tokens, on every version; the size is what matters.
  resumeReprocess: { readShare: 0.5, recordedTokens: 20_000, infoTokens: 50_000, warningTokens: 150_000 },
  // A resumed session may write twice to the 5-minute cache before it writes to the 1-hour one (#47261), so three in a
  // row are the first that prove it. Measured on 219 sessions: 5 fire, each a real switch of 5 to 52 requests.
  ttlDowngrade: { requests: 3, lookBackMs: DAY_MS },
  // Measured on 219 sessions over rolling hours of 5 requests or more: from client 2.1.97 on at most 1,998 reads per
  // output token (the next 1,477), before it 80,916, because those logs hold placeholders for output.
  cacheReadStorm: {
    timesUsual: 5,
    robustZ: 3.5,
    activeHours: 20,
    leastRequests: 5,
    healthyMaximum: 2000,
    placeholders: { beforeVersion: '2.1.97', healthyMaximum: 81_000 },
  },
  // Reported inflations were 10 to 20 times. Measured on 219 sessions from 2.1.78 on: hours of one prompt or more reach
  // ten times the median day in 8 of 414 cases, of two or more in 1 of 310, of three or more in none of 224.
  costInflation: { timesUsual: 10, robustZ: 3.5, activeDays: 5, leastPrompts: 3 },
  // 15 points are an ordinary prompt on Pro and rare on Ultra. By plan: 1.5 million weighted units, the measured 95th
  // percentile of 763 prompts, over what a point was reported to hold at least: 16,000, 27,000 and 184,000.
  promptSpike: { points: 15, usualQuantile: 0.95, usualPrompts: 20, planPoints: { pro: 94, max: 56, ultra: 8 } },
  // Reported: 20 workers emptied a window in 41 minutes, 142 agents in 20; two background sessions took 78 % of somebody's reads.
  runaway: { points: 30, sessions: 100 },
  // 16,000 weighted units, the least that a point was ever reported to hold (Pro), at $1 a million, the price of Haiku 4.5.
  windowShares: { leastMicrosPerPoint: 16_000 },
  lockOut: { fullPercent: 99 },
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
  // Reported (anthropics/claude-code#91707): 7.2 % of 4,757 turn boundaries missed on 2.1.224, 29.2 % of 538 on 2.1.252; 60
  // boundaries show it. Measured: 32 of 36 resumes inside the TTL rewrote, on every version.
  fleetRegression: {
    together: { developers: 3, withinMs: HOUR_MS },
    turnBoundaries: { least: 60, leastMisses: 5, leastOfOthers: 60, times: 3, pValue: 0.01 },
    resumes: { least: 10, leastMisses: 5, leastOfOthers: 10, times: 1, pValue: 0.01 },
  },
  // The status line is drawn after each answer, telemetry leaves every 5 seconds: 20 answers over an hour without a word
  // are no chance. An IDE panel or an untrusted folder draws none, so a few requests prove nothing.
  dataSilence: { missed: 20, forMs: HOUR_MS, lookBackMs: DAY_MS, givenUpAfterMs: 28 * DAY_MS },
} as const satisfies {
  readonly cacheInvalidation: CacheInvalidationRule;
  readonly clientCount: ClientCountRule;
  readonly resumeReprocess: ResumeReprocessRule;
  readonly ttlDowngrade: TtlDowngradeRule;
  readonly cacheReadStorm: CacheReadStormRule;
  readonly costInflation: CostInflationRule;
  readonly promptSpike: PromptSpikeRule;
  readonly runaway: RunawayRule;
  readonly windowShares: WindowSharesRule;
  readonly lockOut: LockOutRule;
  readonly burnRate: BurnRateRule;
  readonly fleetRegression: FleetRegressionRule;
  readonly dataSilence: DataSilenceRule;
};

/** What the newest turn of a stream shows; `turns` are the stream's last hour, oldest first. */
export function detectInStream(turns: readonly Turn[]): readonly Finding[] {
  const broken = cacheInvalidation(turns, POLICY.cacheInvalidation);
  const reprocessed = resumeReprocess(turns, POLICY.resumeReprocess);
  const downgraded = ttlDowngrade(turns, POLICY.ttlDowngrade);
  // Of most turns there is nothing to say.
  if (!broken && !reprocessed && !downgraded) return NONE;
  return [broken, reprocessed, downgraded].filter((finding) => finding !== undefined);
}

const NONE: readonly Finding[] = [];

/** What the client's own count of its cache shows. */
export function detectInReports(session: CountedSession): ClientCount | undefined {
  return clientCount(session, POLICY.clientCount);
}

/** What a window shows now. A lock-out is the stronger word for a window at 100 %, so it silences that level. */
export function detectInWindow(
  history: WindowHistory,
  refusals: Refusals,
  levels: readonly number[],
): readonly Finding[] {
  const { window, rises } = history;
  const locked = lockOut(window, refusals, POLICY.lockOut);
  if (locked) return [locked];
  return [windowThreshold(window, forecast(window, rises), { levels }), burnRate(history, POLICY.burnRate)].filter(
    (finding) => finding !== undefined,
  );
}
