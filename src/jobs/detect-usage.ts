import { POLICY } from '../detectors/all.ts';
import { cacheReadStorm } from '../detectors/cache-read-storm.ts';
import { costInflation } from '../detectors/cost-inflation.ts';
import { runawaySessions } from '../detectors/runaway.ts';
import type { JudgedHour } from '../detectors/usage-hour.ts';
import type { ApiRequest } from '../model/api-request.ts';
import type { CacheReadStorm, CostInflation, Finding, Runaway, TtlDowngrade } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import { type EpochMs, MINUTE_MS } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { StoredWindow } from '../store/window-store.ts';
import { createFreshSessions } from './fresh-sessions.ts';
import type { IncidentBook } from './incident-book.ts';
import { createSilenceWatch } from './silence-watch.ts';
import { createUsagePeople, type Person } from './usage-people.ts';
import { createWindowUsage } from './window-usage.ts';

export interface DetectUsageDeps {
  readonly store: Pick<
    Store,
    'usage' | 'windows' | 'developers' | 'sessions' | 'incidents' | 'reports' | 'transaction'
  >;
  readonly book: Pick<IncidentBook, 'absorb' | 'change'>;
}

/** When a request is judged, and whether it arrived too late to alert anybody. */
export interface Judging {
  readonly now: EpochMs;
  readonly arrivedLate: boolean;
}

export type DetectUsage = ReturnType<typeof createDetectUsage>;

type UsageFinding = CacheReadStorm | CostInflation | Runaway | TtlDowngrade;

/** That something goes on is told no more often: it changes by the minute at most. */
const TOLD_EVERY_MS = MINUTE_MS;

/** Holds what developers use against their own past. What is to be remembered for it is read once, not per request. */
export function createDetectUsage({ store, book }: DetectUsageDeps) {
  const personOf = createUsagePeople(store);
  const freshSessions = createFreshSessions(store);
  const windows = createWindowUsage({ store, personOf, tell });
  const silence = createSilenceWatch({ store, book, tell });

  return {
    /** Judges a request of a developer that nobody has judged yet. */
    judge(developer: DeveloperId, request: ApiRequest, { now, arrivedLate }: Judging) {
      const person = personOf(developer, request.endedAt);
      if (!person.trace.add(request)) return;
      for (const finding of detectIn(person, request, arrivedLate)) {
        if (isNews(person, finding)) tell(developer, finding, now);
      }
    },

    /** Judges what a window gained, after it was read. */
    judgeWindow: (developer: DeveloperId, window: StoredWindow, now: EpochMs) => windows.judge(developer, window, now),

    /** Judges what only time brings: readings whose telemetry has come in by now, and feeds that fell silent. */
    sweep(now: EpochMs) {
      windows.sweep(now);
      silence.sweep(now);
    },
  };

  /** The incident and what is said of it are written together; hardly anything that is judged comes so far. */
  function tell(developer: DeveloperId, finding: Finding, now: EpochMs) {
    store.transaction(() => book.absorb(developer, finding, now));
  }

  function detectIn(person: Person, request: ApiRequest, arrivedLate: boolean): readonly UsageFinding[] {
    const { hour } = person.trace;
    const { model, clientVersion } = request;
    const judged: JudgedHour = { hour, clientVersion, arrivedLate };
    const storm = cacheReadStorm(judged, person.usualReads, POLICY.cacheReadStorm);
    const inflated = costInflation(judged, { model, usual: person.usualCostPerPrompt }, POLICY.costInflation);
    const runaway = runawaySessions(judged, POLICY.runaway);
    const downgraded = freshSessions.judge(person.developer, request, arrivedLate);
    // Of most requests there is nothing to say.
    if (!storm && !inflated && !runaway && !downgraded) return NONE;
    return [storm, inflated, runaway, downgraded].filter((finding) => finding !== undefined);
  }
}

const NONE: readonly UsageFinding[] = [];

/** Whether this was not told a moment ago. */
function isNews({ told }: Person, finding: UsageFinding): boolean {
  const what = finding.kind === 'cost_inflation' ? `${finding.kind} ${finding.model}` : finding.kind;
  const last = told.get(what);
  if (last !== undefined && Math.abs(finding.at - last) < TOLD_EVERY_MS) return false;
  told.set(what, finding.at);
  return true;
}
