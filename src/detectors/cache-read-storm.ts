import { compareVersions } from '../model/client-versions.ts';
import type { CacheReadStorm } from '../model/finding.ts';
import { type LogBaseline, robustZ } from '../model/statistics.ts';
import type { EpochMs } from '../model/time.ts';
import type { JudgedHour, UsageHour } from './usage-hour.ts';

export interface CacheReadStormRule {
  /** Times the developer's own median active hour, and robust deviations above it: both must be reached. */
  readonly timesUsual: number;
  readonly robustZ: number;
  /** Active hours that it takes to know what is usual. */
  readonly activeHours: number;
  /** Below this many requests the ratio of an hour is that of one odd answer. */
  readonly leastRequests: number;
  /** The most reads per output token that healthy hours reach. */
  readonly healthyMaximum: number;
  /** The same while clients logged placeholders for output: higher, because next to no output was counted. */
  readonly placeholders: { readonly beforeVersion: string; readonly healthyMaximum: number };
}

/**
 * Far more cache was read in an hour than this developer's active hours read, and little came of it. Neither says
 * anything by itself: an hour of hard work reads much, and a famous ratio of 1,310 reads per output token was the
 * median of healthy sessions while clients logged placeholders for output (measured: 1,266).
 * @param usual the cache reads of their active hours before the hour up to a moment; read only when the ratio is high
 */
export function cacheReadStorm(
  { hour, clientVersion, arrivedLate }: JudgedHour,
  usual: (at: EpochMs) => LogBaseline | undefined,
  rule: CacheReadStormRule,
): CacheReadStorm | undefined {
  const readsPerOutputToken = hour.cacheReadTokens / Math.max(1, hour.outputTokens);
  if (readsPerOutputToken <= rule.healthyMaximum || hour.requests < rule.leastRequests) return undefined;
  if (readsPerOutputToken <= healthyMaximum(hour, rule)) return undefined;
  const baseline = usual(hour.at);
  if (!baseline || baseline.count < rule.activeHours) return undefined;
  const z = robustZ(hour.cacheReadTokens, baseline);
  if (hour.cacheReadTokens < rule.timesUsual * baseline.typical || z < rule.robustZ) return undefined;
  return {
    kind: 'cache_read_storm',
    severity: 'warning',
    at: hour.at,
    arrivedLate,
    clientVersion,
    readTokens: hour.cacheReadTokens,
    usualReadTokens: Math.round(baseline.typical),
    robustZ: z,
    readsPerOutputToken,
    requests: hour.requests,
    costMicros: hour.costMicros,
  };
}

/** Where several clients were at work, the more forgiving of their maxima; a client that did not tell its version may be old. */
function healthyMaximum({ clientVersions }: UsageHour, { healthyMaximum: most, placeholders }: CacheReadStormRule) {
  const isOld = (version: string | undefined) =>
    version === undefined || compareVersions(version, placeholders.beforeVersion) < 0;
  return [...clientVersions.keys()].some(isOld) ? placeholders.healthyMaximum : most;
}
