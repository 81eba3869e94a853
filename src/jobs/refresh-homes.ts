import type { Clock } from '../clock.ts';
import type { DeveloperId } from '../model/ids.ts';
import { DAY_MS, type EpochMs, epochMs, MINUTE_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { createSlackPause, type Outage } from './slack-pause.ts';

/** How it went to bring somebody's App Home up to date; `same`: it shows what there is to see. */
type Shown =
  | { readonly is: 'shown' }
  | { readonly is: 'same' }
  | { readonly is: 'gone' }
  | { readonly is: 'refused'; readonly problem: string }
  | Outage;

export interface RefreshHomesDeps {
  readonly store: Pick<Store, 'homes' | 'developers'>;
  /** Publishes somebody's App Home where it would show something else by now. */
  readonly refresh: (slackUser: string) => Promise<Shown>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Whoever did not open it for so long sees it fresh when they do. */
const OPENED_WITHIN_MS = 7 * DAY_MS;
const AT_MOST_EVERY_MS = MINUTE_MS;
/** Time alone changes things too: a window resets, a mute ends, an incident grows old. */
const LOOK_AT_ALL_EVERY_MS = 10 * MINUTE_MS;
/** Others must not wait behind a flood of news. */
const TOUCHED_AT_ONCE = 500;

/**
 * Brings App Homes up to date as things change: one at a time, for each person at most once a minute, and only for those
 * who looked lately. What changed is heard from `touched`; beyond it each is looked at now and then, also after a
 * restart. Outages of Slack only delay it.
 */
export function createRefreshHomes({ store, refresh, clock }: RefreshHomesDeps) {
  const pause = createSlackPause(clock);
  const touched = new Set<DeveloperId>();
  /** Slack users whose Home may have changed, and from when on it may be looked at. */
  const waiting = new Map<string, EpochMs>();
  /** When each was last looked at, whether or not it had changed. */
  const lookedAt = new Map<string, EpochMs>();
  let round: Iterator<string> = [].values();
  let nextRoundAt = epochMs(0);

  return {
    /** Something of this developer changed. Costs next to nothing: it is told with everything that comes in. */
    touched: (developer: DeveloperId) => void touched.add(developer),

    /** Slack did not take it when somebody looked or clicked: it is shown as soon as may be. */
    later: (slackUser: string) => void waiting.set(slackUser, freeAt(slackUser)),

    /** Looks at one Home; whether another may be looked at at once. */
    async refreshNext(): Promise<boolean> {
      if (pause.isOn()) return false;
      const now = clock.now();
      gather(now);
      const news = newsAt(now);
      const slackUser = news ?? nextOfAll(now);
      if (slackUser === undefined) return false;
      waiting.delete(slackUser);
      lookedAt.set(slackUser, now);
      const cost = await look(slackUser);
      // Slack takes about a hundred a minute, and looking at everybody is no hurry.
      return cost === 'nothing' && news !== undefined;
    },
  };

  async function look(slackUser: string): Promise<'nothing' | 'a call'> {
    const shown = await refresh(slackUser);
    switch (shown.is) {
      case 'same':
        return 'nothing';
      case 'shown':
        pause.forget();
        return 'a call';
      case 'gone':
      case 'refused':
        // It concerns this Home alone; with the next news it is tried again.
        return 'a call';
      default:
        pause.begin(shown);
        waiting.set(slackUser, clock.now());
        return 'a call';
    }
  }

  /** Finds out whose Home the news concern. */
  function gather(now: EpochMs) {
    for (const developer of [...touched].slice(0, TOUCHED_AT_ONCE)) {
      touched.delete(developer);
      const slackUser = store.developers.find(developer)?.slackUser;
      const home = slackUser === undefined ? undefined : store.homes.find(slackUser);
      if (!home || home.openedAt < now - OPENED_WITHIN_MS || waiting.has(home.slackUser)) continue;
      waiting.set(home.slackUser, freeAt(home.slackUser));
    }
  }

  function newsAt(now: EpochMs): string | undefined {
    for (const [slackUser, from] of waiting) if (from <= now) return slackUser;
    return undefined;
  }

  /** The next one of the round in which everybody is looked at. */
  function nextOfAll(now: EpochMs): string | undefined {
    for (let next = round.next(); !next.done; next = round.next()) {
      if (!waiting.has(next.value) && freeAt(next.value) <= now) return next.value;
    }
    if (now >= nextRoundAt) beginRound(now);
    return undefined;
  }

  function beginRound(now: EpochMs) {
    const opened = store.homes.openedSince(plus(now, -OPENED_WITHIN_MS)).map(({ slackUser }) => slackUser);
    forgetOthers(new Set(opened));
    round = opened.values();
    nextRoundAt = plus(now, LOOK_AT_ALL_EVERY_MS);
  }

  /** From when on a Home may be looked at again. */
  function freeAt(slackUser: string): EpochMs {
    const publishedAt = store.homes.find(slackUser)?.publishedAt ?? 0;
    return epochMs(Math.max(publishedAt, lookedAt.get(slackUser) ?? 0) + AT_MOST_EVERY_MS);
  }

  /** Memory holds those alone who looked lately. */
  function forgetOthers(opened: ReadonlySet<string>) {
    for (const slackUser of lookedAt.keys()) if (!opened.has(slackUser)) lookedAt.delete(slackUser);
  }
}
