import type { BurnRate } from '../model/finding.ts';
import { type QuotaWindow, type Rise, windowIdentity } from '../model/quota-window.ts';
import { DAY_MS, HOUR_MS } from '../model/time.ts';
import { pace, pointsGained, runOut } from '../windows/forecast.ts';
import { busiestPerHour, gainsPerDay, quantile } from '../windows/usual-pace.ts';

export interface BurnRateRule {
  readonly fiveHour: {
    readonly usedUpBeforeResetMs: number;
    /** The pace empties a full window in less than this. */
    readonly fullWindowMs: number;
    /** Percentile of the developer's own active hours that the pace must exceed, and the hours that it takes to know it. */
    readonly usualQuantile: number;
    readonly usualHours: number;
    /** Without that history the pace must empty a full window in less than this. */
    readonly strangerFullWindowMs: number;
  };
  readonly sevenDay: {
    readonly usedUpBeforeResetMs: number;
    /** Times the developer's own median day, and the active days that it takes to know it. */
    readonly timesUsual: number;
    readonly usualDays: number;
  };
  /** Points gained that tell a pace from the rounding of whole percentages. */
  readonly leastPoints: number;
}

/** A window with its own rises and those of the developer's earlier windows of the same kind, oldest first. */
export interface WindowHistory {
  readonly window: QuotaWindow;
  readonly rises: readonly Rise[];
  /** Read only when the pace is high enough to be held against it. */
  readonly earlier: () => readonly (readonly Rise[])[];
}

/**
 * The window will be used up long before it resets, at a pace that is unusual for this developer.
 * Whoever always works hard is no anomaly, and on a small plan a third of ordinary hours would empty a window.
 */
export function burnRate(history: WindowHistory, rule: BurnRateRule): BurnRate | undefined {
  if (history.window.kind === 'five_hour') return fiveHour(history, rule);
  if (history.window.kind === 'seven_day') return sevenDay(history, rule);
  return undefined;
}

function fiveHour(history: WindowHistory, { fiveHour: limits, leastPoints }: BurnRateRule): BurnRate | undefined {
  const pointsPerHour = steadyPace(history, { spanMs: HOUR_MS, leastPoints });
  if (pointsPerHour === undefined || fullWindowMs(pointsPerHour) >= limits.fullWindowMs) return undefined;
  const hours = busiestPerHour([...history.earlier(), history.rises], history.window.lastReadAt);
  const usual = hours.length >= limits.usualHours ? quantile(hours, limits.usualQuantile) : undefined;
  const gained = pointsGained({ ...history, spanMs: HOUR_MS });
  const isUnusual = usual === undefined ? fullWindowMs(pointsPerHour) < limits.strangerFullWindowMs : gained > usual;
  if (!isUnusual) return undefined;
  return finding(history, { pointsPerHour, usual, usedUpBeforeResetMs: limits.usedUpBeforeResetMs });
}

function sevenDay(history: WindowHistory, { sevenDay: limits, leastPoints }: BurnRateRule): BurnRate | undefined {
  // By the day, nights and all, like the usual day that it is held against.
  const gained = pointsGained({ ...history, spanMs: DAY_MS });
  if (gained < leastPoints) return undefined;
  const pointsPerHour = gained / 24;
  const days = gainsPerDay([...history.earlier(), history.rises], history.window.lastReadAt);
  if (days.length < limits.usualDays) return undefined;
  const usual = (quantile(days, 0.5) ?? 0) / 24;
  if (pointsPerHour < limits.timesUsual * usual) return undefined;
  return finding(history, { pointsPerHour, usual, usedUpBeforeResetMs: limits.usedUpBeforeResetMs });
}

const fullWindowMs = (pointsPerHour: number) => (100 / pointsPerHour) * HOUR_MS;

/** The pace of the span; undefined while it is too short or too slow to be told from rounding. */
function steadyPace(
  { window, rises }: WindowHistory,
  { spanMs, leastPoints }: { spanMs: number; leastPoints: number },
): number | undefined {
  const span = { window, rises, spanMs };
  return pointsGained(span) < leastPoints ? undefined : pace(span);
}

function finding(
  { window }: WindowHistory,
  seen: { pointsPerHour: number; usual: number | undefined; usedUpBeforeResetMs: number },
): BurnRate | undefined {
  const runsOutAt = runOut(window, seen.pointsPerHour);
  if (runsOutAt === undefined || window.usedPercent >= 100) return undefined;
  if (window.resetsAt - runsOutAt <= seen.usedUpBeforeResetMs) return undefined;
  return {
    kind: 'burn_rate',
    severity: 'warning',
    ...windowIdentity(window),
    at: window.lastReadAt,
    arrivedLate: false,
    usedPercent: window.usedPercent,
    pointsPerHour: seen.pointsPerHour,
    usualPointsPerHour: seen.usual,
    runsOutAt,
  };
}
