import { MINUTE_MS, SECOND_MS } from './time.ts';

export const LONGEST_BACK_OFF_MS = MINUTE_MS;

/** How long to leave somebody alone who failed so many times in a row: 1 s, 2 s, 4 s … up to a minute. */
export function backOffMs(failuresInARow: number): number {
  return Math.min(LONGEST_BACK_OFF_MS, SECOND_MS * 2 ** Math.max(0, failuresInARow - 1));
}
