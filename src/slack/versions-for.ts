import { healthiestVersion } from '../incidents/healthiest-version.ts';
import { compareVersions } from '../model/client-versions.ts';
import type { DeveloperId } from '../model/ids.ts';
import { DAY_MS, type EpochMs, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { VersionsView } from './views/versions-answer.ts';

/** How the team's client versions did, for a developer: theirs is the newest that they worked with in the last 7 days. */
export function versionsFor(store: Pick<Store, 'versions'>, reader: DeveloperId, now: EpochMs): VersionsView {
  const week = store.versions.rates(plus(now, -7 * DAY_MS), now);
  const own = store.versions
    .ratesByDeveloper(plus(now, -7 * DAY_MS), now)
    .filter(({ developer }) => developer === reader)
    .map(({ clientVersion }) => clientVersion);
  return {
    week,
    month: store.versions.rates(plus(now, -30 * DAY_MS), now),
    healthiest: healthiestVersion(week),
    current: own.toSorted(compareVersions).at(-1),
  };
}
