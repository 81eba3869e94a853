import { existsSync } from 'node:fs';
import { limitNotice, noticeText } from '../model/limit-notice.ts';
import { ownFolder } from './folders.ts';
import { isObject, type JsonObject, jsonIn } from './json-object.ts';
import { readInput } from './read-input.ts';
import { enqueue } from './spool.ts';
import { isTimeToSend, startSender } from './start-sender.ts';
import { statusFields } from './status-fields.ts';
import type { Subcommand } from './subcommand.ts';

/** Claude Code's `StopFailure` hook: queues which limit was hit and when it ends, and nothing of the text around it. */
export const hook: Subcommand = async (_args, env) => {
  const fields = limitFields(jsonIn((await readInput()).toString('utf8')));
  const own = ownFolder(env);
  if (!fields || !existsSync(own)) return 0;
  const now = Date.now();
  enqueue(own, { at: now, path: '/v1/hooks', fields });
  if (isTimeToSend(own, now)) await startSender(own, env);
  return 0;
};

/** Undefined: another event, or a text that names no limit with its end. */
export function limitFields(input: unknown): JsonObject | undefined {
  if (!isObject(input) || input.hook_event_name !== 'StopFailure' || input.error !== 'rate_limit') return undefined;
  const { last_assistant_message: text } = input;
  const session = statusFields({ session_id: input.session_id })?.session_id;
  const notice = typeof text === 'string' ? limitNotice(text) : undefined;
  if (!notice || session === undefined) return undefined;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    hook_event_name: 'StopFailure',
    error: 'rate_limit',
    session_id: session,
    last_assistant_message: noticeText(notice, zone),
  };
}
