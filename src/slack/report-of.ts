import { cacheLoss } from '../model/cache-loss.ts';
import { lacksWindow } from '../model/calendar.ts';
import type { Developer } from '../model/developer.ts';
import type { DeveloperId } from '../model/ids.ts';
import { isCacheIncident } from '../model/incident.ts';
import { DAY_MS, type EpochMs, HOUR_MS, plus } from '../model/time.ts';
import type { Usage } from '../store/request-sums.ts';
import type { Store } from '../store/store.ts';
import { type ActivityBlock, activityBlock } from '../windows/activity-block.ts';
import { currentWindows } from '../windows/current-windows.ts';
import { estimate, rateFor } from '../windows/estimate.ts';
import { forecast, forecastFrom } from '../windows/forecast.ts';
import { type KnownRates, pointsLost } from '../windows/points-lost.ts';
import type { CacheHealth, QuotaReport, WindowOutlook } from './views/quota-report.ts';

/** For whom a report is made. */
export interface ReportReader {
  readonly who: string | undefined;
  readonly now: EpochMs;
  readonly zone: string;
}

type ReportStore = Pick<Store, 'windows' | 'requests' | 'hours' | 'incidents' | 'reports' | 'rates'>;

/** Gathers what `/quota` says of a developer, from the database alone. */
export function reportOf(store: ReportStore, developer: Developer, { who, now, zone }: ReportReader): QuotaReport {
  const { id, plan } = developer;
  const feeds = store.reports.feeds(id);
  const day = store.requests.usage(id, plus(now, -DAY_MS), plus(now, 1));
  const week = store.hours.costSince(id, plus(now, -7 * DAY_MS));
  const rates = store.rates.of(id, now);
  const windows = outlooks(store, developer, { rates, now });
  const block = windows.length > 0 ? undefined : runningBlock(store, developer, now);
  return {
    who,
    plan,
    windows,
    block,
    blockPoints: block && pointsLost(block.unpricedRequests > 0 ? undefined : block.costMicros, rates),
    cache: cacheHealth(store, { developer: id, day, now }),
    spend: {
      dayMicros: day.costMicros,
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

function outlooks(
  store: ReportStore,
  { id }: Developer,
  { rates, now }: { rates: KnownRates; now: EpochMs },
): readonly WindowOutlook[] {
  const known = typeof rates === 'string' ? [] : rates;
  return currentWindows(store.windows.known(id, now), now).map((window) => {
    const spent = store.rates.spent(id, { account: window.account, after: window.lastReadAt, until: now });
    const spentMicros = spent.unpricedRequests > 0 ? undefined : spent.costMicros;
    const estimated = estimate(window, spentMicros, rateFor(known, window));
    const paces = forecast(window, store.windows.rises(window));
    if (!estimated) return { window, estimate: undefined, forecast: paces };
    const byNow = { ...window, usedPercent: estimated.points, lastReadAt: now };
    return { window, estimate: estimated, forecast: forecastFrom(byNow, paces) };
  });
}

/** Whoever has no five-hour window has no block of five hours either. */
function runningBlock(store: ReportStore, { id, plan }: Developer, now: EpochMs): ActivityBlock | undefined {
  if (lacksWindow(plan, 'five_hour', now)) return undefined;
  return activityBlock(store.requests.spentSince(id, plus(now, -12 * HOUR_MS)), now);
}

function cacheHealth(
  store: Pick<Store, 'incidents'>,
  { developer, day, now }: { developer: DeveloperId; day: Usage; now: EpochMs },
): CacheHealth {
  const { requests, contextTokens, cacheReadTokens } = day;
  const incidents = store.incidents
    .recentOf(developer, plus(now, -DAY_MS), 1000)
    .map(({ incident }) => incident)
    .filter(isCacheIncident)
    .filter(({ severity, resolved }) => severity !== 'recorded' && resolved?.by !== 'explained');
  return {
    requests,
    readShare: contextTokens === 0 ? undefined : cacheReadTokens / contextTokens,
    incidents: incidents.length,
    rewrittenTokens: incidents.reduce((sum, { evidence }) => sum + cacheLoss(evidence).rewrittenTokens, 0),
  };
}
