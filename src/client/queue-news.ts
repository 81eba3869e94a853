import { lastQueued, rememberQueued } from './session-memory.ts';
import { enqueue } from './spool.ts';
import type { StatusFields } from './status-fields.ts';

/** Queues what a status line tells, and answers whether there was news. On a full disk, say, there is none: “doctor” tells of it. */
export function queueNews(own: string, fields: StatusFields, now: number): boolean {
  try {
    if (!isNews(own, fields, now)) return false;
    enqueue(own, { at: now, path: '/v1/status-line', fields });
    rememberQueued(own, fields.session_id, { at: now, fields: JSON.stringify(fields) });
    return true;
  } catch {
    return false;
  }
}

/** An unchanged line tells nothing new but that the session still shows it, and asks for the line of a later moment. */
const UNCHANGED_EVERY_MS = 60_000;

function isNews(own: string, fields: StatusFields, now: number): boolean {
  const last = lastQueued(own, fields.session_id);
  if (!last || last.fields !== JSON.stringify(fields)) return true;
  return Math.abs(now - last.at) >= UNCHANGED_EVERY_MS;
}
