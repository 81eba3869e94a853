import { POLICY } from '../detectors/all.ts';
import { dataSilence } from '../detectors/data-silence.ts';
import { resolve } from '../incidents/lifecycle.ts';
import type { Finding } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, epochMs, MINUTE_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { IncidentBook } from './incident-book.ts';

export interface SilenceWatchDeps {
  readonly store: Pick<Store, 'usage' | 'incidents' | 'reports' | 'transaction'>;
  readonly book: Pick<IncidentBook, 'change'>;
  readonly tell: (developer: DeveloperId, finding: Finding, now: EpochMs) => void;
}

/** Silence takes an hour to show, so there is no hurry to look. */
const LOOK_EVERY_MS = 5 * MINUTE_MS;

/** Notices feeds that fell silent while the other goes on, and those that speak again. */
export function createSilenceWatch({ store, book, tell }: SilenceWatchDeps) {
  let lookedAt = epochMs(0);

  return {
    sweep(now: EpochMs) {
      if (now - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = now;
      notice(now);
      hear(now);
    },
  };

  function notice(now: EpochMs) {
    const { forMs, givenUpAfterMs, lookBackMs } = POLICY.dataSilence;
    const quiet = store.usage.quietFeeds({
      quietSince: plus(now, -forMs),
      aliveSince: plus(now, -LOOK_EVERY_MS),
      connectedSince: plus(now, -givenUpAfterMs),
      now,
    });
    for (const feed of quiet) {
      const missed = store.usage.missedBy(feed, epochMs(Math.max(feed.lastHeardAt, now - lookBackMs)));
      const finding = missed && dataSilence(missed, POLICY.dataSilence);
      if (finding) tell(feed.developer, finding, now);
    }
  }

  function hear(now: EpochMs) {
    for (const { id, incident } of store.incidents.open()) {
      if (incident.kind !== 'data_silence') continue;
      const { feed, silentSince } = incident.evidence;
      const feeds = store.reports.feeds(incident.developer);
      const heard = feed === 'telemetry' ? [feeds.get('telemetry'), feeds.get('webhook')] : [feeds.get('status_line')];
      const heardAt = epochMs(Math.max(...heard.map((at) => at ?? 0)));
      if (heardAt <= silentSince) continue;
      const resolved = resolve(incident, heardAt, 'heard');
      store.transaction(() => book.change(id, resolved, now));
    }
  }
}
