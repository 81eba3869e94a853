import type { QuotaWindow, Rise } from '../model/quota-window.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS } from '../model/time.ts';

/** How fast a window is used up. Paces in points per hour, as of the last reading; undefined where too little was read. */
export interface Forecast {
  readonly pace15: number | undefined;
  readonly pace60: number | undefined;
  /** When the window will be used up at the faster and at the slower of the two paces; undefined: at that pace it lasts until its reset. */
  readonly earliest: EpochMs | undefined;
  readonly latest: EpochMs | undefined;
}

/** Percentages are whole numbers: over less than five minutes one point of rounding would be a pace of 12 an hour. */
const SHORTEST_SPAN_MS = 5 * MINUTE_MS;

/** Forecasts from the last 15 and 60 minutes before the last reading. `rises` are the window's own, oldest first. */
export function forecast(window: QuotaWindow, rises: readonly Rise[]): Forecast {
  const pace15 = pace({ window, rises, spanMs: 15 * MINUTE_MS });
  const pace60 = pace({ window, rises, spanMs: HOUR_MS });
  return forecastFrom(window, { pace15, pace60 });
}

/** Forecasts from where a window stands, as of `lastReadAt`, at paces that are known. */
export function forecastFrom(window: QuotaWindow, { pace15, pace60 }: Pick<Forecast, 'pace15' | 'pace60'>): Forecast {
  const runOuts = [pace15, pace60].flatMap((points) => runOut(window, points ?? 0) ?? []).toSorted((a, b) => a - b);
  return { pace15, pace60, earliest: runOuts[0], latest: runOuts[1] };
}

interface Span {
  readonly window: QuotaWindow;
  readonly rises: readonly Rise[];
  readonly spanMs: number;
}

/** Points per hour over the span that ends with the last reading; over the whole window where it is younger than the span. */
export function pace({ window, rises, spanMs }: Span): number | undefined {
  const first = rises[0];
  if (!first) return undefined;
  const elapsed = Math.min(spanMs, window.lastReadAt - first.at);
  if (elapsed < Math.min(SHORTEST_SPAN_MS, spanMs)) return undefined;
  return (pointsGained({ window, rises, spanMs }) * HOUR_MS) / elapsed;
}

/** Points that the span took, as far back as the window is known; 0 without rises. */
export function pointsGained({ window, rises, spanMs }: Span): number {
  return window.usedPercent - (usedAt(rises, window.lastReadAt - spanMs) ?? window.usedPercent);
}

/**
 * What was used at a moment, the first rise before that; undefined without rises. Between two rises it climbed at some
 * time that nobody read: evenly, as far as anybody knows, so that a gap in the readings is no burst at its end.
 */
export function usedAt(rises: readonly Rise[], at: number): number | undefined {
  const next = rises.findIndex((rise) => rise.at > at);
  if (next === -1) return rises.at(-1)?.usedPercent;
  const after = rises[next];
  const before = rises[next - 1];
  if (!before || !after) return rises[0]?.usedPercent;
  const share = (at - before.at) / (after.at - before.at);
  return before.usedPercent + share * (after.usedPercent - before.usedPercent);
}

/** When the pace leaves the window empty, if that is before it resets; undefined means it lasts. */
export function runOut(window: QuotaWindow, pointsPerHour: number): EpochMs | undefined {
  if (pointsPerHour <= 0) return undefined;
  const left = Math.max(0, 100 - window.usedPercent);
  const emptyAt = window.lastReadAt + (left / pointsPerHour) * HOUR_MS;
  return emptyAt < window.resetsAt ? epochMs(emptyAt) : undefined;
}
