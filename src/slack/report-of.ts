import type { Developer } from '../model/developer.ts';
import { isCacheIncident } from '../model/incident.ts';
import { DAY_MS, type EpochMs, HOUR_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { activityBlock } from '../windows/activity-block.ts';
import { currentWindows } from '../windows/current-windows.ts';
import { forecast } from '../windows/forecast.ts';
import type { CacheHealth, QuotaReport } from './views/quota-report.ts';

/** For whom a report is made. */
export interface ReportReader {
  readonly who: string | undefined;
  readonly now: EpochMs;
  readonly zone: string;
}

/** Gathers what `/quota` says of a developer, from the database alone. */
export function reportOf(
  store: Pick<Store, 'windows' | 'requests' | 'incidents' | 'reports'>,
  { id }: Developer,
  { who, now, zone }: ReportReader,
): QuotaReport {
  const windows = currentWindows(store.windows.known(id, now), now);
  const feeds = store.reports.feeds(id);
  const week = store.requests.usage(id, plus(now, -7 * DAY_MS), plus(now, 1));
  return {
    who,
    windows: windows.map((window) => ({ window, forecast: forecast(window, store.windows.rises(window)) })),
    block: windows.length > 0 ? undefined : activityBlock(store.requests.spentSince(id, plus(now, -12 * HOUR_MS)), now),
    cache: cacheHealth(store, id, now),
    spend: {
      dayMicros: store.requests.usage(id, plus(now, -DAY_MS), plus(now, 1)).costMicros,
      weekMicros: week.costMicros,
      unpricedRequests: week.unpricedRequests,
    },
    openIncidents: store.incidents
      .openOf(id)
      .map(({ incident }) => incident)
      .filter(({ severity }) => severity !== 'recorded'),
    heard: { statusLine: feeds.get('status_line'), telemetry: feeds.get('telemetry') ?? feeds.get('webhook') },
    now,
    zone,
  };
}

function cacheHealth(store: Pick<Store, 'requests' | 'incidents'>, id: Developer['id'], now: EpochMs): CacheHealth {
  const from = plus(now, -DAY_MS);
  const { requests, contextTokens, cacheReadTokens } = store.requests.usage(id, from, plus(now, 1));
  const incidents = store.incidents
    .recentOf(id, from, 1000)
    .map(({ incident }) => incident)
    .filter(isCacheIncident)
    .filter(({ severity, resolved }) => severity !== 'recorded' && resolved?.by !== 'explained');
  return {
    requests,
    readShare: contextTokens === 0 ? undefined : cacheReadTokens / contextTokens,
    incidents: incidents.length,
    rewrittenTokens: incidents.reduce((sum, { evidence }) => sum + evidence.rewrittenTokens, 0),
  };
}
