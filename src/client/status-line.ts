import { writeSync } from 'node:fs';
import { readConnection } from './connection.ts';
import { ownFolder } from './folders.ts';
import { jsonIn } from './json-object.ts';
import { readInput } from './read-input.ts';
import { lastLine, lastQueued, rememberQueued } from './session-memory.ts';
import { enqueue } from './spool.ts';
import { isTimeToSend, START_SENDER, senderEnvironment, startSender } from './start-sender.ts';
import { type StatusFields, statusFields } from './status-fields.ts';
import type { Environment, Subcommand } from './subcommand.ts';

/**
 * Draws the status line: the one that was there before, or the collector's last answer. What it is drawn from is queued,
 * and sent by a process of its own. Whatever goes wrong, the line is drawn and the exit code is 0: any other blanks it.
 */
export const statusLine: Subcommand = async (_args, env) => {
  const input = await readInput();
  const own = ownFolder(env);
  const now = Date.now();
  const { wrapped } = readConnection(own) ?? {};
  const fields = statusFields(jsonIn(input.toString('utf8')));
  // First of all: a line that is drawn anew ends this process.
  const isDue = fields !== undefined && queued(own, fields, now) && isTimeToSend(own, now);
  if (wrapped === undefined || env[INSIDE] !== undefined) {
    print(ownLine(own, fields, now));
    if (isDue) await startSender(own, env);
    return 0;
  }
  const isPosix = process.platform !== 'win32';
  if (isDue && !isPosix) await startSender(own, env);
  await run(isDue && isPosix ? `${START_SENDER}\n${wrapped}` : wrapped, input, env);
  return 0;
};

/** Set for the command that we run: should it be ourselves, it must not run itself again. */
const INSIDE = 'QUOTA_WATCH_STATUS_LINE';

/** The output goes where ours would, as it comes. Waiting for it takes Node half as long as listening to it. */
async function run(command: string, input: Buffer, env: Environment) {
  const { spawnSync } = await import('node:child_process');
  const more = { ...senderEnvironment(), [INSIDE]: '1' };
  spawnSync(command, { shell: true, input, stdio: ['pipe', 'inherit', 'inherit'], env: { ...env, ...more } });
}

/** An unchanged line tells nothing new but that the session still shows it, and asks for the line of a later moment. */
const UNCHANGED_EVERY_MS = 60_000;

/** Whether there was something new to queue. On a full disk, say, there is not: “doctor” tells of it, a status line must not. */
function queued(own: string, fields: StatusFields, now: number): boolean {
  try {
    if (!isNews(own, fields, now)) return false;
    enqueue(own, { at: now, path: '/v1/status-line', fields });
    rememberQueued(own, fields.session_id, { at: now, fields: JSON.stringify(fields) });
    return true;
  } catch {
    return false;
  }
}

function isNews(own: string, fields: StatusFields, now: number): boolean {
  const last = lastQueued(own, fields.session_id);
  if (!last || last.fields !== JSON.stringify(fields)) return true;
  return Math.abs(now - last.at) >= UNCHANGED_EVERY_MS;
}

/** Older than this, a line says of when it is. */
const FRESH_MS = 5 * 60_000;

function ownLine(own: string, fields: StatusFields | undefined, now: number): string {
  const line = fields && lastLine(own, fields.session_id);
  if (!line) return 'Quota Watch: waiting for the collector';
  if (now - line.at < FRESH_MS) return line.text;
  return `${line.text} (as of ${new Date(line.at).toTimeString().slice(0, 5)})`;
}

/** Nobody may be there to read it any more. */
function print(line: string) {
  try {
    writeSync(1, `${line}\n`);
  } catch {}
}
