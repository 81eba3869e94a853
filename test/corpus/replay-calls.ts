import { hookItems } from '../../src/collector/hook-items.ts';
import { logItems } from '../../src/collector/otlp/log-items.ts';
import type { Parsed } from '../../src/collector/parsed.ts';
import { record } from '../../src/collector/record.ts';
import { statusLineItems } from '../../src/collector/status-line-items.ts';
import { usageItems } from '../../src/collector/usage-items.ts';
import { createDetect } from '../../src/jobs/detect.ts';
import type { Feed } from '../../src/model/feed.ts';
import { type Incident, isFleetIncident } from '../../src/model/incident.ts';
import { type EpochMs, epochMs, MINUTE_MS, plus } from '../../src/model/time.ts';
import type { CollectorCall } from '../../src/simulation/collector-calls.ts';
import { openStore, type Store } from '../../src/store/store.ts';

type Parse = (body: unknown, at: EpochMs) => Parsed;

const ROUTES: Readonly<Record<CollectorCall['path'], { readonly feed: Feed; readonly parse: Parse }>> = {
  '/v1/usage': { feed: 'webhook', parse: usageItems },
  '/v1/logs': { feed: 'telemetry', parse: logItems },
  '/v1/status-line': { feed: 'status_line', parse: statusLineItems },
  '/v1/hooks': { feed: 'hook', parse: (body, at) => hookItems(body, at, 'UTC') },
};

/** Nothing that time alone brings needs to be seen sooner. */
const SWEEP_EVERY_MS = MINUTE_MS;

/** Every incident that calls to the collector led to, each parsed, stored and judged at its own time, and an hour of quiet after. */
export function replayCalls(calls: readonly CollectorCall[]): readonly Incident[] {
  const store = openStore(':memory:', calls[0]?.at ?? epochMs(0));
  const { detect, sweep } = createDetect({ store, mayName: () => false, onIncident: () => {}, onFailure });
  for (const [minute, together] of Map.groupBy(calls, ({ at }) => Math.floor(at / SWEEP_EVERY_MS))) {
    sweep(epochMs(minute * SWEEP_EVERY_MS));
    // Fewer commits save time.
    store.transaction(() => {
      for (const call of together) {
        take(store, call);
        while (detect(call.at));
      }
    });
  }
  const last = calls.at(-1)?.at ?? epochMs(0);
  for (let minute = 1; minute <= 60; minute++) sweep(plus(last, minute * MINUTE_MS));
  const incidents = store.incidents.openedBetween(epochMs(0), epochMs(Number.MAX_SAFE_INTEGER));
  store.close();
  return incidents.map(({ incident }) => incident);
}

/** `kind severity detail`, and a star for what the fleet's incident speaks for. */
export function inWords(incident: Incident): string {
  const { evidence } = incident;
  const detail = ['rule', 'level', 'source', 'feed'].flatMap(
    (key) => Object.entries(evidence).find(([name]) => name === key)?.[1] ?? [],
  );
  const isPart = !isFleetIncident(incident) && incident.partOf !== undefined;
  return [incident.kind, incident.severity, ...detail, ...(isPart ? ['*'] : [])].join(' ');
}

function take(store: Store, { at, developer, path, body }: CollectorCall) {
  const { feed, parse } = ROUTES[path];
  const { items } = parse(JSON.parse(JSON.stringify(body)), at);
  const owner = {
    of: 'developer',
    developer: store.developers.forEmail(`${developer}@example.com`, { now: at }),
  } as const;
  record(store, { owner, feed, items, receivedAt: at });
}

function onFailure(error: unknown): never {
  throw error;
}
