import { setImmediate as breathe } from 'node:timers/promises';
import type { DeveloperId } from '../model/ids.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import { addCounts, type CacheCounts, NO_COUNTS, type VersionRates } from '../model/version-rates.ts';
import type { Store } from '../store/store.ts';
import type { VersionDay } from '../store/version-day-reader.ts';

export interface VersionHistoryDeps {
  readonly store: Pick<Store, 'versionDays'>;
}

/** What was counted on a UTC day, by client version. */
interface VersionsOfDay {
  readonly day: EpochMs;
  readonly versions: readonly VersionDay[];
}

/** What a day was when it was read. */
interface KnownDay {
  readonly versions: readonly VersionDay[];
  readonly readAt: EpochMs;
}

/** A day that is over changes only with what comes late: the older, the less. */
const YESTERDAY_KEPT_MS = 10 * MINUTE_MS;
const OLDER_KEPT_MS = 6 * HOUR_MS;
/** Days before these are not asked for again. */
const REMEMBERED_MS = 40 * DAY_MS;

/**
 * How client versions did over many days. A day of ten thousand developers takes ten milliseconds to read: days that are
 * over are remembered, and of those that were read long ago each answer reads the newest one anew.
 */
export function createVersionHistory({ store }: VersionHistoryDeps) {
  const known = new Map<EpochMs, KnownDay>();

  /** The UTC days from that of `now - spanMs` until that of `now`, newest first. */
  return async (spanMs: number, now: EpochMs): Promise<readonly VersionsOfDay[]> => {
    const today = startOfDay(now);
    const days = daysBefore(today, startOfDay(plus(now, -spanMs)));
    for (const day of days.filter((missing) => !known.has(missing))) {
      read(day, now);
      await breathe();
    }
    const stale = days.find((day) => isStale(day, now));
    if (stale !== undefined) read(stale, now);
    const over = days.map((day) => ({ day, versions: known.get(day)?.versions ?? [] }));
    return [{ day: today, versions: store.versionDays.of(today) }, ...over];
  };

  function read(day: EpochMs, now: EpochMs) {
    known.set(day, { versions: store.versionDays.of(day), readAt: now });
    for (const old of known.keys()) if (old < now - REMEMBERED_MS) known.delete(old);
  }

  function isStale(day: EpochMs, now: EpochMs): boolean {
    const kept = now - day < 2 * DAY_MS ? YESTERDAY_KEPT_MS : OLDER_KEPT_MS;
    return now - (known.get(day)?.readAt ?? now) > kept;
  }
}

/** The days from `first` on that were over when `today` began, newest first. */
function daysBefore(today: EpochMs, first: EpochMs): readonly EpochMs[] {
  return Array.from({ length: (today - first) / DAY_MS }, (_, index) => plus(today, -(index + 1) * DAY_MS));
}

function startOfDay(at: EpochMs): EpochMs {
  return epochMs(at - (at % DAY_MS));
}

/** The team's counts by client version over several days. */
export function ratesOf(days: readonly VersionsOfDay[]): readonly VersionRates[] {
  const all = days.flatMap(({ versions }) => versions);
  return [...Map.groupBy(all, ({ clientVersion }) => clientVersion)].map(([clientVersion, ofVersion]) => ({
    ...ofVersion.reduce<CacheCounts>(addCounts, NO_COUNTS),
    clientVersion,
    developers: distinct(ofVersion.map(({ developers }) => developers)),
  }));
}

/** How many different ids the lists hold. There are hundreds of thousands, and none is large: ticking off beats a set tenfold. */
function distinct(lists: readonly (readonly DeveloperId[])[]): number {
  const highest = lists.reduce((most, list) => list.reduce<number>((one, id) => Math.max(one, id), most), 0);
  const ticked = new Uint8Array(highest + 1);
  for (const list of lists) for (const id of list) ticked[id] = 1;
  return ticked.reduce((sum, tick) => sum + tick, 0);
}
