import type { DeveloperId, SessionId } from '../model/ids.ts';
import { isCacheIncident } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { TokenOwner } from '../store/token-store.ts';
import { currentWindows } from '../windows/current-windows.ts';
import { statusText } from '../windows/status-text.ts';

interface StatusDeps {
  readonly store: Pick<Store, 'sessions' | 'windows' | 'incidents' | 'reports' | 'developers'>;
  /** The team's zone, for developers whose own is not known. */
  readonly zone: string;
}

/** The line that the status bar of a session shows now. */
export function createStatusAnswer({ store, zone }: StatusDeps) {
  return (owner: TokenOwner, session: SessionId, now: EpochMs): string => {
    const developer = owner.of === 'developer' ? owner.developer : store.sessions.owner(session);
    if (developer === undefined) return 'Quota Watch: waiting for telemetry of this session';
    return statusText({
      windows: currentWindows(store.windows.known(developer, now), now),
      report: store.reports.lastCacheReport(developer, session),
      rewrittenTokens: rewrittenTokens(developer, session),
      now,
      zone: store.developers.find(developer)?.timeZone ?? zone,
    });
  };

  function rewrittenTokens(developer: DeveloperId, session: SessionId): number | undefined {
    const broken = store.incidents
      .openOf(developer)
      .map(({ incident }) => incident)
      .filter(isCacheIncident)
      .find(({ kind, evidence }) => kind === 'cache_invalidation' && evidence.session === session);
    return broken?.evidence.rewrittenTokens;
  }
}
