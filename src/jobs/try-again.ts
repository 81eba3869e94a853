import { DAY_MS, type EpochMs, MINUTE_MS, plus } from '../model/time.ts';

/** `mendable`: somebody can put it right in Slack. `broken`: this notice cannot be said or looked up, nobody knows why. */
export type Setback = 'mendable' | 'broken';

/** A channel that the bot was not invited to, a token that was revoked: people mend it, so asking again soon is no use. */
const MENDABLE_AGAIN_MS = 5 * MINUTE_MS;
/** What nobody mended in a day is old news. */
const MENDABLE_ATTEMPTS = DAY_MS / MENDABLE_AGAIN_MS;
const BROKEN_ATTEMPTS = 5;

/** When a notice is tried again that went wrong by itself `attempts` times by now; undefined: it is given up. */
export function tryAgainAt(setback: Setback, attempts: number, now: EpochMs): EpochMs | undefined {
  if (setback === 'mendable') return attempts < MENDABLE_ATTEMPTS ? plus(now, MENDABLE_AGAIN_MS) : undefined;
  return attempts < BROKEN_ATTEMPTS ? plus(now, MINUTE_MS * 2 ** (attempts - 1)) : undefined;
}
