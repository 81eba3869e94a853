import type { QuotaReport, WindowOutlook } from '../../src/slack/views/quota-report.ts';
import type { Forecast } from '../../src/windows/forecast.ts';
import { minutes, NOON, window } from '../support/builders.ts';

const UNKNOWN: Forecast = { pace15: undefined, pace60: undefined, earliest: undefined, latest: undefined };

export function outlook(part: Parameters<typeof window>[0] = {}, forecast: Partial<Forecast> = {}): WindowOutlook {
  return { window: window(part), forecast: { ...UNKNOWN, ...forecast } };
}

/** What a developer hears who is connected, at noon, with one window and a healthy cache. */
export function report(part: Partial<QuotaReport> = {}): QuotaReport {
  return {
    who: undefined,
    windows: [outlook()],
    block: undefined,
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
