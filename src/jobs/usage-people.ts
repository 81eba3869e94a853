import { createUsageTrace, type UsageTrace } from '../detectors/usage-hour.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type LogBaseline, logBaseline } from '../model/statistics.ts';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { createRecentMap } from './recent-map.ts';

/** One developer: their last hour, and what is usual of them. */
export interface Person {
  readonly developer: DeveloperId;
  readonly trace: UsageTrace;
  /** Cache reads of their active hours before the hour up to `at`, in tokens. */
  readonly usualReads: (at: EpochMs) => LogBaseline | undefined;
  /** What prompts to the model cost on their active days before the hour up to `at`, in micro-dollars. */
  readonly usualCostPerPrompt: (model: string, at: EpochMs) => LogBaseline | undefined;
  /** When something was last told of them, by what it was. */
  readonly told: Map<string, EpochMs>;
}

/** How far back somebody's own past reaches. */
export const PAST_MS = 28 * DAY_MS;
/** People kept in memory; anybody else is read back from the database. */
const KEPT_PEOPLE = 1000;

/** Keeps the developers at work in memory: their hour is read once, and what is usual of them once an hour or a day. */
export function createUsagePeople({ usage }: Pick<Store, 'usage'>) {
  const people = createRecentMap<DeveloperId, Person>(KEPT_PEOPLE);

  /** The developer with the hour of use before `at`. */
  return function personOf(developer: DeveloperId, at: EpochMs): Person {
    const known = people.get(developer);
    if (known) return known;
    const person = newPerson(developer, at);
    people.set(developer, person);
    return person;
  };

  function newPerson(developer: DeveloperId, at: EpochMs): Person {
    const trace = createUsageTrace();
    for (const request of usage.requests(developer, { from: plus(at, -HOUR_MS), before: at })) trace.add(request);
    const reads = remembered((before) => logBaseline(usage.readsOfActiveHours(developer, pastUntil(before))));
    const costs = remembered((before) => {
      const days = usage.dailyCostPerPrompt(developer, pastUntil(before));
      return new Map([...days].map(([model, values]) => [model, logBaseline(values)]));
    });
    return {
      developer,
      trace,
      // The last full hour began before the hour up to `at` ended, and that hour began on the day of its first minute.
      usualReads: (now) => reads(startOf(HOUR_MS, plus(now, -HOUR_MS))),
      usualCostPerPrompt: (model, now) => costs(startOf(DAY_MS, plus(now, -HOUR_MS))).get(model),
      told: new Map(),
    };
  }
}

const startOf = (periodMs: number, at: EpochMs) => epochMs(at - (at % periodMs));
const pastUntil = (before: EpochMs) => ({ from: plus(before, -PAST_MS), before });

/** Reads again only when the moment before which it reads has changed. */
function remembered<T>(read: (before: EpochMs) => T): (before: EpochMs) => T {
  let last: { before: EpochMs; value: T } | undefined;
  return (before) => {
    if (last?.before !== before) last = { before, value: read(before) };
    return last.value;
  };
}
