import type { QuotaReport, WindowOutlook } from '../../src/slack/views/quota-report.ts';
import type { Estimate } from '../../src/windows/estimate.ts';
import type { Forecast } from '../../src/windows/forecast.ts';
import { minutes, NOON, window } from '../support/builders.ts';

const UNKNOWN: Forecast = { pace15: undefined, pace60: undefined, earliest: undefined, latest: undefined };

export function outlook(part: Parameters<typeof window>[0] = {}, forecast: Partial<Forecast> = {}): WindowOutlook {
  return { window: window(part), estimate: undefined, forecast: { ...UNKNOWN, ...forecast } };
}

/** A window that stands higher by now than it was read: at 57 %, between 55 and 60. */
export function estimated(part: Partial<Estimate> = {}, forecast: Partial<Forecast> = {}): WindowOutlook {
  const estimate: Estimate = {
    points: 57,
    low: 55,
    high: 60,
    spentMicros: 3_100_000,
    learntFrom: 'own',
    samples: 12,
    ...part,
  };
  return { ...outlook({ lastReadAt: minutes(-20) }, forecast), estimate };
}

/** What a developer hears who is connected, at noon, with one window and a healthy cache. */
export function report(part: Partial<QuotaReport> = {}): QuotaReport {
  return {
    who: undefined,
    plan: undefined,
    windows: [outlook()],
    block: undefined,
    blockPoints: undefined,
    cache: { requests: 120, readShare: 0.961, incidents: 0, rewrittenTokens: 0 },
    spend: { dayMicros: 3_210_000, weekMicros: 18_400_000, unpricedRequests: 0 },
    openIncidents: [],
    heard: { statusLine: NOON, telemetry: minutes(-2) },
    now: NOON,
    zone: 'UTC',
    ...part,
  };
}

/** What somebody hears who never connected anything. */
export const NOTHING_KNOWN: Partial<QuotaReport> = {
  windows: [],
  cache: { requests: 0, readShare: undefined, incidents: 0, rewrittenTokens: 0 },
  spend: { dayMicros: 0, weekMicros: 0, unpricedRequests: 0 },
  heard: { statusLine: undefined, telemetry: undefined },
};
