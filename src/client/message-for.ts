import { DAY_MS, SECOND_MS } from '../model/time.ts';
import type { Message } from './post.ts';
import type { Waiting } from './spool.ts';

/** No window that it tells of still holds; the collector refuses it. */
const USELESS_AFTER_MS = 7 * DAY_MS;

/**
 * What is sent of something that waits: its fields, and how old they are by this machine's own clock, whatever it shows.
 * Undefined: too old to be of use.
 */
export function messageFor({ at, path, fields }: Waiting, now: number): Message | undefined {
  const ageMs = Math.max(0, now - at);
  if (ageMs >= USELESS_AFTER_MS) return undefined;
  return { path, body: JSON.stringify({ ...fields, seconds_ago: Math.floor(ageMs / SECOND_MS) }) };
}
