import { POLICY } from '../detectors/all.ts';
import { burnRate } from '../detectors/burn-rate.ts';
import { UNKNOWN_ACCOUNT } from '../model/ids.ts';
import type { QuotaWindow, Rise } from '../model/quota-window.ts';
import { type EpochMs, epochMs, HOUR_MS, MINUTE_MS, plus } from '../model/time.ts';
import type { Case } from './cases.ts';
import { type FiguresVerdict, numbersIn } from './figures-verdict.ts';

/** Reports of other kinds tell a pace by the way, and say nothing of whether it was unusual. */
const IS_OF_PACE: ReadonlySet<string> = new Set(['burn_rate', 'healthy']);

/** A pace in points per hour, as somebody measured it over hours. */
export function burnByPace({ facts, label }: Case): FiguresVerdict | undefined {
  const paces = numbersIn(facts.burn_pct_per_h);
  if (paces.length === 0 || !IS_OF_PACE.has(label)) return undefined;
  const fastest = Math.max(...paces);
  return judgePace(100 / fastest, `${fastest} % of the window an hour`);
}

/** So many percent of a five-hour window in so many minutes. */
export function burnByWindow({ facts, label, title }: Case): FiguresVerdict | undefined {
  if (!IS_OF_PACE.has(label)) return undefined;
  const minutes = numbersIn(facts.minutes)[0];
  const percent = numbersIn(facts.window_pct)[0] ?? (SAYS_ALL.test(title) ? 100 : undefined);
  if (minutes === undefined || percent === undefined) return undefined;
  const isLess = SAYS_LESS.test(title);
  const hoursForAll = (minutes / percent) * (100 / 60);
  return judgePace(
    isLess ? hoursForAll * JUST_BELOW : hoursForAll,
    `${percent} % in ${isLess ? '<' : ''}${minutes} minutes`,
  );
}

/** How reports say that a time was less than a figure: nobody knows how much. */
const SAYS_LESS = /<\s*\d|\b(less than|under|within)\s+\d/i;
const JUST_BELOW = 0.99;

/** How reports say that all of a window was used. */
const SAYS_ALL = /\b(gone|consumed|emptied|drained|used up|exhausted|hit the limit|limit in|limit hit)\b/i;

/** Judged is what no history could change: a pace that alarms for anybody, or one that alarms for nobody. */
function judgePace(hoursForAll: number, saw: string): FiguresVerdict {
  const { fullWindowMs } = POLICY.burnRate.fiveHour;
  const isFound = alarmsStranger(hoursForAll);
  if (isFound) return { is: 'judged', by: 'burn_rate', isFound, saw };
  if (hoursForAll * HOUR_MS < fullWindowMs) return { is: 'not_judged', missing: 'own history' };
  const slower = `${Math.round(hoursForAll * 60)} minutes for all of it, slower than ${fullWindowMs / MINUTE_MS}`;
  return { is: 'judged', by: 'burn_rate', isFound, saw: `${saw}: ${slower}` };
}

const BEGINS_AT = epochMs(0);
const READ_EVERY_MS = MINUTE_MS;

/** Whether the window, read every minute as it fills evenly, alarms for somebody without a past. */
function alarmsStranger(hoursForAll: number): boolean {
  const rises: Rise[] = [];
  const resetsAt = plus(BEGINS_AT, 5 * HOUR_MS);
  for (let at: EpochMs = BEGINS_AT; at < resetsAt; at = plus(at, READ_EVERY_MS)) {
    const usedPercent = Math.floor(((at - BEGINS_AT) / (hoursForAll * HOUR_MS)) * 100);
    if (usedPercent >= 100) return false;
    if (usedPercent > (rises.at(-1)?.usedPercent ?? -1)) rises.push({ at, usedPercent });
    const window: QuotaWindow = {
      account: UNKNOWN_ACCOUNT,
      kind: 'five_hour',
      scope: '',
      resetsAt,
      usedPercent,
      lastReadAt: at,
    };
    if (burnRate({ window, rises, earlier: () => [] }, POLICY.burnRate)) return true;
  }
  return false;
}
