import { type Losses, losses } from '../incidents/losses.ts';
import { type Incident, isCacheIncident } from '../model/incident.ts';
import type { PointsUnknown } from '../model/points.ts';
import { isOfDeveloper } from './people.ts';

/** What the week lost: to broken caches, and to use that ran out of hand. One request may be in both, so they are not added up. */
export interface WeekLosses {
  readonly caches: Losses;
  /** Why the points of some broken caches are not known, and of how many; the most frequent reason first. */
  readonly pointsUnknown: readonly (readonly [PointsUnknown, number])[];
  readonly other: Losses;
}

export function weekLosses(told: readonly Incident[]): WeekLosses {
  const caches = told.filter(isCacheIncident);
  return {
    caches: losses(caches),
    pointsUnknown: reasons(
      caches.flatMap(({ pointsLost }) => (pointsLost?.is === 'unknown' ? [pointsLost.because] : [])),
    ),
    other: losses(told.filter(isOfDeveloper).filter((incident) => !isCacheIncident(incident))),
  };
}

function reasons(unknown: readonly PointsUnknown[]): WeekLosses['pointsUnknown'] {
  const counts = [...Map.groupBy(unknown, (because) => because)].map(
    ([because, all]) => [because, all.length] as const,
  );
  return counts.toSorted(([, one], [, other]) => other - one);
}
