import { healthiestVersion } from '../incidents/healthiest-version.ts';
import { compareVersions } from '../model/client-versions.ts';
import type { DeveloperId } from '../model/ids.ts';
import { DAY_MS, type EpochMs, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { createVersionHistory, ratesOf, type VersionHistoryDeps } from './version-history.ts';
import type { VersionsView } from './views/versions-answer.ts';

export interface VersionsDeps extends VersionHistoryDeps {
  readonly store: Pick<Store, 'versionDays' | 'clients'>;
}

const WEEK_MS = 7 * DAY_MS;
const MONTH_MS = 30 * DAY_MS;

/** Tells how the team's client versions did, for a developer: theirs is the newest that they worked with in the last 7 days. */
export function createVersionsFor({ store }: VersionsDeps) {
  const history = createVersionHistory({ store });

  return async (reader: DeveloperId, now: EpochMs): Promise<VersionsView> => {
    const days = await history(MONTH_MS, now);
    const weekAgo = plus(now, -WEEK_MS);
    const week = ratesOf(days.filter(({ day }) => plus(day, DAY_MS) > weekAgo));
    const own = store.clients.of(reader, weekAgo).map(({ version }) => version);
    return {
      week,
      month: ratesOf(days),
      healthiest: healthiestVersion(week),
      current: own.toSorted(compareVersions).at(-1),
    };
  };
}
