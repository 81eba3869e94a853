import { POLICY } from '../detectors/all.ts';
import { promptSpike } from '../detectors/prompt-spike.ts';
import { runawayPoints } from '../detectors/runaway.ts';
import { createWindowShares, type WindowShares } from '../detectors/window-shares.ts';
import type { Finding } from '../model/finding.ts';
import type { DeveloperId } from '../model/ids.ts';
import type { Rise } from '../model/quota-window.ts';
import { type EpochMs, MINUTE_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { StoredWindow } from '../store/window-store.ts';
import { PAST_MS, type Person } from './usage-people.ts';

export interface WindowUsageDeps {
  readonly store: Pick<Store, 'usage' | 'windows' | 'developers'>;
  readonly personOf: (developer: DeveloperId, at: EpochMs) => Person;
  readonly tell: (developer: DeveloperId, finding: Finding, now: EpochMs) => void;
}

interface Followed {
  readonly developer: DeveloperId;
  window: StoredWindow;
  readonly first: Rise;
  /** The reading up to which it was divided. */
  divided: Rise;
  /** Readings after that, oldest first. */
  waiting: Rise[];
  readonly shares: WindowShares;
}

/** The status line is drawn at once, telemetry leaves a client every 5 seconds and is sent again when it failed. */
const TELEMETRY_DELAY_MS = MINUTE_MS;
/** What is older than this never alerts anybody. */
const LATE_AFTER_MS = 15 * MINUTE_MS;
/** Windows kept in memory; any other is read back from the database. */
const KEPT_WINDOWS = 2000;
/** What a window gained before it is worth dividing: no rule speaks of less. */
const LEAST_POINTS = Math.min(POLICY.promptSpike.points, POLICY.runaway.points);

/** Divides what windows gain among prompts and headless work, as readings rise and the requests before them have come in. */
export function createWindowUsage({ store, personOf, tell }: WindowUsageDeps) {
  const followed = new Map<number, Followed>();
  /** Those with readings that wait for their telemetry. */
  const waiting = new Set<number>();

  return {
    /** Takes in that a window was read. */
    judge(developer: DeveloperId, window: StoredWindow, now: EpochMs) {
      const one = follow(developer, window);
      if (!one) return;
      waiting.add(window.id);
      divide(one, now);
    },
    /** Divides what was waiting for telemetry. */
    sweep(now: EpochMs) {
      for (const id of waiting) {
        const one = followed.get(id);
        if (one) divide(one, now);
        else waiting.delete(id);
      }
    },
  };

  function follow(developer: DeveloperId, window: StoredWindow): Followed | undefined {
    const known = followed.get(window.id);
    const one = known ?? begin(developer, window);
    if (!one) return undefined;
    followed.delete(window.id);
    followed.set(window.id, one);
    const oldest = followed.keys().next();
    if (followed.size > KEPT_WINDOWS && !oldest.done) followed.delete(oldest.value);
    const { usedPercent } = one.waiting.at(-1) ?? one.divided;
    if (window.usedPercent > usedPercent) {
      one.waiting.push({ at: window.lastReadAt, usedPercent: window.usedPercent });
    }
    one.window = window;
    return one;
  }

  function begin(developer: DeveloperId, window: StoredWindow): Followed | undefined {
    const [first, ...later] = store.windows.rises(window);
    // Nobody knows when that was used which the first reading found used.
    if (!first) return undefined;
    const shares = createWindowShares(POLICY.windowShares);
    return { developer, window, first, divided: first, waiting: later, shares };
  }

  function divide(one: Followed, now: EpochMs) {
    const isDue = (rise: Rise) => plus(rise.at, TELEMETRY_DELAY_MS) <= now;
    const newest = one.waiting.findLast(isDue);
    if (newest && newest.usedPercent - one.first.usedPercent >= LEAST_POINTS) {
      for (const rise of one.waiting.filter(isDue)) divideUntil(one, rise, now);
      one.waiting = one.waiting.filter((rise) => !isDue(rise));
    }
    // What is due and still waits gained too little: only another reading changes that.
    if (one.waiting.every(isDue)) waiting.delete(one.window.id);
  }

  function divideUntil(one: Followed, rise: Rise, now: EpochMs) {
    const { developer, window, divided, shares } = one;
    const spent = store.usage.spentBetween(developer, window, { after: divided.at, to: rise.at });
    shares.add({ pointsGained: rise.usedPercent - divided.usedPercent, spent });
    one.divided = rise;
    const judged = { window, at: rise.at, arrivedLate: now - rise.at > LATE_AFTER_MS };
    const { sessions } = personOf(developer, rise.at).trace.hour.headless;
    const findings = [
      runawayPoints({ ...judged, headless: shares.headless(), sessions }, POLICY.runaway),
      ...shares
        .prompts()
        .map((prompt) => promptSpike({ ...judged, prompt }, usual(one, prompt.promptId), POLICY.promptSpike)),
    ];
    for (const finding of findings) if (finding) tell(developer, finding, now);
  }

  /** The prompts of the weeks before the newest reading, without the one that is judged. */
  function usual({ developer, divided }: Followed, promptId: string) {
    const span = { from: plus(divided.at, -PAST_MS), before: divided.at };
    return {
      costs: () => store.usage.promptCosts(developer, span, promptId),
      plan: () => store.developers.find(developer)?.plan,
    };
  }
}
